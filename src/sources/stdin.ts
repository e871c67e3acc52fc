/** Lines from standard input, read no faster than they are stored. */
import type { LineReader } from '../core/ports.ts';
import type { Feed, Intake } from './feed.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import type { Pipe, PipeHandlers } from './pipe.ts';
import { createStreamReader } from './stream.ts';
import { createLineSplitter } from './stream-lines.ts';
import { stdinFailing } from './stream-problems.ts';

/** Held before standard input is left alone, so that a pipe's own writer waits. */
const HOLD_BYTES = 2 * 1024 * 1024;

/** Ends with its input, and is quiet from then on. */
export function createStdinReader(parts: {
  readonly source: string;
  readonly open: (handlers: PipeHandlers) => Pipe;
  readonly onEnded: () => void;
}): LineReader {
  const { source, open, onEnded } = parts;
  return createStreamReader({
    ...{ source, onEnded, name: 'standard input', holdBytes: HOLD_BYTES },
    createFeed: (intake) => createStdinFeed(open, intake),
  });
}

function createStdinFeed(open: (handlers: PipeHandlers) => Pipe, intake: Intake): Feed {
  const splitter = createLineSplitter(MAX_LINE_BYTES, intake);
  let pipe: Pipe | undefined;
  let problem: string | undefined;

  function onEnd(): void {
    splitter.end();
    intake.ended();
  }

  function onError(error: Error): void {
    problem = stdinFailing(error);
    onEnd();
  }

  return {
    async start() {
      pipe = open({ onPiece: splitter.push, onEnd, onError });
      return undefined;
    },
    pause: () => pipe?.pause(),
    resume: () => pipe?.resume(),
    problems: () => (problem === undefined ? [] : [problem]),
    async close() {
      pipe?.close();
    },
  };
}
