/** A line that makes an expression backtrack: how it is built, and how expression and line are shown to a person. */
import type { AttackPattern, Hotspot } from 'recheck';

const SHOWN_CHARS = 60;
/** Of the texts a line is made of. */
const SHOWN_TEXT_CHARS = 20;
const MAX_SHOWN_TEXTS = 3;

/** The attack, repeated until it has so many letters. */
export function hostileLine({ pumps, suffix }: AttackPattern, chars: number): string {
  const times = timesFor({ pumps, suffix }, chars);
  return pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join('') + suffix;
}

/** The same line to be read: `'a' x 31 then '!'`. */
export function shownLine({ pumps, suffix }: AttackPattern, times: number): string {
  const texts = pumps.slice(0, MAX_SHOWN_TEXTS).flatMap(({ prefix, pump }) => {
    // What begins as it goes on is only another time.
    const begin = prefix === '' || prefix === pump ? [] : [shownText(prefix)];
    return [...begin, `${shownText(pump)} x ${times + (prefix === pump ? 1 : 0)}`];
  });
  if (pumps.length > MAX_SHOWN_TEXTS) texts.push('…');
  return [...texts, ...(suffix === '' ? [] : [shownText(suffix)])].join(' then ');
}

export function timesFor({ pumps, suffix }: Pick<AttackPattern, 'pumps' | 'suffix'>, chars: number): number {
  const once = pumps.reduce((sum, { prefix }) => sum + prefix.length, suffix.length);
  const each = pumps.reduce((sum, { pump }) => sum + pump.length, 0);
  return Math.max(1, Math.floor((chars - once) / Math.max(1, each)));
}

/** The part of an expression that backtracks: its hot spots, with the repetition around them and whole groups. */
export function blamedPart(source: string, hotspots: readonly Hotspot[], isExponential: boolean): string {
  const hot = hotspots.filter(({ temperature }) => temperature === 'heat');
  if (hot.length === 0) return cut(source, SHOWN_CHARS);
  const groups = groupsOf(source);
  let range = withQuantifier(source, {
    start: Math.min(...hot.map(({ start }) => start)),
    end: Math.max(...hot.map(({ end }) => end)),
  });
  for (const group of groups) if (isTorn(group, range)) range = union(range, group);
  const repeated = groups.find((group) => isRepeated(source, group) && isInside(range, group));
  return cut(source.slice(...endsOf(isExponential && repeated ? repeated : range)), SHOWN_CHARS);
}

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Every group with its quantifier, inner ones first. */
function groupsOf(source: string): readonly Range[] {
  const open: number[] = [];
  const groups: Range[] = [];
  // Escapes and character classes are passed over whole: a bracket inside them is none.
  for (const { 0: token, index } of source.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[()]/g)) {
    if (token === '(') open.push(index);
    else if (token === ')') groups.push(withQuantifier(source, { start: open.pop() ?? 0, end: index + 1 }));
  }
  return groups;
}

function withQuantifier(source: string, { start, end }: Range): Range {
  const quantifier = /^(?:[*+?]|\{\d+,?\d*\})\??/.exec(source.slice(end))?.[0] ?? '';
  return { start, end: end + quantifier.length };
}

function isRepeated(source: string, { end }: Range): boolean {
  return /[*+}]\??$/.test(source.slice(Math.max(0, end - 2), end));
}

function isInside(inner: Range, outer: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function isTorn(group: Range, range: Range): boolean {
  const isApart = group.end <= range.start || range.end <= group.start;
  return !(isApart || isInside(group, range) || isInside(range, group));
}

function union(a: Range, b: Range): Range {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

function endsOf({ start, end }: Range): [number, number] {
  return [start, end];
}

function shownText(text: string): string {
  return `'${cut(escaped(text), SHOWN_TEXT_CHARS)}'`;
}

function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars)}…`;
}
