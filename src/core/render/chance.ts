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

/** score: -log10 of the p-value. '6.5' is 'by chance once in 3 million windows of 60 s'. */
export function chanceText(score: number, window: string): string {
  if (score >= NO_SCORE) return 'measured against a fixed limit';
  const windows = window === '' ? 'looks' : `windows of ${window}`;
  if (score >= SCORE_MAX) return `by chance less than once in a trillion ${windows}`;
  const times = onceIn(score);
  return times === '1' ? 'nothing rare' : `by chance once in ${times} ${windows}`;
}

/** One significant digit: more would pretend. */
function onceIn(score: number): string {
  const times = Number((10 ** Math.max(0, score)).toPrecision(1));
  const [size, word] = WORDS.find(([least]) => times >= least) ?? [1, ''];
  const number = String(Math.round(times / size)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  if (word === '') return number;
  return number === '1' ? `a ${word}` : `${number} ${word}`;
}
