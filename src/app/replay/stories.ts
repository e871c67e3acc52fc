/** Stories: folders with recorded lines and what must be told of them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';

export interface Story {
  readonly name: string;
  /** Paths of its log files, in the order of their names. */
  readonly inputs: readonly string[];
  /** Of the machine's recorded figures, where there are some. */
  readonly machine?: string;
  /** Where what must be told stands, or will. */
  readonly expected: string;
  /** Its linesman.yaml, or that of the folder of all stories. */
  readonly config?: string;
  /** Of a story without lines: what a fault was decided on. */
  readonly decision?: string;
}

export interface FoundStories {
  readonly stories: readonly Story[];
  /** Folders that look like a story and are none: why, and what to do. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
}

/** Within a story. */
const INPUT = 'input';
const EXPECTED = 'expected.txt';
const CONFIG = 'linesman.yaml';
/** Instead of input/: what a fault was decided on, as linesman export writes it. */
export const DECISION_FILE = 'decision.bin';
/** In input/, beside the logs or without one: what was recorded of the machine. */
const MACHINE = /^machine\.jsonl(\.gz)?$/;
/** Only stories have these: a folder with one of them is meant to be one. */
const MARKS = [INPUT, EXPECTED, DECISION_FILE, 'story.md'];

/** The folder is one story, or holds some. Throws UserError('INPUT') where it does neither. */
export function findStories(folder: string): FoundStories {
  if (!isFolder(folder)) throw new UserError('INPUT', `${folder} is no folder; name one that holds stories, or is one`);
  const isOne = MARKS.some((mark) => existsSync(join(folder, mark)));
  const folders = isOne ? [folder] : foldersIn(folder);
  const meant = folders.filter((one) => MARKS.some((mark) => existsSync(join(one, mark))));
  if (meant.length === 0)
    throw new UserError(
      'INPUT',
      `${folder} holds no story: make a folder in it with input/ (log files) and expected.txt, which --update writes (docs/TESTING-ALERTS.md)`,
    );
  // One story is told as it is among the others.
  const shared = join(isOne ? join(folder, '..') : folder, CONFIG);
  const looked = meant.map((one) => ({ name: basename(resolve(one)), reason: brokenBecause(one), folder: one }));
  return {
    stories: looked.flatMap(({ reason, folder: one }) => (reason === undefined ? [storyIn(one, shared)] : [])),
    broken: looked.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }])),
  };
}

function storyIn(folder: string, shared: string): Story {
  const input = join(folder, INPUT);
  const files = isFolder(input) ? filesIn(input) : [];
  const machine = files.find((file) => MACHINE.test(file));
  const config = [join(folder, CONFIG), shared].find((path) => existsSync(path));
  return {
    name: basename(resolve(folder)),
    inputs: files.filter((file) => file !== machine).map((file) => join(input, file)),
    ...(machine !== undefined && { machine: join(input, machine) }),
    expected: join(folder, EXPECTED),
    ...(config !== undefined && { config }),
    ...(existsSync(join(folder, DECISION_FILE)) && { decision: join(folder, DECISION_FILE) }),
  };
}

function brokenBecause(folder: string): string | undefined {
  const input = join(folder, INPUT);
  if (existsSync(join(folder, DECISION_FILE))) return undefined;
  if (!isFolder(input)) return `it has no folder ${INPUT}/: put its log files there`;
  if (filesIn(input).length === 0) return `its ${INPUT}/ is empty: put its log files there, .gz too`;
  return undefined;
}

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return entries.filter((name) => !isFolder(join(folder, name))).sort();
}

function foldersIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names
    .sort()
    .map((name) => join(folder, name))
    .filter(isFolder);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
