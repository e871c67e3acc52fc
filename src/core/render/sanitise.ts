/**
 * Log text is an attacker's text: what it may look like in a mail, on a terminal, in a header. Applied at output, after
 * parsing, to everything that came from a log, by name or by way of a label.
 */

/** Longest line of evidence shown, in characters as shown. */
export const EVIDENCE_CHARS = 300;

/** Controls, format characters (bidirectional, zero width, tags), line and paragraph separators, halves of surrogates, and what shows as nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const INVISIBLE_PIECES = new RegExp(INVISIBLE.source, 'gu');
/** A fourth mark on one letter only serves to paint over the lines around it. */
const MARKS_MAX = 3;

/** One line of harmless text: what cannot be seen or steers a terminal stands as \uXXXX, a tab as a space; at most `chars` long. */
export function visible(text: string, chars: number): string {
  const pieces: string[] = [];
  let length = 0;
  let marks = 0;
  for (const character of text) {
    marks = /\p{M}/u.test(character) ? marks + 1 : 0;
    const piece = shownAs(character, marks);
    pieces.push(piece);
    length += lengthOf(piece);
    if (length > chars) return cutPieces(pieces, length, chars);
  }
  return pieces.join('');
}

/** JSON on one line as it may be shown on a terminal: the same values, with what visible() escapes as JSON's own \uXXXX. */
export function visibleJson(json: string): string {
  // A line's end stands between texts only: within one JSON writes it as \n.
  return json.replace(INVISIBLE_PIECES, (piece) => piece.split('').map(jsonEscape).join(''));
}

function jsonEscape(unit: string): string {
  return unit === '\n' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Never cuts inside a \uXXXX. */
function cutPieces(pieces: string[], length: number, chars: number): string {
  let left = length;
  while (left > chars - 1 && pieces.length > 0) left -= lengthOf(pieces.pop() ?? '');
  return `${pieces.join('')}…`;
}

function lengthOf(piece: string): number {
  return piece.startsWith('\\u') ? piece.length : 1;
}

function shownAs(character: string, marks: number): string {
  if (character === '\t') return ' ';
  return marks > MARKS_MAX || INVISIBLE.test(character) ? escaped(character) : character;
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** Endings of file names that are no top-level domain: no client makes a link of index.php. */
const FILE_ENDINGS =
  'php html htm js css json xml png jpg jpeg gif svg ico txt log webp asp aspx jsp cgi woff yml yaml conf ini service socket sql bak gz pdf csv lock sock';
/** A dot before what may be a top-level domain (the longest that are open to anybody have 13 letters), in any form a resolver takes for a dot. */
const DOMAIN_DOT =
  /(?<=[\p{L}\p{N}])[.\u3002\uFF0E\uFF61](?=(xn--[a-z0-9-]{1,59}|\p{L}{2,14})(?![\p{L}\p{N}_-])(?![.\u3002\uFF0E\uFF61][\p{L}\p{N}]))/giu;
const ENDINGS = new Set(FILE_ENDINGS.split(' '));

/** Takes the links out of text, so that no mail client makes them clickable: hxxp://evil[.]com, a[@]b, mailto[:]a. */
export function defang(text: string): string {
  const defanged = text
    .replace(/\bhttp(?=s?:)/gi, 'hxxp')
    .replace(/(?<!hxxp|hxxps):(?=\/\/)/gi, '[:]')
    .replace(/\b(mailto|tel|sms|facetime|skype|magnet|bitcoin):/gi, '$1[:]')
    .replace(/\bwww\./gi, 'www[.]')
    .replace(/(?<!\[(?=@\]))@/g, '[@]');
  // evil.com.http ends in no domain, but what stands before its last dot does: each dot before one that was taken is looked at.
  for (let before = '', now = defanged; ; before = now) {
    now = now.replace(DOMAIN_DOT, (dot, ending: string) => (ENDINGS.has(ending.toLowerCase()) ? dot : '[.]'));
    if (now === before) return now;
  }
}

/** A piece of a log as it may stand in a mail's body: visible, without links, cut. */
export function logText(text: string, chars = EVIDENCE_CHARS): string {
  return cut(defang(visible(text, chars)), chars);
}

/** At most `chars` characters, the last of them … where something was cut off. */
export function cut(text: string, chars: number): string {
  const characters = [...text];
  return characters.length <= chars ? text : `${characters.slice(0, chars - 1).join('')}…`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text as it stands in HTML, between tags and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? character);
}

/** Text as it stands in a header: printable ASCII in one line, everything else is '?'. */
export function headerText(text: string, chars: number): string {
  return text
    .slice(0, chars * 2)
    .replace(/[^\x20-\x7e]/gu, '?')
    .slice(0, chars)
    .trim();
}
