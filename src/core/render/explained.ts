/** A line explained, as a tree for people. */
import { type Candidate, lackText } from '../parse/candidates.ts';
import type { Explained, ExplainedField, TakenLine, WatchedSeries } from '../parse/explained.ts';
import { MAX_PATTERN_BYTES } from '../parse/lines.ts';
import { WRAPPER_NAMES } from '../parse/wrappers/wrapper-name.ts';
import { visible } from './sanitise.ts';
import type { Piece, Tone } from './tail-line.ts';

/** A line of a tree, and what hangs on it. */
interface Branch {
  readonly pieces: readonly Piece[];
  readonly below?: readonly Branch[];
  /** It goes on with the line before it, and is no branch of its own. */
  readonly isMore?: boolean;
}

/** Candidates that are shown with where they stop. */
const SHOWN_WHOLE = 3;
/** Letters of a line and of a value that are shown. */
const SHOWN_CHARS = 500;
/** Of what fits before the place where a candidate stops. */
const BEFORE_CHARS = 24;

/** The lines of the tree, each in pieces. Everything from the line is made visible. Lists are broken for `columns`. */
export function explainedLines(explained: Explained, columns: number): readonly (readonly Piece[])[] {
  const { line, wrapper, taken } = explained;
  const head = [[dim('line     '), elastic(line)], ...(wrapper ? wrapperLines(wrapper) : [])];
  const root = taken ? takenBranch(taken, explained, columns) : untakenBranch(explained);
  return [...head, root.pieces, ...treeLines(root.below ?? [], '')];
}

function treeLines(branches: readonly Branch[], indent: string): readonly (readonly Piece[])[] {
  const last = branches.findLastIndex(({ isMore }) => !isMore);
  return branches.flatMap(({ pieces, below = [], isMore }, index) => {
    const rest = index < last ? '│ ' : '  ';
    const own = [dim(`${indent}${isMore ? rest : index < last ? '├─' : '└─'}`), ...pieces];
    return [own, ...treeLines(below, `${indent}${rest} `)];
  });
}

function wrapperLines({ name, time, isPart, isLeftOn }: NonNullable<Explained['wrapper']>): readonly Piece[][] {
  const stamp = time === undefined ? 'without a time' : `its time is ${instant(time)}`;
  const notes = [
    ...(isPart ? ['the line goes on in a later one, for which linesman waits'] : []),
    ...(isLeftOn ? ['no pattern takes the line within, so all of it was tried'] : []),
  ];
  const first = [dim(isLeftOn ? 'around it' : 'taken off'), plain(`${WRAPPER_NAMES[name]}; ${stamp}`, true)];
  return [first, ...notes.map((note) => [dim('         '), plain(note, true)])];
}

function takenBranch(taken: TakenLine, explained: Explained, columns: number): Branch {
  const pieces = [
    dim('taken by '),
    { text: taken.pattern, tone: 'good' } as const,
    dim(shown(taken.description), true),
  ];
  const others = othersBranch(explained, columns);
  if (taken.continues)
    return { pieces, below: [{ pieces: [plain('it belongs to the line before it, and adds to nothing')] }, ...others] };
  return {
    pieces,
    below: [
      { pieces: [plain('time'), timePiece(taken.time)] },
      { pieces: [plain('fields')], below: fieldBranches(taken.fields, columns) },
      { pieces: [plain('adds to')], below: seriesBranches(taken.series, columns) },
      ...others,
    ],
  };
}

function timePiece(time: number | undefined): Piece {
  return time === undefined ? dim('none: it has that of the line before it') : plain(instant(time));
}

function fieldBranches(fields: readonly ExplainedField[], columns: number): readonly Branch[] {
  const there = fields.filter(({ value }) => value !== undefined);
  const nameWidth = Math.max(0, ...there.map(({ name }) => name.length));
  const kindWidth = Math.max(0, ...there.map(({ kind }) => kind.length));
  const absent = fields.filter(({ value }) => value === undefined).map(({ name }) => name);
  return [
    ...there.map(({ name, kind, value }) => ({
      pieces: [plain(name.padEnd(nameWidth)), dim(kind.padEnd(kindWidth)), elastic(String(value))],
    })),
    ...listBranches('absent:', absent, columns),
  ];
}

function seriesBranches(series: readonly WatchedSeries[], columns: number): readonly Branch[] {
  const added = series.filter(({ adds }) => adds !== undefined);
  const width = Math.max(0, ...series.map(({ name }) => name.length));
  if (series.length === 0) return [{ pieces: [dim('nothing: the pattern observes nothing')] }];
  return [
    ...added.map((one) => ({ pieces: addedPieces(one, width), below: watchBranches(one, columns) })),
    ...series
      .filter(({ adds }) => adds === undefined)
      .map(({ name, because = '' }) => ({ pieces: [dim(`${name.padEnd(width)} nothing: ${shown(because)}`, true)] })),
  ];
}

function addedPieces({ name, adds, labels }: WatchedSeries, width: number): readonly Piece[] {
  const by = Object.entries(labels).map(([label, value]) => `${label}=${shown(value)}`);
  const also = by.length === 0 ? [] : [plain(`also by ${by.join(', ')}`, true)];
  return [plain(name.padEnd(width)), { text: `+${adds}`, tone: 'good' }, ...also];
}

