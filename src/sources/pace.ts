/** When the file reader looks: how often it sweeps, how often at each file, and whether events wake it meanwhile. */
import { isDue } from './due.ts';
import type { Waker } from './waker.ts';

/** After a change files are looked at this often until they are quiet: the last event of a burst may never come. */
const BUSY_MS = 50;
const BUSY_ROUNDS = 3;
/** With very many files the sweep takes longer, and comes less often: at most a twentieth of the time goes into it. */
const SWEEP_SHARE = 20;
/** And a fifth of it into looking whether known files have grown. */
const LOOK_SHARE = 5;
/** But never more seldom than this: a process that is stopped in between seems to have looked for minutes. */
const PACE_MAX_MS = 10_000;
/** Looking at one costs some 20 us: without events it is done so seldom that it takes half a percent of the time. */
const LOOK_MS_A_FILE = 4;
/** After so many rounds in a row with lines there are no events any more: the rounds come by themselves. */
const LOUD_ROUNDS = 20;
/** Without lines for so long there are events again; to ask for them costs as much as some hundred looks. */
const QUIET_MS = 2_000;

export interface Pace {
  /** The files have been found anew. */
  begin(): void;
  /** A sweep is due so long after the last one. */
  findMs(): number;
  swept(tookMs: number): void;
  /** A file that did not change is looked at this often. */
  lookMs(files: number): number;
  lookedAtAll(tookMs: number): void;
  sawRound(round: { readonly hasLines: boolean; readonly hasEvents: boolean }, now: number): void;
  /** Until there may be something to read, or for waitMs. */
  wait(waitMs: number, files: number): Promise<void>;
}

/** sweepMs 0: everything is due always. */
export function createPace({ sweepMs, waker }: PaceParts): Pace {
  let findMs = sweepMs;
  let lookTookMs = 0;
  let quietRounds = 0;
  let loudRounds = 0;
  let linesAt = 0;

  function lookMs(files: number): number {
    if (sweepMs === 0) return 0;
    const paceMs = Math.min(lookTookMs * LOOK_SHARE, PACE_MAX_MS);
    if (waker()?.isHearing()) return Math.max(sweepMs, paceMs);
    return Math.max(sweepMs / 4, paceMs, Math.min(sweepMs, files * LOOK_MS_A_FILE));
  }

  /** Under load each write is an event, and the rounds see all lines without them. */
  function listen(hasLines: boolean, now: number): void {
    loudRounds = hasLines ? loudRounds + 1 : 0;
    if (hasLines) linesAt = now;
    if (loudRounds >= LOUD_ROUNDS) waker()?.hear(false);
    else if (!hasLines && isDue(linesAt, QUIET_MS, now)) waker()?.hear(true);
  }

  return {
    lookMs,
    begin() {
      quietRounds = 0;
      loudRounds = 0;
    },
    findMs: () => findMs,
    swept(tookMs) {
      if (sweepMs > 0) findMs = Math.max(sweepMs, Math.min(tookMs * SWEEP_SHARE, PACE_MAX_MS));
    },
    lookedAtAll(tookMs) {
      lookTookMs = tookMs;
    },
    sawRound({ hasLines, hasEvents }, now) {
      quietRounds = hasLines || hasEvents ? 0 : quietRounds + 1;
      listen(hasLines, now);
    },
    async wait(waitMs, files) {
      await waker()?.wait(Math.min(waitMs, quietRounds < BUSY_ROUNDS ? BUSY_MS : lookMs(files)));
    },
  };
}

interface PaceParts {
  readonly sweepMs: number;
  /** Undefined until it is there. */
  readonly waker: () => Waker | undefined;
}
