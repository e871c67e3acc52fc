/** The text/plain part: complete by itself, 72 columns, readable in a terminal and on a lock screen. */
import type { MailModel } from '../types.ts';
import { type Sections, sectionsOf } from './sections.ts';
import { blocks, sparklineOf } from './sparkline.ts';

export const TEXT_COLUMNS = 72;
const NAME_COLUMNS = 12;

/** deliveredAt: when it is sent, for the remark on a late one. */
export function renderText(model: MailModel, deliveredAt: number): string {
  const sections = sectionsOf(model, deliveredAt);
  const seen = titled(sections.evidenceTitle.toUpperCase(), evidenceLines(sections));
  const parts = [
    wrap(sections.state),
    wrap(sections.title),
    titled(sections.likelyTitle.toUpperCase(), likelyLines(sections)),
    sections.late === undefined ? [] : wrap(sections.late),
    sections.isSeenFirst ? seen : [],
    factLines(sections),
    chartLines(model),
    titled(sections.behindTitle.toUpperCase(), behindLines(sections)),
    sections.isSeenFirst ? [] : seen,
    titled(
      'ALSO',
      sections.together.flatMap((sentence) => wrap(sentence, '- ', '  ')),
    ),
    titled('AROUND THAT TIME ON THIS MACHINE', nearbyLines(sections)),
    titled('WHY IT MATTERS', proseLines(sections.why)),
    titled('WHAT TO DO', proseLines(sections.whatToDo)),
    // "-- " is where mail clients take the signature to begin.
    ['-- ', ...sections.smallPrint.flatMap((line) => wrap(line))],
  ];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function likelyLines({ likely }: Sections): readonly string[] {
  if (likely === undefined) return [];
  const { text, seen, whatToDo = '' } = likely;
  return [...wrap(text), ...(seen === undefined ? [] : wrap(seen, '| ', '|   ')), ...proseLines(whatToDo)];
}

function nearbyLines({ nearby, nearbyMore }: Sections): readonly string[] {
  const lines = nearby.flatMap(({ when, text }) => wrap(`${when}: ${text}`, '- ', '  '));
  return nearbyMore === '' ? lines : [...lines, nearbyMore];
}

function factLines({ facts }: Sections): readonly string[] {
  return facts.flatMap(([name, text]) => wrap(text, `${name.padEnd(NAME_COLUMNS - 1)} `, ' '.repeat(NAME_COLUMNS)));
}

function chartLines(model: MailModel): readonly string[] {
  const sparkline = sparklineOf(model);
  return sparkline === undefined ? [] : [blocks(sparkline.bars), ...wrap(sparkline.caption)];
}

function behindLines({ explained, behind, behindNote }: Sections): readonly string[] {
  const sentence = wrap(explained);
  if (behind.length === 0) return sentence;
  const lines = behind.flatMap(({ by, key, numbers, standsOut }) =>
    wrap(`${by} ${key}: ${numbers}`, standsOut ? '> ' : '  ', '    '),
  );
  return [...sentence, ...lines, ...wrap(behindNote)];
}

/** Set off by a bar, so that no line of a log can pass for one of the mail's. */
function evidenceLines({ evidence, evidenceMore }: Sections): readonly string[] {
  const lines = evidence.flatMap((line) => wrap(line, '| ', '|   '));
  return lines.length === 0 || evidenceMore === '' ? lines : [...lines, evidenceMore];
}

/** Several lines are a list. */
function proseLines(prose: string): readonly string[] {
  const lines = prose.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => (lines.length === 1 ? wrap(line) : wrap(line, '- ', '  ')));
}

/** Breaks at spaces; a word longer than a line is broken where the line ends, a command in backquotes never. */
export function wrap(text: string, first = '', next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of wordsOf(text, TEXT_COLUMNS - next.length)) {
    const joined = isEmpty ? line + word : `${line} ${word}`;
    if (!isEmpty && lengthOf(joined) > TEXT_COLUMNS) {
      lines.push(line);
      line = next + word;
    } else {
      line = joined;
    }
    isEmpty = false;
  }
  return isEmpty ? [] : [...lines, line];
}

function wordsOf(text: string, columns: number): readonly string[] {
  const words = text.match(/`[^`]*`[^\s`]*|\S+/g) ?? [];
  return words.flatMap((word) => (word.startsWith('`') ? [word] : pieces(word, columns)));
}

function pieces(word: string, columns: number): readonly string[] {
  const characters = [...word];
  if (characters.length <= columns) return [word];
  const count = Math.ceil(characters.length / columns);
  return Array.from({ length: count }, (_, i) => characters.slice(i * columns, (i + 1) * columns).join(''));
}

function lengthOf(text: string): number {
  return [...text].length;
}
