/** Reads an nginx.conf and all it includes into one tree of directives; what cannot be read is said, and the rest stands. */

import type { ConfFiles } from './conf-files.ts';
import { type ConfWord, confWords } from './conf-words.ts';

/** Files that include files that include files. */
const MAX_INCLUDE_DEPTH = 16;
const MAX_FILES = 1_000;
const MAX_ALL_CHARS = 16 * 1024 * 1024;
/** Blocks in blocks. */
const MAX_BLOCK_DEPTH = 32;
const MAX_DIRECTIVES = 200_000;
/** Files that come with Nginx, and say nothing of logs: they need not be there. */
const SILENT = /(?:^|\/)(?:mime\.types|\w+_params|fastcgi\.conf|koi-utf|koi-win|win-utf)$/;
/** Sentences that are kept. */
const MAX_PROBLEMS = 50;

export interface Place {
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
}

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly at: Place;
  /** Of a block: what stands in it, includes filled in. */
  readonly block?: readonly Directive[] | undefined;
}

export interface ReadConf {
  readonly directives: readonly Directive[];
  /** Sentences `file:line: …`. */
  readonly problems: readonly string[];
}

export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}

export function readConf(files: ConfFiles): ReadConf {
  const state: Reading = {
    files,
    open: [],
    problems: [],
    left: { files: MAX_FILES, chars: MAX_ALL_CHARS, directives: MAX_DIRECTIVES },
  };
  const directives: Directive[] = [];
  readFileInto(directives, files.main, { state, from: undefined });
  return { directives, problems: state.problems };
}

interface Reading {
  readonly files: ConfFiles;
  /** Those being read, each included by the one before. */
  readonly open: string[];
  readonly problems: string[];
  readonly left: { files: number; chars: number; directives: number };
}

/** `from`: the include that names the file. */
function readFileInto(
  into: Directive[],
  file: string,
  { state, from }: { readonly state: Reading; readonly from: Place | undefined },
): void {
  const refusal = refused(file, state);
  const read = refusal === undefined ? state.files.read(file) : { reason: refusal };
  if ('reason' in read) {
    say(state, from, `${from ? 'include ' : ''}${file}: ${read.reason}; what it says is not known here`);
    return;
  }
  if (read.text.length > state.left.chars) {
    say(state, from, `${file}: with it there would be more than ${MAX_ALL_CHARS / 1024 / 1024} MiB; it is left out`);
    return;
  }
  state.left.chars -= read.text.length;
  state.left.files -= 1;
  state.open.push(file);
  addDirectives(into, read.text, { state, file });
  state.open.pop();
}

function refused(file: string, { open, left }: Reading): string | undefined {
  if (open.includes(file)) return 'it includes itself';
  if (open.length >= MAX_INCLUDE_DEPTH) return `more than ${MAX_INCLUDE_DEPTH} files include each other`;
  return left.files === 0 ? `more than ${MAX_FILES} files are included` : undefined;
}

/** A block that is open, and what stands in it so far. */
interface OpenBlock {
  readonly name: string;
  readonly line: number;
  readonly directives: Directive[];
}

function addDirectives(
  into: Directive[],
  text: string,
  { state, file }: { readonly state: Reading; readonly file: string },
): void {
  const { words, mistake } = confWords(text);
  const blocks: OpenBlock[] = [{ name: '', line: 1, directives: into }];
  let statement: ConfWord[] = [];
  for (const word of words) {
    const inner = blocks.at(-1) as OpenBlock;
    const at = { file, line: statement[0]?.line ?? word.line };
    if (word.kind === 'word') {
      statement.push(word);
      continue;
    }
    const [name = '', ...args] = statement.map((one) => one.text);
    statement = [];
    const refusal = refusalOf(word, { state, depth: blocks.length });
    if (refusal !== undefined) {
      say(state, at, `${refusal}; the rest of the file is not read`);
      return;
    }
    state.left.directives -= 1;
    if (word.kind === 'open') {
      const directives: Directive[] = [];
      inner.directives.push({ name, args, at, block: directives });
      blocks.push({ name, line: at.line, directives });
    } else if (word.kind === 'close') {
      if (name !== '') say(state, at, `'${shown(name)}' does not end with ;`);
      if (blocks.length > 1) blocks.pop();
      else say(state, at, "there is a '}' that closes nothing");
    } else if (name === 'include') includeInto(inner.directives, args[0], { state, at });
    else if (name !== '') inner.directives.push({ name, args, at });
  }
  if (mistake) say(state, { file, line: mistake.line }, mistake.message);
  else if (statement[0])
    say(state, { file, line: statement[0].line }, `'${shown(statement[0].text)}' does not end with ;`);
  for (const { name, line } of blocks.slice(1).reverse())
    say(state, { file, line }, `the block '${shown(name)}' that begins here is never closed`);
}

function refusalOf(
  { kind }: ConfWord,
  { state, depth }: { readonly state: Reading; readonly depth: number },
): string | undefined {
  if (state.left.directives === 0) return `there are more than ${MAX_DIRECTIVES} directives`;
  if (kind === 'open' && depth > MAX_BLOCK_DEPTH) return `more than ${MAX_BLOCK_DEPTH} blocks stand in each other`;
  return undefined;
}

function includeInto(
  into: Directive[],
  include: string | undefined,
  { state, at }: { readonly state: Reading; readonly at: Place },
): void {
  if (!include) say(state, at, 'include names no file');
  if (include && SILENT.test(include)) return;
  // A pattern that finds nothing is no mistake to Nginx either.
  for (const file of include ? state.files.find(include) : []) readFileInto(into, file, { state, from: at });
}

function say({ problems }: Reading, at: Place | undefined, message: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(at ? `${placeText(at)}: ${message}` : message);
}

/** Of a text that whoever wrote the file chose. */
function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
