/** Whether so much time has passed, or the clock was set back. */
export function isDue(since: number, afterMs: number, now: number): boolean {
  return now - since >= afterMs || now < since;
}
