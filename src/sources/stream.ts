/** Reads a stream: lines that come once, and are held here until they are surely stored. */
import { randomUUID } from 'node:crypto';
import { stableId } from '../core/hash.ts';
import type { LineReader } from '../core/ports.ts';
import type { ByteReason, Chunk, FileRecord } from '../core/types.ts';
import { createAlarm } from './alarm.ts';
import type { Feed, Intake } from './feed.ts';
import { createStreamAccount } from './stream-account.ts';
import { createStreamBuffer } from './stream-buffer.ts';

/** Largest chunk; what is longer was stepped over by its feed. */
const CHUNK_BYTES = 1024 * 1024;
/** Lines taken that are still held: a Redis that forgets its last second gets them again. 20,000 lines a second are 4 MB. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** Records of other starts that are kept: another linesman on the same source must find its own again. */
const MAX_PAST_RECORDS = 3;

export interface StreamParts {
  readonly source: string;
  /** What is read, as an operator knows it: 'standard input', a path, an address. It names the record. */
  readonly name: string;
  readonly createFeed: (intake: Intake) => Feed;
  /** Lines not yet taken are held up to here; then the feed is paused, or drops. */
  readonly holdBytes: number;
  /** The feed gives everything again from a cursor, as a journal does: the cursor of a line. */
  readonly cursorOf?: (line: Uint8Array) => string | undefined;
  /** Called once when nothing more will come. */
  readonly onEnded?: (() => void) | undefined;
}

/**
 * See LineReader. One generation a start of linesman, since what came to an earlier start cannot be given again; of a
 * journal one for all, whose record has the cursor. Wakes at once when lines come.
 */
