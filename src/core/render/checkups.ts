/** `linesman doctor` as a person reads it: 80 columns, everything from outside made harmless. */
import { type Checkup, type CheckupResult, countOf } from '../checkup.ts';
import { visible } from './sanitise.ts';
import { wrap } from './text.ts';

/** What an attacker's name for a file could make of a sentence. */
const SENTENCE_CHARS = 2_000;
const WORDS: Readonly<Record<CheckupResult, string>> = { ok: 'ok', note: 'note', wrong: 'WRONG' };
const INDENT = ' '.repeat(8);

export function checkupsText(parts: {
  readonly host: string;
  readonly version: string;
  /** Who looked: what one user may read another may not. */
  readonly user: string;
  readonly checkups: readonly Checkup[];
}): string {
  const { host, version, user, checkups } = parts;
  const areas = [...new Set(checkups.map(({ area }) => area))];
  const blocks = areas.map((area) =>
    [area, ...checkups.filter((one) => one.area === area).flatMap(checkupLines)].join('\n'),
  );
  const head = `linesman ${version} on ${visible(host, SENTENCE_CHARS)}, asked as ${visible(user, SENTENCE_CHARS)}`;
  return `${[head, ...blocks, summary(checkups)].join('\n\n')}\n`;
}

function checkupLines({ result, says, remedy = [] }: Checkup): readonly string[] {
  return [
    ...wrap(visible(says, SENTENCE_CHARS), `  ${WORDS[result].padEnd(6)}`, INDENT),
    // Never broken: they are to be copied.
    ...remedy.map((line) => `${INDENT}  ${visible(line, SENTENCE_CHARS)}`),
  ];
}

function summary(checkups: readonly Checkup[]): string {
  const wrong = countOf(checkups, 'wrong');
  const notes = countOf(checkups, 'note');
  const worth = notes === 0 ? '' : `, ${notes} worth knowing`;
  if (wrong === 0) return `Nothing is wrong${worth}.`;
  return `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong${worth}. Mend ${wrong === 1 ? 'it' : 'them'} and run linesman doctor again.`;
}
