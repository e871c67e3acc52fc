/** A thread that parses slices: it gets patterns as plain data, compiles them, and answers one question after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ChunkParser, createChunkParser } from '../core/parse/chunk.ts';
import { type CompiledPattern, compilePattern } from '../core/parse/pattern.ts';
import { type ParsedSlice, parseSlice } from '../core/parse/slices.ts';
import { createGuard } from './guarded.ts';
import { type Answer, BEAT_STARTED, type Question, type Reading, type ToThread } from './messages.ts';
import { packTally } from './tally-message.ts';

/** What a thread begins with. */
export interface ThreadOptions {
  /** The thread writes here where it is, so that it is seen from outside when it comes no further. */
  readonly beat: Int32Array;
}

export type FromThread =
  | { readonly id: number; readonly answer: Answer }
  /** Our own bug. */
  | { readonly id: number; readonly error: Error };

const { beat } = workerData as ThreadOptions;
const guard = createGuard(beat);
let patterns: readonly CompiledPattern[] = [];
const parsers = new Map<string, ChunkParser>();
Atomics.store(beat, BEAT_STARTED, 1);

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'ask') parentPort?.postMessage(answerOrError(message.question));
  else if (message.kind === 'tooSlow') guard.leaveOut(message.pattern);
  else if (message.kind === 'end') parentPort?.close();
  else {
    patterns = message.patterns.map((spec) => guard.watch(compilePattern(spec)));
    message.tooSlow.forEach(guard.leaveOut);
  }
});

function answerOrError(question: Question): FromThread {
  const { id } = question;
  guard.begin(id, question.stuck);
  try {
    const answer = answerTo(question);
    return { id, answer: { ...answer, stuckLine: guard.end() } };
  } catch (error) {
    guard.end();
    return { id, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function answerTo({ reading, slice, now, limits }: Question): Answer {
  const parser = parserFor(reading);
  if (!limits) return { firstTime: parser.firstTime(slice, 0, now) };
  const parsed = withTooSlow(parseSlice(parser, slice, limits), reading);
  return { parsed: { ...parsed, tally: packTally(parsed.tally) } };
}

/** A line that no pattern took might have been one of a pattern that is left out: each was asked. */
function withTooSlow(parsed: ParsedSlice, { only }: Reading): ParsedSlice {
  const { tally } = parsed;
  const { unparsed = 0, too_long_for_pattern = 0 } = tally.skipped;
  const asked = only === undefined ? patterns.map(({ name }) => name) : [only];
  if (unparsed === too_long_for_pattern || !asked.some(guard.isLeftOut)) return parsed;
  const skipped = { ...tally.skipped, too_slow_for_pattern: unparsed - too_long_for_pattern };
  return { ...parsed, tally: { ...tally, skipped } };
}

function parserFor({ timezone, only }: Reading): ChunkParser {
  const key = `${timezone}\0${only ?? ''}`;
  const known = parsers.get(key);
  if (known) return known;
  const parser = createChunkParser({ patterns, timezone, only });
  parsers.set(key, parser);
  return parser;
}
