/** How sure a finding is, in words. */

/** Beyond this the model of chance is further from the truth than the number says. */
const SCORE_MAX = 12;
/** Thresholds say this instead of a score: nothing was estimated. */
export const NO_SCORE = 999;

const WORDS = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
] as const;

/**
 * score: -log10 of the p-value of one window; windows are taken side by side, so many of them make a time. 6.5 in windows
 * of 60 s is 'by chance once in 6 years'. Where there is no window, as of a silence, it is 'once in 3 million looks'.
 */
export function chanceText(score: number, windowMs: number): string {
  if (score >= NO_SCORE) return 'measured against a fixed limit';
  if (score <= 0) return 'nothing rare';
  if (windowMs > 0) return `by chance ${onceInTime(10 ** Math.min(score, SCORE_MAX * 2) * windowMs)}`;
  if (score >= SCORE_MAX) return 'by chance less than once in a trillion looks';
  const times = onceIn(score);
  return times === '1' ? 'nothing rare' : `by chance once in ${times} looks`;
}

const YEAR_MS = 365.25 * 86_400_000;
/** The largest unit that it has two of; one significant digit. */
const UNITS = [
  [YEAR_MS, 'years'],
  [86_400_000, 'days'],
  [3_600_000, 'hours'],
  [60_000, 'minutes'],
] as const;
/** Of rarer things nobody has seen enough. */
const YEARS_MAX = 1_000;

function onceInTime(ms: number): string {
  if (ms > YEARS_MAX * YEAR_MS) return 'less than once in 1,000 years';
  const [size, word] = UNITS.find(([unit]) => ms >= 2 * unit) ?? [1_000, 'seconds'];
  return `once in ${Number((ms / size).toPrecision(1))} ${word}`;
}

/** The chance of a score as one in so many. One significant digit: more would pretend. */
export function onceIn(score: number): string {
  const times = Number((10 ** Math.max(0, score)).toPrecision(1));
  const [size, word] = WORDS.find(([least]) => times >= least) ?? [1, ''];
  const number = String(Math.round(times / size)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  if (word === '') return number;
  return number === '1' ? `a ${word}` : `${number} ${word}`;
}
