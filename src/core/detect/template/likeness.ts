/**
 * Which templates are one where words differ too. As in Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed
 * Depth Tree", 2017) only templates of as many words and one first word are compared, and so many words must be alike.
 */
import { VARIABLE } from '../../observe/template.ts';

/** Least share of words that templates of one kind have alike; Drain's usual setting is 0.5. */
export const ALIKE = 0.6;
/** Different words at a place from which on it varies; of templates with this share of words alike, two. */
export const VARIANTS = 3;
const VERY_ALIKE = 0.85;
/** The last word of a template that was cut. */
const CUT = '…';
/** A list of words that was cut may have so many more. */
const CUT_WORDS = 3;

export function wordsOf(template: string): readonly string[] {
  return template.split(' ');
}

/** False where no other word has to be looked at. */
export function mayBeKin(template: string, firstWord: string): boolean {
  return template.startsWith(firstWord) || template.startsWith(VARIABLE);
}

/** Every word of `known` is that of the template, or varies. */
export function covers(known: readonly string[], words: readonly string[]): boolean {
  if (known.length !== words.length) return false;
  return known.every((word, place) => word === VARIABLE || word === words[place]);
}

/** Of the known templates those that are one kind with these words, and what they have in common; none where it is new. */
export interface Kin {
  readonly members: readonly number[];
  readonly template: string;
}

export function kinOf(words: readonly string[], known: readonly (readonly string[])[]): Kin | undefined {
  const near = known
    .map((others, index) => ({ index, others, common: commonOf(words, others) }))
    .filter(({ common }) => alike(common) >= ALIKE)
    .sort((a, b) => alike(b.common) - alike(a.common) || a.index - b.index);
  const members: number[] = [];
  let common = words;
  for (const { index, others } of near) {
    const narrower = commonOf(common, others);
    if (alike(narrower) < ALIKE) continue;
    common = narrower;
    members.push(index);
  }
  const needed = alike(common) >= VERY_ALIKE ? 1 : VARIANTS - 1;
  return members.length >= needed ? { members, template: common.join(' ') } : undefined;
}

/** Words with VARIABLE where they differ; nothing where they are no match for each other. */
function commonOf(words: readonly string[], others: readonly string[]): readonly string[] {
  const length = Math.min(words.length, others.length);
  const areCut = words.at(-1) === CUT && others.at(-1) === CUT && Math.abs(words.length - others.length) <= CUT_WORDS;
  if (words[0] !== others[0] || (words.length !== others.length && !areCut)) return [];
  const common = words
    .slice(0, areCut ? length - 1 : length)
    .map((word, place) => (word === others[place] ? word : VARIABLE));
  return areCut ? [...common, CUT] : common;
}

function alike(common: readonly string[]): number {
  if (common.length === 0) return 0;
  return common.filter((word) => word !== VARIABLE).length / common.length;
}
