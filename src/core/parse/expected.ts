/** What an expression expects at a place, in words. */
import type { ExpressionPart } from './expression-parts.ts';

/** What grok's names stand for, where a reader would not know by the name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  HTTPDATE: 'a time such as 25/Nov/2026:05:22:42 +0000',
  TIMESTAMP_ISO8601: 'a time such as 2026-11-25T05:22:42Z',
  NGINXERRORDATE: 'a time such as 2026/11/25 05:22:42',
  SYSLOGTIMESTAMP: 'a time such as Nov 25 05:22:42',
  NOTSPACE: 'text without spaces',
  STATUS: 'a status of three digits',
  METHOD: 'a method in capitals, such as GET',
  IP: 'an IP address',
  IPORHOST: 'an IP address or host name',
  INT: 'a whole number',
  NUMBER: 'a number',
  POSINT: 'digits',
  WORD: 'letters, digits or _',
  LOGLEVEL: 'a level such as ERROR or warn',
};
/** Of expressions and texts. */
const SHOWN_CHARS = 80;

/** `undefined` is the end of the line. */
export function expectedText(part: ExpressionPart | undefined): string {
  if (part === undefined) return 'the end of the line';
  switch (part.is) {
    case 'text':
      return `the text ${quoted(part.text)}`;
    case 'name':
      return nameText(part);
    case 'group':
      return groupText(part);
    case 'class':
      return shown(part.source);
  }
}

function nameText({ name, field }: Extract<ExpressionPart, { is: 'name' }>): string {
  const example = Object.hasOwn(EXAMPLES, name) ? `, ${EXAMPLES[name]}` : '';
  return `%{${field === undefined ? name : `${name}:${field}`}}${example}`;
}

function groupText({ field, source, ways }: Extract<ExpressionPart, { is: 'group' }>): string {
  if (field !== undefined) return `the field ${field}: ${shown(source)}`;
  if (ways.length === 1) return shown(source);
  return `one of ${shown(ways.map((way) => way.map((part) => part.source).join('')).join(' or '))}`;
}

function quoted(text: string): string {
  return text.includes("'") ? `"${shown(text)}"` : `'${shown(text)}'`;
}

function shown(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 1)}…` : text;
}