function watchBranches({ watches }: WatchedSeries, columns: number): readonly Branch[] {
  const names = watches.map(({ name, severity, by }) => `${name} (${severity}${by === undefined ? '' : `, by ${by}`})`);
  return listBranches('watched by', names, columns);
}

/** Columns of a tree's lines before a list. */
const INDENT_COLUMNS = 9;

/** Names one after the other, in as many lines as they need. */
function listBranches(title: string, names: readonly string[], columns: number): readonly Branch[] {
  const room = columns - INDENT_COLUMNS - title.length - 1;
  const lines: string[] = [];
  for (const name of names) {
    const longer = `${lines.at(-1) ?? ''}, ${name}`;
    if (lines.length > 0 && longer.length < room) lines[lines.length - 1] = longer;
    else lines.push(name);
  }
  return lines.map((line, index) => ({
    pieces: [dim(index === 0 ? title : ' '.repeat(title.length)), plain(line, true)],
    isMore: index > 0,
  }));
}

/** Behind a line that was taken: what else there is, in short. */
function othersBranch({ alsoTakenBy, others, notRanked }: Explained, columns: number): readonly Branch[] {
  const also = listBranches('would be taken by', alsoTakenBy, columns);
  const near = others.filter(({ share }) => share > 0);
  const far = others.filter(({ share }) => share === 0).map(({ pattern }) => pattern.name);
  const below = [...shortBranches(near), ...listBranches('not at all:', far, columns), ...leftOut(notRanked)];
  return below.length === 0 ? also : [...also, { pieces: [plain('not taken by')], below }];
}

function untakenBranch({ text, others, notRanked }: Explained): Branch {
  if (text === undefined)
    return {
      pieces: [bad('no pattern takes it')],
      below: [{ pieces: [plain(`it is too long: patterns see ${MAX_PATTERN_BYTES} bytes at most`)] }],
    };
  const whole = others.slice(0, SHOWN_WHOLE).filter(({ share }) => share > 0);
  return {
    pieces: [bad('no pattern takes it'), dim(`${others.length + notRanked} were tried, the nearest first`)],
    below: [
      ...whole.map((one) => candidateBranch(one, text)),
      ...shortBranches(others.slice(whole.length)),
      ...leftOut(notRanked),
    ],
  };
}

function candidateBranch(candidate: Candidate, text: string): Branch {
  const { pattern, reached } = candidate;
  const lack: Branch = { pieces: [{ text: shown(lackText(candidate)), tone: 'warning', isElastic: true }] };
  if (!reached) return { pieces: [plain(pattern.name), dim('is for JSON objects')], below: [lack] };
  const { at } = reached;
  const before = at > BEFORE_CHARS ? `…${text.slice(at - BEFORE_CHARS, at)}` : text.slice(0, at);
  return {
    pieces: [plain(pattern.name), dim(`fits to letter ${at} of ${text.length}${expressionText(candidate)}`)],
    below: [
      ...(at === 0
        ? []
        : [{ pieces: [dim('behind  '), { text: quoted(before), tone: 'good', isElastic: true } as const] }]),
      { pieces: [dim('stops at'), { text: quoted(text.slice(at)), tone: 'bad', isElastic: true }] },
      lack,
    ],
  };
}

/** Only where there are several is it said which. */
function expressionText({ pattern, reached }: Candidate): string {
  const { expressions } = pattern.spec;
  return expressions.length > 1 ? `, by its expression ${(reached?.expression ?? 0) + 1} of ${expressions.length}` : '';
}

function shortBranches(others: readonly Candidate[]): readonly Branch[] {
  const width = Math.max(0, ...others.map(({ pattern }) => pattern.name.length));
  return others.map((one) => {
    const where = one.reached ? `to letter ${one.reached.at}, ` : '';
    return { pieces: [plain(one.pattern.name.padEnd(width)), dim(`${where}${shown(lackText(one))}`, true)] };
  });
}

function leftOut(notRanked: number): readonly Branch[] {
  return notRanked === 0 ? [] : [{ pieces: [dim(`and ${notRanked} more`)] }];
}

/** Times that no date can have are shown as their number. */
const MAX_TIME_MS = 8.64e15;

function instant(time: number): string {
  return Math.abs(time) > MAX_TIME_MS ? String(time) : new Date(time).toISOString();
}

function shown(text: string): string {
  return visible(text, SHOWN_CHARS);
}

function quoted(text: string): string {
  return text === '' ? 'the end of the line' : `'${shown(text)}'`;
}

function elastic(text: string): Piece {
  return { text: shown(text), tone: 'plain', isElastic: true };
}

function plain(text: string, isElastic = false): Piece {
  return piece(text, 'plain', isElastic);
}

function dim(text: string, isElastic = false): Piece {
  return piece(text, 'dim', isElastic);
}

function bad(text: string): Piece {
  return piece(text, 'bad', false);
}

function piece(text: string, tone: Tone, isElastic: boolean): Piece {
  return { text, tone, isElastic };
}
