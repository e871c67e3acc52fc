/** Runs stories one after the other, and tells of each whether it was told as expected. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findStories, type Story } from '../app/replay/stories.ts';
import { replayStory, type ToldStory } from '../app/replay/story-replay.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { visible } from '../core/render/sanitise.ts';
import { decidedLines } from './decision-story.ts';
import { goldenLines, storyDiff } from './golden-story.ts';
import type { JunitCase } from './junit.ts';
import { makeMailFolder, writeMailFile } from './mail-files.ts';
import { writeJunit } from './report-file.ts';
import type { TestOptions } from './test.ts';

interface Result {
  readonly name: string;
  readonly isOk: boolean;
  /** Behind the name: 'updated', '3 lines matched no pattern'. */
  readonly note?: string | undefined;
  /** What is wrong, or what an update changed. */
  readonly details: readonly string[];
}

/** Gives the exit code. Throws UserError where there is no story at all. */
export async function runStories(folder: string, options: TestOptions): Promise<number> {
  const { stories, broken } = findStories(folder);
  const cases: JunitCase[] = [];

  function tell(result: Result, seconds: number): void {
    cases.push({
      ...{ of: 'stories', name: result.name, seconds },
      failure: result.isOk ? undefined : result.details.join('\n'),
    });
    process.stdout.write(`${resultText(result, cases.length)}\n`);
  }

  for (const { name, reason } of broken) tell({ name, isOk: false, details: [reason] }, 0);
  for (const story of stories) {
    const start = performance.now();
    tell(await runStory(story, options), (performance.now() - start) / 1_000);
  }
  const failed = cases.filter(({ failure }) => failure !== undefined).length;
  process.stdout.write(`1..${cases.length}\n# ${cases.length - failed} of ${cases.length} stories ok\n`);
  if (options.junit !== undefined) await writeJunit(options.junit, 'linesman test', cases);
  return failed > 0 ? 1 : 0;
}

async function runStory(story: Story, options: TestOptions): Promise<Result> {
  const { name } = story;
  try {
    if (story.decision !== undefined) return await compare(story, await decidedLines(story.decision));
    const replayed = await replayStory(story);
    const useless = uselessBecause(replayed);
    if (useless !== undefined) return { name, isOk: false, details: [useless] };
    if (options.mails !== undefined) await writeMails(join(options.mails, name), replayed);
    const result = options.update ? await update(story, replayed.told) : await compare(story, replayed.told);
    return { ...result, note: result.note ?? unmatchedNote(replayed) };
  } catch (error) {
    // Of one story; the others are run all the same.
    if (error instanceof UserError) return { name, isOk: false, details: error.message.split('\n') };
    throw error;
  }
}

/** Nothing is told of what nobody could read: such a story would never fail. */
function uselessBecause({ lines, unmatched, figures }: ToldStory): string | undefined {
  if (lines === 0) return figures > 0 ? undefined : 'its input/ holds no lines';
  if (unmatched < lines) return undefined;
  return `none of its ${lines} lines matches a pattern; try one: linesman explain 'LINE', and give its linesman.yaml the patterns`;
}

function unmatchedNote({ lines, unmatched }: ToldStory): string | undefined {
  return unmatched === 0 ? undefined : `${unmatched} of ${lines} lines matched no pattern`;
}

async function compare({ name, expected }: Story, told: readonly string[]): Promise<Result> {
  const text = await readExpected(expected);
  if (text === undefined) {
    const details = [
      'it has no expected.txt; linesman test --update writes what was told:',
      ...told.map((line) => `+ ${line}`),
    ];
    return { name, isOk: false, details };
  }
  const details = storyDiff(goldenLines(text), told);
  return { name, isOk: details.length === 0, details };
}

/** Comments at the head of the file stay. */
async function update({ name, expected }: Story, told: readonly string[]): Promise<Result> {
  const text = await readExpected(expected);
  const details = text === undefined ? told.map((line) => `+ ${line}`) : storyDiff(goldenLines(text), told);
  if (text !== undefined && details.length === 0) return { name, isOk: true, details };
  const head = /^(?:#.*\r?\n)*/.exec(text ?? '')?.[0] ?? '';
  await writeFile(expected, head + told.map((line) => `${line}\n`).join('')).catch((cause: unknown) => {
    throw new UserError('INPUT', `${expected} cannot be written (${messageOf(cause)})`, { cause });
  });
  return { name, isOk: true, note: text === undefined ? 'expected.txt was made' : 'expected.txt was changed', details };
}

/** Undefined where there is none. */
async function readExpected(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new UserError('INPUT', `${file} cannot be read (${messageOf(cause)})`, { cause });
  });
}

async function writeMails(folder: string, { notifications }: ToldStory): Promise<void> {
  await makeMailFolder(folder);
  for (const notification of notifications) await writeMailFile(folder, notification);
}

const NAME_CHARS = 200;
const DETAIL_CHARS = 2_000;

/** As TAP writes it, https://testanything.org. */
function resultText({ name, isOk, note, details }: Result, number: number): string {
  const first = `${isOk ? 'ok' : 'not ok'} ${number} - ${visible(name, NAME_CHARS)}${note === undefined ? '' : ` (${note})`}`;
  return [first, ...details.map((detail) => `    ${visible(detail, DETAIL_CHARS)}`)].join('\n');
}
