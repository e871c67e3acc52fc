/** Whom the kernel killed for want of memory, from its own log: /dev/kmsg, which root may read, and others where kernel.dmesg_restrict is 0. */
import { closeSync, constants, openSync, readSync } from 'node:fs';

/** Records read at most, from the oldest that is kept on: more than the usual 256 KiB of it hold. */
const RECORDS_MAX = 8_192;
/** A record is given whole or not at all (printk.c, PRINTK_MESSAGE_MAX). */
const RECORD_BYTES = 2_048;
/** Of many the last ones. */
const KILLED_MAX = 5;

/** level,number of the record,microseconds,flags;text */
const RECORD = /^\d+,(\d+),\d+,[^;]*;(.*)/;
/** A name may hold anything, and is 15 letters at most. */
const KILLED =
  /^(Memory cgroup )?(?:[Oo]ut of memory[^:]*: )?Killed process (\d+) \((.{0,64}?)\),? (?:UID \d+, )?total-vm:\d+kB, anon-rss:(\d+)kB/;

export interface Killed {
  readonly pid: number;
  readonly name: string;
  /** Of its own memory, when it was killed. */
  readonly bytes: number;
  /** It was the limit of its control group, not the whole memory. */
  readonly isAtLimit: boolean;
}

/** Gives those of the records that came since it was called last, the first time none; empty where the log cannot be read. */
export function createKilledReader(path = '/dev/kmsg'): () => readonly Killed[] {
  // Not by time: the clock of the log is nobody's, and minutes off after some months or a sleep.
  let newest: number | undefined;
  return () => {
    const before = newest ?? Number.POSITIVE_INFINITY;
    newest ??= -1;
    const killed: Killed[] = [];
    for (const record of recordsOf(path)) {
      const [, number, text = ''] = RECORD.exec(record) ?? [];
      if (number === undefined) continue;
      newest = Math.max(newest, Number(number));
      const one = Number(number) > before ? killedIn(text) : undefined;
      if (one !== undefined) killed.push(one);
    }
    return killed.slice(-KILLED_MAX);
  };
}

function killedIn(text: string): Killed | undefined {
  const [, group, pid, name = '', kib] = KILLED.exec(text) ?? [];
  if (pid === undefined) return undefined;
  return { pid: Number(pid), name, bytes: Number(kib) * 1_024, isAtLimit: group !== undefined };
}

/** Each read gives one record; EAGAIN says that there are no more, EPIPE that the oldest one was written over meanwhile. */
function recordsOf(path: string): readonly string[] {
  const records: string[] = [];
  const buffer = Buffer.allocUnsafe(RECORD_BYTES * 4);
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    for (let left = RECORDS_MAX; left > 0; left -= 1) {
      const length = readRecord(file, buffer);
      if (length === 0) break;
      // Behind the text may stand lines of what it is about.
      if (length > 0) records.push(...buffer.toString('utf8', 0, length).split('\n'));
    }
  } catch {
    // EAGAIN, or it may not be read: what there is, is there.
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return records;
}

/** -1: one was lost. */
function readRecord(file: number, buffer: Buffer): number {
  try {
    return readSync(file, buffer, 0, buffer.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return -1;
    throw error;
  }
}
