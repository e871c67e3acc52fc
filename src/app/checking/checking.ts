/** Asks the checks of linesman.yaml, each at its time and a few at once, and hands on what they say. */
import type { CheckReading } from '../../core/check.ts';
import type { Measurement } from '../../core/plugin.ts';
import type { KnownCheck } from '../knowing/checks.ts';
import { askCheck, hangingReading } from './ask-check.ts';
import { APART_MS, type Asked, askAgain, hurry, isDoubtful, nextDue, take, withChecks } from './asked.ts';
import { measurementsOf } from './measured.ts';

/** The others wait for their turn: two hundred at once would be a load by themselves. */
const CHECKS_AT_ONCE = 8;
/** Faults of a log begin within this of each other; all checks are asked once for them. */
const SUSPECT_EVERY_MS = 5_000;
/** So long after a fault of a log began, what is wrong is asked again sooner. */
const SUSPECT_MS = 60_000;

export interface Checking {
  start(): void;
  /** Those that are the same go on, with what is known of them; the others begin or end. */
  use(checks: readonly KnownCheck[]): void;
  /** Something is wrong in a log: asks all of them now, so that what they find is known when that is told. */
  suspect(): void;
  stop(): Promise<void>;
}

/** What became of a question, for metrics and the log. */
export interface Asking {
  readonly check: string;
  readonly tookMs: number;
  readonly reading: CheckReading | undefined;
  /** Text of a bug of ours. */
  readonly bug: string | undefined;
}

export interface CheckingParts {
  readonly checks: readonly KnownCheck[];
  /** Of the figures. */
  readonly now: () => number;
  /** Never goes back, and does not leap: when they are due, and what they take. */
  readonly clock: () => number;
  /** Takes a reading's numbers, measured at `now`; `isWrong` where it is to be judged as soon as can be. */
  readonly tell: (
    measurements: readonly Measurement[],
    at: { readonly now: number; readonly isWrong: boolean },
  ) => Promise<void>;
  readonly onAsked: (asking: Asking) => void;
}

export function createChecking(parts: CheckingParts): Checking {
  const { now, clock } = parts;
  const startedAt = clock();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let all: readonly Asked[] = [];
  let timer: NodeJS.Timeout | undefined;
  let suspectedAt = Number.NEGATIVE_INFINITY;

  function isSuspecting(): boolean {
    return clock() - suspectedAt < SUSPECT_MS;
  }

  /** Begins with what waits longest, and comes again when the next one is due or a place is free. */
  function next(): void {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    const idle = all.filter(({ isBusy }) => !isBusy).sort((a, b) => dueOf(a) - dueOf(b));
    for (const asked of idle) {
      if (running.size >= CHECKS_AT_ONCE) return;
      if (dueOf(asked) > clock()) {
        timer = setTimeout(next, dueOf(asked) - clock());
        return;
      }
      begin(asked);
    }
  }

  function begin(asked: Asked): void {
    asked.isBusy = true;
    asked.dueAt = nextDue(asked, clock());
    const work = ask(asked).finally(() => {
      running.delete(work);
      asked.isBusy = false;
      next();
    });
    running.add(work);
  }

  async function ask(asked: Asked): Promise<void> {
    if (asked.hangsSince !== undefined) return await sayAnswer(asked, hangingReading(clock() - asked.hangsSince));
    const askedAt = clock();
    const { check } = asked;
    const { reading, bug, tookMs, hanging } = await askCheck(check, clock, stopping.signal);
    if (stopping.signal.aborted) return;
    if (hanging) {
      asked.hangsSince = askedAt;
      void hanging.then(() => {
        asked.hangsSince = undefined;
      });
    }
    parts.onAsked({ check: check.name, tookMs, reading, bug });
    if (reading) await sayAnswer(asked, reading);
  }

  async function sayAnswer(asked: Asked, reading: CheckReading): Promise<void> {
    asked.answeredAt = clock();
    // It left the settings meanwhile.
    if (!all.includes(asked)) return;
    if (!take(asked, reading, { now: clock(), startedAt })) return;
    if (isSuspecting() && isDoubtful(asked)) askAgain(asked, clock());
    await parts.tell(measurementsOf(asked.check, reading), { now: now(), isWrong: reading.cause !== undefined });
  }

  return {
    start() {
      all = withChecks([], parts.checks, clock());
      next();
    },
    use(checks) {
      all = withChecks(all, checks, clock());
      next();
    },
    suspect() {
      if (clock() - suspectedAt < SUSPECT_EVERY_MS) return;
      suspectedAt = clock();
      for (const asked of all) hurry(asked, clock());
      next();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

function dueOf({ dueAt, answeredAt }: Asked): number {
  return answeredAt === undefined ? dueAt : Math.max(dueAt, answeredAt + APART_MS);
}
