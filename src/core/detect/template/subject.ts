/** What a finding of new kinds of messages is about: the template of the first, and how many there are besides. */
import { VARIABLE } from '../../observe/template.ts';

const MORE = / \(and \d{1,4} more(?: that (?:is|are) new)?\)$/;
/** Stands where a template was cut. */
const CUT = / …$/;

export function subjectOfNews(template: string, others: number): string {
  return others === 0 ? template : `${template} (and ${others} more that ${others === 1 ? 'is' : 'are'} new)`;
}

/** Of kinds that come more often than they did. */
export function subjectOfMore(template: string, others: number): string {
  return others === 0 ? template : `${template} (and ${others} more)`;
}

/** Whether a line of a log says this: it holds the words of the template in their order, whatever stands before and between. */
export function isAbout(line: string, subject: string): boolean {
  const pieces = subject.replace(MORE, '').replace(CUT, '').split(VARIABLE);
  const said = line.replace(/\s+/g, ' ');
  let at = 0;
  for (const piece of pieces) {
    const found = said.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return true;
}
