/** What was delivered, in a file of this machine that a rollback of Redis does not touch. */
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeliveryJournal } from '../core/ports.ts';

const FILE = 'delivered.jsonl';
/** A notification stays in the outbox for a day at most; this many are weeks of mails. */
const ENTRIES_MAX = 10_000;
const COMPACT_AT = 2 * ENTRIES_MAX;

type Entry = Parameters<DeliveryJournal['append']>[0];

/** Opens (or makes) the journal in the folder. A last line torn by a crash is dropped: it was never promised. */
export async function openJournal(folder: string): Promise<DeliveryJournal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  const entries = await readEntries(path);
  /** Known to this process and not yet in the file; a failed write leaves them for the next one. */
  const unwritten = new Map<string, Entry>();
  let file = await rewritten(folder, path, entries);
  // Appends follow each other, so that a compaction never loses one.
  let last: Promise<void> = Promise.resolve();
  let isTorn = false;

  return {
    has: (id) => entries.has(id),
    append(entry) {
      // Known at once: whatever becomes of the file, this process must not send it again.
      entries.set(entry.id, entry);
      unwritten.set(entry.id, entry);
      const done = last.then(write);
      last = done.catch(() => {});
      return done;
    },
    async close() {
      await last;
      await file.close();
    },
  };

  async function write(): Promise<void> {
    const batch = [...unwritten.values()];
    if (batch.length === 0) return;
    if (entries.size >= COMPACT_AT) {
      dropOldest(entries);
      dropOldest(unwritten);
      const old = file;
      file = await rewritten(folder, path, entries);
      await old.close();
    }
    // A full disk takes a part of a line: the next one must not be joined to it.
    const start = isTorn ? '\n' : '';
    isTorn = true;
    await file.appendFile(`${start}${batch.map((entry) => `${lineOf(entry)}\n`).join('')}`);
    isTorn = false;
    await file.datasync();
    for (const entry of batch) if (unwritten.get(entry.id) === entry) unwritten.delete(entry.id);
  }
}

/** By id, oldest first, at most ENTRIES_MAX. */
async function readEntries(path: string): Promise<Map<string, Entry>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const entries = new Map<string, Entry>();
  for (const line of text.split('\n')) {
    const entry = parse(line);
    if (entry === undefined) continue;
    entries.delete(entry.id);
    entries.set(entry.id, entry);
  }
  dropOldest(entries);
  return entries;
}

function dropOldest(entries: Map<string, Entry>): void {
  for (const id of entries.keys()) {
    if (entries.size <= ENTRIES_MAX) return;
    entries.delete(id);
  }
}

function parse(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? { id: value.id, at: value.at, outcome: value.outcome } : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, at, outcome } = value as Partial<Record<keyof Entry, unknown>>;
  return typeof id === 'string' && typeof at === 'number' && (outcome === 'sent' || outcome === 'dead');
}

/** Written aside and renamed: a crash leaves the old file or the new one, and never half of either. */
async function rewritten(folder: string, path: string, entries: ReadonlyMap<string, Entry>): Promise<FileHandle> {
  const aside = `${path}.new`;
  const file = await open(aside, 'w', 0o600);
  try {
    await file.writeFile([...entries.values()].map((entry) => `${lineOf(entry)}\n`).join(''));
    await file.sync();
    await rename(aside, path);
    const parent = await open(folder, 'r');
    await parent.sync().finally(() => parent.close());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function lineOf({ id, at, outcome }: Entry): string {
  return JSON.stringify({ id, at, outcome });
}
