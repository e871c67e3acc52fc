/** A lock file that says who holds it, so that a dead holder is told from a living one. */
import { link, mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from './core/errors.ts';
import { canBeAsked, type Holder, isAlive, parseHolder, thisProcess } from './lock-holder.ts';

const FILE = 'lock';
const HEARTBEAT_MS = 2_000;
/** A process of another machine or container cannot be asked: five missed heartbeats mean that it is gone. */
const SILENT_MS = 10_000;
const LOOK_EVERY_MS = 500;
/** Of those who take over at once, each waits for the one before. */
const TURN_MS = 20;
const TRIES_MAX = 5;

export async function takeLock(folder: string): Promise<{ release(): Promise<void> }> {
  const path = join(folder, FILE);
  const own = await thisProcess();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await isCreated(path, own)) return holding(path, own);
    const seen = await readHolder(path);
    if (seen !== undefined) await requireGone(folder, path, seen, own);
    await removeStale(path, seen);
  }
  throw taken(folder, await readHolder(path));
}

function holding(path: string, own: Holder): { release(): Promise<void> } {
  const timer = setInterval(() => {
    const now = new Date();
    // A file that is gone, or a full disk, is found by whoever looks at the lock next.
    void utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      const holder = await readHolder(path);
      if (holder?.token === own.token) await rm(path, { force: true });
    },
  };
}

/** Whole at once: written aside, then linked, which fails where a lock is there. */
async function isCreated(path: string, own: Holder): Promise<boolean> {
  const aside = `${path}.${own.token}`;
  await writeFile(aside, JSON.stringify(own), { mode: 0o600 });
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function requireGone(folder: string, path: string, seen: Holder, own: Holder): Promise<void> {
  const isHeld = canBeAsked(seen, own) ? await isAlive(seen, own) : !(await isSilent(path, seen.bootId === own.bootId));
  if (isHeld) throw taken(folder, seen);
}

/** Watched for that long where the other machine's clock, or the disk server's, may be off. */
async function isSilent(path: string, isSameClock: boolean): Promise<boolean> {
  const first = await heartbeatOf(path);
  if (isSameClock && Date.now() - first > SILENT_MS) return true;
  for (let waited = 0; waited <= SILENT_MS; waited += LOOK_EVERY_MS) {
    if ((await heartbeatOf(path)) !== first) return false;
    await wait(LOOK_EVERY_MS);
  }
  return true;
}

/** 0 where the lock is gone by now. */
async function heartbeatOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/**
 * Removes the lock of a holder that is gone. One at a time, and only what is still as it was seen: whoever removes on what
 * was seen before takes away the new lock of another who was quicker.
 */
async function removeStale(path: string, seen: Holder | undefined): Promise<void> {
  const turn = `${path}.takeover`;
  if (!(await isMade(turn))) return await waitForTurn(turn);
  try {
    const now = await readHolder(path);
    if (now?.token === seen?.token) await rm(path, { force: true });
  } finally {
    await rmdir(turn).catch(() => {});
  }
}

/** False where it is there; where it cannot be made, neither can the lock, which says so. */
async function isMade(folder: string): Promise<boolean> {
  return await mkdir(folder, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
}

/** Another takes over just now, which takes a moment. One that was killed in it has left its turn behind. */
async function waitForTurn(turn: string): Promise<void> {
  const first = await heartbeatOf(turn);
  for (let waited = 0; waited < SILENT_MS; waited += TURN_MS) {
    if (first === 0 || (await heartbeatOf(turn)) !== first) return;
    await wait(TURN_MS);
  }
  await rmdir(turn).catch(() => {});
}

async function readHolder(path: string): Promise<Holder | undefined> {
  return parseHolder(await readFile(path, 'utf8').catch(() => ''));
}

function taken(folder: string, holder: Holder | undefined): UserError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.hostname || hostname()}`;
  return new UserError(
    'DATA_FOLDER_TAKEN',
    `The data folder ${JSON.stringify(folder)} is used by another linesman (${who}): end that one, or give this one a folder of its own with LINESMAN_DATA.`,
  );
}
