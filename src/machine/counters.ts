/** Counters of the kernel and of servers: what they grew by since the last reading, and in how long. */

/** Things whose counters are remembered, those read last: interfaces of containers come and go. */
const MAX_THINGS = 1_000;

export interface Growth<Name extends string> {
  /** Since the last reading, by a clock that nobody sets. */
  readonly seconds: number;
  readonly by: Readonly<Record<Name, number>>;
}

export interface Counters {
  /** Undefined at the first reading of a thing, and where one of its counters went backwards: a reboot, a wrap, another thing of that name. */
  grow<Name extends string>(thing: string, now: Readonly<Record<Name, number>>): Growth<Name> | undefined;
}

/** clock: ms, never set. */
export function createCounters(clock: () => number = () => performance.now()): Counters {
  const before = new Map<string, { readonly at: number; readonly values: Readonly<Record<string, number>> }>();
  return {
    grow(thing, values) {
      const at = clock();
      const last = before.get(thing);
      before.delete(thing);
      before.set(thing, { at, values });
      for (const oldest of before.keys()) {
        if (before.size <= MAX_THINGS) break;
        before.delete(oldest);
      }
      if (last === undefined || at <= last.at) return undefined;
      const names = Object.keys(values) as (keyof typeof values)[];
      const grown = names.map((name) => [name, values[name] - (last.values[name] ?? Number.NaN)] as const);
      // What is no number is not more than nothing either.
      if (!grown.every(([, by]) => by >= 0)) return undefined;
      return { seconds: (at - last.at) / 1_000, by: Object.fromEntries(grown) as Record<keyof typeof values, number> };
    },
  };
}
