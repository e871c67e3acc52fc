/** Lines from a fifo, whose writers may come and go. */
import { constants, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { LineReader } from '../core/ports.ts';
import type { Feed, Intake } from './feed.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { openPipe, type Pipe } from './pipe.ts';
import { createStreamReader } from './stream.ts';
import { createLineSplitter } from './stream-lines.ts';
import { fifoFailing, fifoMissing, notAFifo } from './stream-problems.ts';

/** Held before the fifo is left alone. Then its writers wait, so it is no more than a burst needs. */
const HOLD_BYTES = 2 * 1024 * 1024;
/** One that is missing, or was made anew under its name, is found so soon. */
const LOOK_MS = 1_000;

export function createFifoReader(parts: { readonly source: string; readonly path: string }): LineReader {
  const { source, path } = parts;
  return createStreamReader({
    ...{ source, name: path, holdBytes: HOLD_BYTES },
    createFeed: (intake) => createFifoFeed(path, intake),
  });
}

interface Opened {
  readonly pipe: Pipe;
  readonly dev: number;
  readonly ino: number;
}

function createFifoFeed(path: string, intake: Intake): Feed {
  const splitter = createLineSplitter(MAX_LINE_BYTES, intake);
  let opened: Opened | undefined;
  let problem: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isPaused = false;
  let isClosed = false;

  /** Sees that the fifo which has the name now is open. */
  async function look(): Promise<void> {
    try {
      const found = await stat(path);
      if (isClosed || isPaused) return;
      if (!found.isFIFO()) say(notAFifo(path));
      else if (opened?.dev !== found.dev || opened.ino !== found.ino) openAgain(found);
    } catch (thrown) {
      const error = thrown as NodeJS.ErrnoException;
      say(error.code === 'ENOENT' ? fifoMissing(path) : fifoFailing(path, error));
    }
  }

  /** The new one is open before the old one closes: with no reader in between, a writer would be killed. */
  function openAgain({ dev, ino }: { readonly dev: number; readonly ino: number }): void {
    const before = opened?.pipe;
    // Blocking, the call would wait for a writer. Not for writing too: then the end of the last writer would not be seen,
    // and the line it left half written would become one with the next writer's first.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const pipe = openPipe(fd, {
      onPiece: splitter.push,
      onEnd: () => writersLeft(pipe),
      onError(error) {
        if (opened?.pipe === pipe) opened = undefined;
        say(fifoFailing(path, error));
      },
    });
    opened = { pipe, dev, ino };
    before?.close();
    if (before) splitter.end();
    if (isPaused) pipe.pause();
    say(undefined);
  }

  function writersLeft(pipe: Pipe): void {
    if (isClosed || opened?.pipe !== pipe) return;
    try {
      openAgain(opened);
    } catch {
      // Removed meanwhile: it is looked for like one that never was.
      splitter.end();
      opened = undefined;
      void look();
    }
  }

  function say(sentence: string | undefined): void {
    if (problem === sentence) return;
    problem = sentence;
    intake.changed();
  }

  return {
    async start() {
      timer = setInterval(() => void look(), LOOK_MS);
      timer.unref();
      await look();
      return undefined;
    },
    pause() {
      isPaused = true;
      opened?.pipe.pause();
    },
    resume() {
      isPaused = false;
      opened?.pipe.resume();
    },
    problems: () => (problem === undefined ? [] : [problem]),
    async close() {
      isClosed = true;
      clearInterval(timer);
      opened?.pipe.close();
    },
  };
}
