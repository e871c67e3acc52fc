/** What a detector remembers of the fault of its series: while it is open, and for a while after its end. */

export interface FaultMemory {
  /** First step at which a fault was open. */
  readonly openSince?: number | undefined;
  /** It fired without being confirmed. */
  readonly isSure?: boolean | undefined;
  /** Share at its last finding. */
  readonly told?: number | undefined;
  /** End of the last fault. */
  readonly over?: number | undefined;
}

/** A fault that was open longer than this was no unconfirmed one. */
const UNCONFIRMED_MS = 45_000;

/**
 * What a fault was made of must not make the next one: once it has ended, windows begin at its end, until `forgetMs`
 * have left it behind. A finding that was not confirmed ends nothing: its lines still count.
 */
export function followFault<Memory extends FaultMemory>(
  memory: Memory,
  now: number,
  open: boolean,
  forgetMs: number,
): Memory {
  const { openSince, isSure, over } = memory;
  // Of a clock that was set back since then.
  if ((openSince ?? 0) > now || (over ?? 0) > now) {
    return followFault({ ...memory, openSince: undefined, over: undefined }, now, open, forgetMs);
  }
  if (open) return openSince === undefined ? { ...memory, openSince: now } : memory;
  if (openSince !== undefined) {
    const wasFault = isSure === true || now - openSince > UNCONFIRMED_MS;
    return { ...memory, openSince: undefined, isSure: undefined, told: undefined, over: wasFault ? now : over };
  }
  return over !== undefined && now - over >= forgetMs ? { ...memory, over: undefined } : memory;
}