export function createStreamReader(parts: StreamParts): LineReader {
  const { source, cursorOf } = parts;
  const id = cursorOf ? stableId('journal', source) : stableId('stream', source, randomUUID());
  const buffer = createStreamBuffer();
  const account = createStreamAccount();
  const alarm = createAlarm();
  let past: readonly FileRecord[] = [];
  let facts: Pick<FileRecord, 'pattern' | 'lastTime' | 'held'> = {};
  let cursor: string | undefined;
  let offered: Uint8Array = NOTHING;
  let isStarted = false;
  let isPaused = false;
  let hasEnded = false;
  let closing: Promise<void> | undefined;

  const feed = parts.createFeed({
    lines(bytes) {
      buffer.append(bytes);
      if (!isPaused && buffer.waiting() >= parts.holdBytes) {
        isPaused = true;
        feed.pause();
      }
      alarm.ring();
    },
    skip(reason, bytes, lines) {
      account.skip(reason, bytes);
      if (reason === 'dropped' || reason === 'line_too_long') account.count(reason, lines);
    },
    partial: (lines) => account.count('partial_final', lines),
    room: () => parts.holdBytes - buffer.waiting(),
    ended() {
      if (!hasEnded) parts.onEnded?.();
      hasEnded = true;
      alarm.ring();
    },
    changed: alarm.ring,
  });

  async function open(records: readonly FileRecord[] | undefined): Promise<void> {
    const own = records?.find(({ generation }) => generation === id);
    const others = records?.filter(({ generation }) => generation !== id) ?? [];
    past = others.slice(0, MAX_PAST_RECORDS).map(asEnded);
    account.lose(others.reduce((bytes, { size, offset }) => bytes + size - offset, 0));
    // The first of the others is the newest: the pattern of its lines is that of ours.
    facts = { pattern: own?.pattern ?? others[0]?.pattern, lastTime: own?.lastTime, held: own?.held };
    offered = NOTHING;
    if (cursorOf) rewind(own);
    else goBack(own);
    if (!isStarted || cursorOf) cursor = await feed.start(own?.cursor);
    isStarted = true;
  }

  /** A journal is read again from where the store stands. */
  function rewind(own: FileRecord | undefined): void {
    const { offset = 0, size = 0, skippedBytes = {} } = own ?? {};
    const taken = offset - total(skippedBytes);
    account.clear({ present: size, taken, skipped: skippedBytes });
    buffer.clear(taken);
    isPaused = false;
  }

  /** Anything else is given again from what is held; at the first opening that is nothing, and 0. */
  function goBack(own: FileRecord | undefined): void {
    const skipped = total(own?.skippedBytes ?? {});
    const taken = (own?.offset ?? 0) - skipped;
    account.goBack(taken, skipped, own?.size ?? 0);
    const { lostBytes, lostLines } = buffer.goBack(taken);
    account.skip('dropped', lostBytes);
    account.count('dropped', lostLines);
  }

  async function chunks(): Promise<readonly Chunk[]> {
    alarm.reset();
    // The commit before this call is in: older lines are held only for a store that forgets.
    buffer.forget(cursorOf ? 0 : KEPT_BYTES);
    offered = buffer.next(CHUNK_BYTES);
    if (isPaused && buffer.waiting() < parts.holdBytes / 2) {
      isPaused = false;
      feed.resume();
    }
    const isCut = buffer.waiting() > offered.length;
    return offered.length === 0 ? [] : [{ source, generation: id, offset: offset(), bytes: offered, ...facts, isCut }];
  }

  function take(generation: string, bytes: number, learnt: Parameters<LineReader['take']>[2]): void {
    if (generation !== id || bytes < 0 || bytes > offered.length)
      throw new Error(`take of ${bytes} bytes of ${generation}, but ${offered.length} of ${id} are offered`);
    if (cursorOf && bytes > 0) cursor = cursorOf(lastLine(offered.subarray(0, bytes))) ?? cursor;
    buffer.take(bytes);
    offered = NOTHING;
    const { pattern = facts.pattern, lastTime = facts.lastTime, held } = learnt;
    facts = { pattern, lastTime, held };
  }

  function offset(): number {
    return buffer.taken() + total(account.skippedBytes());
  }

  function records(): readonly FileRecord[] {
    const skippedBytes = account.skippedBytes();
    const own: FileRecord = {
      ...{ generation: id, name: parts.name, dev: 0, ino: 0, offset: offset(), fpLength: 0, fpHash: '', marker: '' },
      ...{ size: offset() + buffer.waiting(), skip: false },
      state: hasEnded && buffer.waiting() === 0 ? 'done' : 'live',
      ...(total(skippedBytes) > 0 && { skippedBytes }),
      ...(cursor !== undefined && { cursor }),
      ...(facts.pattern !== undefined && { pattern: facts.pattern }),
      ...(facts.lastTime !== undefined && { lastTime: facts.lastTime }),
      ...(facts.held !== undefined && { held: facts.held }),
    };
    return [own, ...past];
  }

  return {
    ...{ open, chunks, take, records },
    // All lines come in one order.
    leftUnread: () => false,
    skipped: account.newSkipped,
    accounted: () => account.newLedger(buffer.taken(), buffer.waiting()),
    wait: alarm.wait,
    problems: () => feed.problems(),
    async close() {
      alarm.ring();
      closing ??= feed.close();
      await closing;
    },
  };
}

const NOTHING = new Uint8Array(0);
const LF = 10;

/** Of an earlier start, which held lines that it cannot give any more. */
function asEnded(record: FileRecord): FileRecord {
  const { size, offset, skippedBytes = {} } = record;
  const dropped = (skippedBytes.dropped ?? 0) + size - offset;
  return { ...record, offset: size, state: 'done', ...(dropped > 0 && { skippedBytes: { ...skippedBytes, dropped } }) };
}

function total(amounts: Readonly<Partial<Record<ByteReason, number>>>): number {
  return Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
}

/** The last of some whole lines. */
function lastLine(lines: Uint8Array): Uint8Array {
  return lines.subarray(lines.lastIndexOf(LF, lines.length - 2) + 1);
}
