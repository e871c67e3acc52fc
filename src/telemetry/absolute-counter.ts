/** A counter whose values are counted elsewhere: it is filled anew at every scrape from what was set last. */
import { Counter, type Registry } from 'prom-client';

export type Values = readonly (readonly [labels: Readonly<Record<string, string>>, count: number])[];

export interface AbsoluteCounter {
  /** Replaces the values of this group, as of one source. */
  set(group: string, values: Values): void;
}

export function absoluteCounter(
  registry: Registry,
  parts: { readonly name: string; readonly help: string; readonly labelNames: readonly string[] },
): AbsoluteCounter {
  const groups = new Map<string, Values>();
  new Counter({
    ...parts,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, count] of [...groups.values()].flat()) this.inc({ ...labels }, count);
    },
  });
  return { set: (group, values) => void groups.set(group, values) };
}
