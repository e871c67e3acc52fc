/** Lines from standard input, read no faster than they are stored. */
import type { LineReader } from '../core/ports.ts';
import type { Feed, Intake } from './feed.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { createStreamReader } from './stream.ts';
import { createLineSplitter } from './stream-lines.ts';

/** Held before standard input is left alone, so that a pipe's own writer waits. */
const HOLD_BYTES = 2 * 1024 * 1024;

/** Ends with its input, and is quiet from then on. */
export function createStdinReader(parts: {
  readonly source: string;
  readonly input: NodeJS.ReadableStream;
  readonly onEnded: () => void;
}): LineReader {
  const { source, input, onEnded } = parts;
  return createStreamReader({
    ...{ source, onEnded, name: 'standard input', holdBytes: HOLD_BYTES },
    createFeed: (intake) => createStdinFeed(input, intake),
  });
}

function createStdinFeed(input: NodeJS.ReadableStream, intake: Intake): Feed {
  const splitter = createLineSplitter(MAX_LINE_BYTES, intake);
  let problem: string | undefined;

  function push(piece: string | Buffer): void {
    splitter.push(Buffer.from(piece));
  }

  function ended(): void {
    splitter.end();
    intake.ended();
  }

  return {
    async start() {
      input.on('end', ended);
      input.on('error', (error: Error) => {
        problem = `Standard input cannot be read (${error.message}), so nothing more comes from it: start linesman again with one that can.`;
        ended();
      });
      input.on('data', push);
      return undefined;
    },
    pause: () => void input.pause(),
    resume: () => void input.resume(),
    problems: () => (problem === undefined ? [] : [problem]),
    async close() {
      input.removeListener('data', push);
      input.pause();
    },
  };
}
