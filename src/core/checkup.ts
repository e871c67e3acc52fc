/** What `linesman doctor` finds: one thing looked at, how it is, and what to do. */

/** ok: as it should be. note: works, and is worth knowing. wrong: keeps linesman from working, seeing or telling. */
export type CheckupResult = 'ok' | 'note' | 'wrong';

export interface Checkup {
  /** What was looked at: 'configuration', 'mail', 'logs' and so on; those of one area stand together. */
  readonly area: string;
  readonly result: CheckupResult;
  /** One sentence. Where nothing else is given as remedy, it says itself what to do. */
  readonly says: string;
  /** Commands or lines to copy as they stand, one each. */
  readonly remedy?: readonly string[] | undefined;
}

export function countOf(checkups: readonly Checkup[], result: CheckupResult): number {
  return checkups.filter((one) => one.result === result).length;
}
