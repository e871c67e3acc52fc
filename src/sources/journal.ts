/** Lines of systemd's journal, by its own program. A line is the JSON of one entry, as journalctl writes it. */
import type { LineReader } from '../core/ports.ts';
import type { Feed, Intake } from './feed.ts';
import { cursorOf, followJournal, type JournalEnd, type JournalRun, newestCursor } from './journalctl.ts';
import { createStreamReader } from './stream.ts';
import { journalEmpty, journalFailing, journalNotPermitted, noJournalctl } from './stream-problems.ts';

/** Held before journalctl is left alone; the journal keeps the rest. */
const HOLD_BYTES = 2 * 1024 * 1024;
/** journalctl is started again after a second, then later and later until it gives an entry. */
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** One that runs for so long is well, also in a quiet journal. */
const WELL_MS = 5_000;

export interface JournalParts {
  readonly source: string;
  /** Units ('nginx.service') and identifiers ('nginx') whose entries are read; all where there are none. */
  readonly of: readonly string[];
  /** Where the very first start begins. */
  readonly from: 'end' | 'beginning';
}

/** Its record has the cursor of the last entry taken, so that nothing is lost or counted twice over a restart. */
export function createJournalReader(parts: JournalParts): LineReader {
  const name = parts.of.length === 0 ? 'journal' : `journal of ${parts.of.join(', ')}`;
  return createStreamReader({
    ...{ source: parts.source, name, holdBytes: HOLD_BYTES, cursorOf },
    createFeed: (intake) => createJournalFeed(parts, intake),
  });
}

function createJournalFeed({ of, from }: JournalParts, intake: Intake): Feed {
  /** Of the last entry that was handed on. */
  let cursor: string | undefined;
  /** Where the very first start begins, once that is known. */
  let first: { readonly cursor: string | undefined } | undefined;
  /** It gives only entries of linesman's own user. */
  let isBlind = false;
  let run: JournalRun | undefined;
  let problem: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let retryMs = RETRY_MIN_MS;
  let isPaused = false;
  /** Counts stops: what was asked before one has no answer after it, or the journal would be followed twice. */
  let turn = 0;

  async function begin(): Promise<void> {
    if (cursor === undefined && from === 'end' && !first) {
      const asked = turn;
      const newest = await newestCursor();
      if (turn !== asked) return;
      if (newest.failed) {
        tryLater(newest.failed);
        return;
      }
      cursor = newest.cursor;
    }
    first ??= { cursor };
    isBlind = false;
    // In an empty journal the first entry is a new one.
    if (cursor === undefined && from === 'end') say(journalEmpty());
    // What was said stands until then: one that ends at once each time would break off its own complaint.
    else settling = setTimeout(sayWell, WELL_MS);
    run = followJournal({
      ...{ of, behind: cursor, intake: { lines, skip: intake.skip }, onEnd: tryLater },
      onComplaint(text) {
        isBlind ||= /not seeing messages from other users/.test(text);
        intake.changed();
      },
    });
    if (isPaused) run.pause();
  }

  function lines(bytes: Uint8Array): void {
    cursor = cursorOf(bytes) ?? cursor;
    sayWell();
    intake.lines(bytes);
  }

  function sayWell(): void {
    retryMs = RETRY_MIN_MS;
    say(undefined);
  }

  function tryLater({ code, message }: JournalEnd): void {
    run = undefined;
    clearTimeout(settling);
    if (code === 'ENOENT') say(noJournalctl());
    else if (/permission/i.test(message)) say(journalNotPermitted());
    else say(journalFailing(message === '' ? code : message));
    retry = setTimeout(() => void begin(), retryMs);
    retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
  }

  function say(sentence: string | undefined): void {
    if (problem === sentence) return;
    problem = sentence;
    intake.changed();
  }

  function stop(): void {
    turn += 1;
    clearTimeout(retry);
    clearTimeout(settling);
    run?.stop();
    run = undefined;
  }

  return {
    async start(behind) {
      stop();
      cursor = behind ?? first?.cursor;
      isPaused = false;
      await begin();
      return cursor;
    },
    pause() {
      isPaused = true;
      run?.pause();
    },
    resume() {
      isPaused = false;
      run?.resume();
    },
    problems() {
      if (problem !== undefined) return [problem];
      return isBlind ? [journalNotPermitted()] : [];
    },
    async close() {
      stop();
    },
  };
}
