/** The subject of a thread: fixed for the life of a fault, printable ASCII, never log text. */
import { stableId } from '../hash.ts';
import type { Finding, Severity } from '../types.ts';
import { headerText } from './sanitise.ts';
import { genericNoun, said, shortAgainstText, shortValueText } from './wording.ts';

/** What lists of mails show of a subject on a desk; a reply's prefix may come in front. */
export const SUBJECT_CHARS = 78;
/** Later mails of the thread have it in front. */
export const REPLY_PREFIX = 'Re: ';

const HOST_CHARS = 40;
/** Of a clause before it is shortened. */
const CLAUSE_CHARS = 200;
/** In place of the middle of a long word, which keeps so much at least. */
const GAP = '...';
const WORD_CHARS = 10;
/** A label may have been somebody's Host header: only what cannot be more than a name goes into a subject. */
const NAME = /^[A-Za-z0-9.:-]{1,40}$/;
/** A mount point is the machine's own word. */
const MOUNT = /^(\/|(\/[A-Za-z0-9._-]{1,30}){1,4})$/;

export interface SubjectParts {
  readonly severity: Severity;
  readonly host: string;
  readonly faultId: string;
  /** The watch's noun phrase. */
  readonly noun: string;
  readonly finding: Finding;
  readonly detector?: string | undefined;
  /** Of a check, from settings: it says all, without a value. */
  readonly clause?: string | undefined;
  /** Its noun is a clause, and its value says nothing. */
  readonly isState?: boolean | undefined;
}

/** '[linesman critical] web-1 HTTP 5xx responses 12.4% (usual 0.3%) #7F3K'. Where room is short the least needed goes first. */
export function subjectOf(parts: SubjectParts): string {
  const host = headerText(parts.host, HOST_CHARS).replace(/[^A-Za-z0-9._-]/g, '-');
  const shortHost = host.split('.')[0] || host;
  const noun = headerText(parts.noun, SUBJECT_CHARS);
  const named = namedNoun(noun, parts.finding);
  const clause = parts.isState ? named : parts.clause;
  if (clause !== undefined) return clauseSubject({ ...parts, clause }, [host, shortHost]);
  const value = shortValueText(parts);
  const against = shortAgainstText(parts);
  const subjects = [
    [host, said(named, value, ' '), against],
    [shortHost, said(named, value, ' '), against],
    [shortHost, said(named, value, ' ')],
    [shortHost, said(noun, value, ' '), against],
    [shortHost, said(noun, value, ' ')],
  ].map((words) => subjectFrom(parts, words));
  return headerText(
    subjects.find(({ length }) => length <= SUBJECT_CHARS) ?? cutNoun(parts, [shortHost, noun, value]),
    SUBJECT_CHARS,
  );
}

/**
 * '[linesman critical] web-1 Process worker is not running #7F3K'. Where room is short the domain goes first, then an article, then
 * the middle of its longest word, which is a path or an address: what is wrong with it stands behind it.
 */
function clauseSubject(parts: SubjectParts, [host = '', shortHost = '']: readonly string[]): string {
  const clause = headerText(parts.clause ?? '', CLAUSE_CHARS);
  const brief = clause.replace(/^The /, '');
  const whole = [
    [host, clause],
    [shortHost, clause],
    [shortHost, brief],
  ].map((words) => subjectFrom(parts, words));
  const over = Math.min(...whole.map(({ length }) => length)) - SUBJECT_CHARS;
  return (
    whole.find(({ length }) => length <= SUBJECT_CHARS) ?? cutNoun(parts, [shortHost, withShorterWord(brief, over)])
  );
}

/** Shorter by so many letters; the same where the longest word would keep too little. */
function withShorterWord(clause: string, letters: number): string {
  const [longest = ''] = clause.split(' ').sort((a, b) => b.length - a.length);
  const kept = longest.length - letters - GAP.length;
  if (kept < WORD_CHARS) return clause;
  const end = Math.ceil(kept / 2);
  return clause.replace(longest, () => `${longest.slice(0, kept - end)}${GAP}${longest.slice(-end)}`);
}

function subjectFrom({ severity, faultId }: SubjectParts, words: readonly string[]): string {
  return [`[linesman ${severity}]`, ...words.filter((word) => word !== ''), `#${shortId(faultId)}`].join(' ');
}

function cutNoun(parts: SubjectParts, [host = '', noun = '', value = '']: readonly string[]): string {
  const rest = subjectFrom(parts, [host, value]).length + 1;
  return subjectFrom(parts, [host, noun.slice(0, Math.max(0, SUBJECT_CHARS - rest)).trimEnd(), value]);
}

/** Four letters a person can say on the telephone: the first 20 bits of a hash, without I, L, O, U (Crockford). */
export function shortId(faultId: string): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const bits = Number.parseInt(stableId(faultId).slice(0, 5), 16);
  return [15, 10, 5, 0].map((shift) => letters[(bits >> shift) & 31]).join('');
}

/** 'HTTP 5xx responses of shop.example.com', 'Disk use /var'. */
function namedNoun(noun: string, { labels }: Finding): string {
  const names = Object.keys(labels).sort();
  const values = names.flatMap((name) => (isName(name, labels[name] ?? '') ? [labels[name]] : []));
  if (values.length === 0) return noun;
  const generic = genericNoun(noun);
  return `${generic}${generic === noun ? '' : ' of'} ${values.join(' ')}`;
}

function isName(label: string, value: string): boolean {
  return NAME.test(value) || (label === 'mount' && MOUNT.test(value));
}
