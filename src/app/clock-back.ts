/** Says where the clock of this machine stands before what was judged: nothing is judged until it is there again. */
import type { Remedy } from '../core/reading/state.ts';
import { timestamp } from '../core/render/when.ts';
import type { Health } from '../telemetry/health.ts';

/** Stamps go as far ahead of the clock without anybody noticing, and clocks are set by seconds all the time. */
const BACK_MIN_MS = 120_000;
const NAME = 'clock';

/** To be called often. A clock that went ahead says nothing of itself: it may be the one that is right. */
export function createClockBack(parts: {
  readonly health: Pick<Health, 'set' | 'clear' | 'reason'>;
  /** Source to the time up to which it is judged. */
  readonly judged: () => Readonly<Record<string, number>>;
  readonly now: () => number;
  readonly timezone: string;
}): () => void {
  const { health } = parts;
  return () => {
    const until = Math.max(0, ...Object.values(parts.judged()));
    const isOver = until - parts.now() < (health.reason(NAME) === undefined ? BACK_MIN_MS : 0);
    if (isOver) health.clear(NAME);
    else health.set(NAME, sentenceOf(timestamp(until, parts.timezone)), REMEDY);
  };
}

function sentenceOf(until: string): string {
  return `The clock of this machine went back: all up to ${until} was judged already, by a clock that was ahead. Until it is that late again nothing is judged, no fault begins or ends, and lines count in totals only. Nothing is lost; see that the clock is right now, and what sets it.`;
}

const REMEDY: readonly Remedy[] = [
  { does: 'What time it is, and whether something keeps it', command: 'timedatectl' },
  { does: 'What set it', command: 'journalctl -u systemd-timesyncd -u chrony -u ntp --since -2h' },
];
