/**
 * Which templates are one where words differ too. As in Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed
 * Depth Tree", 2017) only templates of as many words and one first word are compared, and so many words must be alike.
 */
import { VARIABLE } from '../../observe/template.ts';

/** Least share of words that templates of one kind have alike; Drain's usual setting is 0.5. */
export const ALIKE = 0.6;
/** Different words at a place from which on it varies; of templates with this share of words alike, two. */
export const VARIANTS = 4;
const VERY_ALIKE = 0.93;
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

/** `fewest` of them are enough. */
export function kinOf(
  words: readonly string[],
  known: readonly (readonly string[])[],
  fewest = VARIANTS - 1,
): Kin | undefined {
  const near = known
    .map((others, index) => ({ index, others, share: alikeOf(commonOf(words, others)) }))
    .filter(({ share }) => share >= ALIKE)
    .sort((a, b) => b.share - a.share || a.index - b.index);
  const members: number[] = [];
  let common: Common = { words, different: 0 };
  for (const { index, others } of near) {
    const narrower = commonOf(common.words, others);
    const different = common.different + narrower.different;
    if (alikeOf({ ...narrower, different }) < ALIKE) continue;
    common = { ...narrower, different };
    members.push(index);
  }
  const needed = alikeOf(common) >= VERY_ALIKE ? 1 : fewest;
  return members.length >= needed ? { members, template: common.words.join(' ') } : undefined;
}

/** Words with VARIABLE where they differ, and at how many places they do without saying so themselves. */
interface Common {
  readonly words: readonly string[];
  readonly different: number;
}

const NOTHING: Common = { words: [], different: 0 };

function commonOf(words: readonly string[], others: readonly string[]): Common {
  const length = Math.min(words.length, others.length);
  const areCut = words.at(-1) === CUT && others.at(-1) === CUT && Math.abs(words.length - others.length) <= CUT_WORDS;
  if (words[0] !== others[0] || (words.length !== others.length && !areCut)) return NOTHING;
  const common: string[] = [];
  let different = 0;
  for (let place = 0; place < (areCut ? length - 1 : length); place += 1) {
    const [word, other] = [words[place] as string, others[place] as string];
    common.push(word === other ? word : VARIABLE);
    // What holds a value in both is one place with different values.
    if (word !== other && word !== VARIABLE && !(word.includes(VARIABLE) && other.includes(VARIABLE))) different += 1;
  }
  return { words: areCut ? [...common, CUT] : common, different };
}

function alikeOf({ words, different }: Common): number {
  return words.length === 0 ? 0 : (words.length - different) / words.length;
}
