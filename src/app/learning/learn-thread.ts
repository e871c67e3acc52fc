/** A thread that learns from earlier files: it reads, parses and judges beside the live service, and ends when it has done so. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../core/errors.ts';
import { createChunkParser } from '../../core/parse/chunk.ts';
import { compilePattern } from '../../core/parse/pattern.ts';
import { parseSlice, SLICE_BYTES } from '../../core/parse/slices.ts';
import type { SliceParser } from '../../core/ports.ts';
import type { Learning } from '../../engine/tick.ts';
import type { EarlierFile, EarlierFiles } from '../../sources/earlier-files.ts';
import { createEarlierReader, firstBytesOf, type StampedFile } from '../../sources/earlier-reader.ts';
import type { StampOf } from '../../sources/earlier-start.ts';
import { VERSION } from '../../version.ts';
import { loadWatching, type Watching } from '../knowing/watching.ts';
import { learnSource } from './learn-source.ts';

/** What is learnt ends this long before what is judged live begins: for what watches remember that is a gap, and no window reaches across. */
const GAP_MS = 600_000;

export interface LearnQuestion {
  readonly config: Config;
  readonly sources: readonly SourceQuestion[];
  readonly now: number;
  readonly withinMs: number;
}

export interface SourceQuestion {
  readonly name: string;
  readonly files: EarlierFiles;
  /** Lines from this time on are in the windows. */
  readonly countedFrom: number;
  /** Lines before this time are left out. */
  readonly oldest: number;
}

/** Nothing: there was nothing to learn from. */
export type LearnAnswer = { readonly source: string } & (
  | { readonly learning: Learning | undefined }
  | { readonly failed: string }
);

const question = workerData as LearnQuestion;
const startedAt = performance.now();
const watching = await loadWatching(question.config, { isForLines: true });
for (const [index, source] of question.sources.entries()) {
  const leftMs = question.withinMs - (performance.now() - startedAt);
  parentPort?.postMessage(await answer(source, leftMs / (question.sources.length - index)));
}

async function answer(source: SourceQuestion, withinMs: number): Promise<LearnAnswer> {
  const { name } = source;
  try {
    return { source: name, learning: await learn(source, watching, withinMs) };
  } catch (error) {
    return { source: name, failed: messageOf(error) };
  }
}

async function learn({ name, files, countedFrom, oldest }: SourceQuestion, known: Watching, withinMs: number) {
  const { config, now } = question;
  const settings = config.sources.find((one) => one.name === name);
  if (!settings) return undefined;
  const { timezone, pattern: only } = settings;
  const parser = createParser(known, { timezone, only });
  const near = Math.min(now, ...files.logs.flat().map(({ mtimeMs }) => mtimeMs));
  const stampOf: StampOf = async (bytes) =>
    bytes.length === 0 ? undefined : await parser.firstTime({ source: '', generation: '', offset: 0, bytes }, near);
  const begunAt = performance.now();
  const ahead = await stamped(files.ahead, stampOf);
  const stopAt = Math.min(countedFrom, ...ahead.map(({ first }) => first ?? countedFrom)) - GAP_MS;
  const logs: (readonly StampedFile[])[] = [];
  // One after the other, so that few files are open at a time.
  for (const log of files.logs) logs.push(oldestFirst(await stamped(log, stampOf), stopAt));
  const reader = createEarlierReader(name, logs, { stampOf, from: oldest });
  try {
    return await learnSource({
      ...{ source: name, timezone: config.timezone, falseAlarmsPerMonth: config.falseAlarmsPerMonth },
      ...{ watches: known.lineWatches, reader, parser, stopAt, near, now },
      withinMs: withinMs - (performance.now() - begunAt),
      ...{ clock: () => performance.now(), version: VERSION },
    });
  } finally {
    await reader.close();
  }
}

/** Here: a thread that hangs in an expression is ended by who asked it. */
function createParser(
  { patterns }: Watching,
  reading: { readonly timezone: string; readonly only?: string | undefined },
): SliceParser {
  const parser = createChunkParser({ patterns: patterns.map(({ spec }) => compilePattern(spec)), ...reading });
  return {
    ...{ width: 1, sliceBytes: SLICE_BYTES },
    firstTime: async (slice, now) => parser.firstTime(slice, 0, now),
    parse: async (slice, limits) => parseSlice(parser, slice, limits),
  };
}

async function stamped(files: readonly EarlierFile[], stampOf: StampOf): Promise<readonly StampedFile[]> {
  const all: StampedFile[] = [];
  for (const file of files) all.push({ ...file, first: await stampOf(await firstBytesOf(file)) });
  return all;
}

/** By the stamps of their first lines, or when they were written last; copies lose that. */
function oldestFirst(files: readonly StampedFile[], stopAt: number): readonly StampedFile[] {
  const isBefore = ({ first }: StampedFile) => first === undefined || first < stopAt;
  return files.filter(isBefore).toSorted((a, b) => (a.first ?? a.mtimeMs) - (b.first ?? b.mtimeMs));
}
