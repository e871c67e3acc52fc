/** What the windows of a count say together: bad and by which window, well, or unclear and why. */
import type { Side } from './count-tail.ts';
import type { CountWindow } from './count-windows.ts';

export interface CountFloors {
  readonly side: Side | 'both';
  /** Times the usual from which too many are told, and up to which too few are. */
  readonly minTimes: number;
  readonly maxTimes: number;
  /** Observations that too many must be at least. */
  readonly minCount: number;
  /** Observations that must be expected where too few are told. */
  readonly minExpected: number;
  /** Shorter windows do not tell. */
  readonly minWindow: number;
  readonly leave: number;
  /** Whether nothing at all is too few as well. */
  readonly silence: boolean;
  /** Score from which it is a finding, for each side. */
  readonly limit: Readonly<Record<Side, number>>;
}

export interface CountVerdict {
  readonly verdict: 'bad' | 'well' | 'unclear';
  readonly note?: string | undefined;
  readonly score: number;
  /** Where bad: the shortest window that says so, and all that do. */
  readonly told?: CountWindow | undefined;
  readonly side?: Side | undefined;
  readonly agreeing?: readonly number[] | undefined;
}

/** Windows up to this are recent by themselves. */
const RECENT_MS = 30_000;
/** Else the newest fifth must go the same way: half as far. */
export const RECENT_PART = 5;
/** Nothing for so long, or for the newest fifth of a longer window, is silence. */
const SILENT_MS = 10_000;
/** Usual observations in a window that can say that it is well. */
const WELL_EXPECTED = 10;
/** A usual amount near the limit must be able to be well. */
const WELL_TIMES = 1.25;

/** Shortest window first; `newest` reads the newest part of so many ms. */
export function judgeCounts(
  windows: readonly CountWindow[],
  floors: CountFloors,
  newest: (ms: number) => { readonly count: number; readonly expected: number },
): CountVerdict {
  const sides = floors.side === 'both' ? (['low', 'high'] as const) : [floors.side];
  const score = Math.max(0, ...windows.flatMap((window) => sides.map((side) => window.score[side])));
  for (const side of sides) {
    const isBad = (window: CountWindow, part: number) =>
      isBeyond(window, side, floors) &&
      window.score[side] >= floors.limit[side] * part &&
      isRecent(window, side, floors, newest) &&
      !(side === 'low' && isLeft(window, floors, newest));
    const bad = windows.filter((window) => isBad(window, 1));
    if (bad.length > 0) {
      return { verdict: 'bad', score, told: bad[0], side, agreeing: bad.map(({ ms }) => ms) };
    }
    if (windows.some((window) => isBad(window, floors.leave))) {
      return { verdict: 'unclear', score, note: 'not quite unusual' };
    }
  }
  const verdicts = sides.map((side) => wellOn(side, windows, floors));
  return { ...(verdicts.find(({ verdict }) => verdict !== 'well') ?? { verdict: 'well' }), score };
}

/** Whether it is so far off that somebody wants to know. */
export function isBeyond(window: CountWindow, side: Side, floors: CountFloors): boolean {
  if (window.ms < floors.minWindow) return false;
  return side === 'high'
    ? window.count >= enterCount(window.expected.high, floors)
    : window.expected.low >= floors.minExpected && window.count <= floors.maxTimes * window.expected.low;
}

/** The count that too many are at least. */
export function enterCount(expected: number, { minCount, minTimes }: CountFloors): number {
  return Math.max(minCount, minTimes * expected);
}

function isRecent(
  window: CountWindow,
  side: Side,
  floors: CountFloors,
  newest: Parameters<typeof judgeCounts>[2],
): boolean {
  if (window.ms <= RECENT_MS) return true;
  const { count, expected } = newest(window.ms / RECENT_PART);
  return side === 'high'
    ? count >= enterCount(window.expected.high, floors) / RECENT_PART / 2
    : count <= (expected * (1 + floors.maxTimes)) / 2;
}

/** Silence that another watch tells. */
function isLeft({ ms }: CountWindow, { silence }: CountFloors, newest: Parameters<typeof judgeCounts>[2]): boolean {
  return !silence && newest(Math.max(SILENT_MS, ms / RECENT_PART)).count === 0;
}

/** The shortest window in which enough is usual says how it is now; the longest where too little is usual in all. */
function wellOn(
  side: Side,
  windows: readonly CountWindow[],
  floors: CountFloors,
): Pick<CountVerdict, 'verdict' | 'note'> {
  const usual = windows.at(-1)?.expected.low ?? 0;
  if (side === 'low' && usual < floors.minExpected) {
    return { verdict: 'unclear', note: needsMore(floors.minExpected - usual, windows.at(-1)?.ms ?? 0) };
  }
  const long = windows.filter(({ ms }) => ms >= floors.minWindow);
  const enough = side === 'low' ? floors.minExpected : WELL_EXPECTED;
  const window = long.find(({ expected }) => expected[side] >= enough) ?? long.at(-1);
  if (!window) return { verdict: 'unclear', note: 'its windows are not full yet' };
  const count = window.count;
  const expected = window.expected[side];
  const isWell =
    side === 'high'
      ? count <= Math.max(floors.leave * enterCount(expected, floors), WELL_TIMES * expected)
      : count >= Math.min(floors.maxTimes / floors.leave, 1 / WELL_TIMES) * expected;
  return isWell ? { verdict: 'well' } : { verdict: 'unclear', note: 'between usual and unusual' };
}

function needsMore(missing: number, ms: number): string {
  return `needs ${Math.ceil(missing)} more in its usual ${Math.round(ms / 60_000)} min to judge`;
}
