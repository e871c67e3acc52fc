/** linesman's own Redis: a child on a unix socket with its data in the data folder, started again when it dies. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';
import { type Child, startChild } from './child.ts';
import { socketUrl } from './connect.ts';
import { endLeftover, PID_FILE } from './leftover.ts';
import { pauseMs } from './pause.ts';
import { answersPing, askToEnd } from './ping.ts';

/** A unix socket's path ends at 108 bytes, and Redis makes a temporary name beside it. */
const SOCKET_PATH_BYTES_MAX = 100;
const READY_WITHIN_MS = 60_000;
const PING_EVERY_MS = 20;
/** From TERM to KILL. What it was told is in the file by then; a server that is stopped or hangs would keep us longer than our own stop may take. */
const STOP_WITHIN_MS = 1_500;
const FIRST_BACKOFF_MS = 100;
const BACKOFF_MAX_MS = 10_000;
/** Its own chores a second. Ten, as it has it, cost an idle server five times as much; one makes it slow to see a TERM. */
const CHORES_A_SECOND = 1;

export interface EmbeddedRedis {
  readonly url: string;
  /** Undefined while it is being started again. */
  pid(): number | undefined;
  /** Within 3 s, also where it does not react. */
  stop(): Promise<void>;
}

/** Resolves when it answers; throws UserError('REDIS_START') with its last output. A leftover of a killed run is ended. */
export async function startEmbeddedRedis(parts: {
  readonly folder: string;
  readonly program: string;
  /** isRefusal: it does not start again; the last line of what it said, which ends the message, has the cause. */
  readonly onTrouble: (message: string, isRefusal?: boolean) => void;
  readonly onOk: () => void;
}): Promise<EmbeddedRedis> {
  await mkdir(parts.folder, { recursive: true, mode: 0o700 });
  await endLeftover(parts.folder);
  const place = await socketPlace(parts.folder);
  const stopping = new AbortController();
  const start = () => startReady(parts, place.socket, stopping.signal);
  let child: Child | undefined = await start().catch(async (error: unknown) => {
    await place.remove();
    throw error;
  });
  const keeping = keep();

  return {
    url: socketUrl(place.socket),
    pid: () => child?.pid,
    async stop() {
      stopping.abort();
      askToEnd(place.socket);
      await child?.end(STOP_WITHIN_MS);
      await keeping;
      await place.remove();
      await rm(join(parts.folder, PID_FILE), { force: true });
    },
  };

  async function keep(): Promise<void> {
    for (let backoff = FIRST_BACKOFF_MS; !stopping.signal.aborted; ) {
      const ran = child;
      child = undefined;
      const startedAt = performance.now();
      if (ran !== undefined) {
        child = ran;
        const why = await ran.ended;
        child = undefined;
        if (stopping.signal.aborted) return;
        parts.onTrouble(`The embedded Redis ended (${why}); starting it again.`);
        if (performance.now() - startedAt > BACKOFF_MAX_MS) backoff = FIRST_BACKOFF_MS;
      }
      await pauseMs(backoff, stopping.signal).catch(() => {});
      if (stopping.signal.aborted) return;
      backoff = Math.min(backoff * 2, BACKOFF_MAX_MS);
      try {
        child = await start();
        parts.onOk();
      } catch (error) {
        parts.onTrouble(messageOf(error), true);
      }
    }
    await child?.end(STOP_WITHIN_MS);
  }
}

async function startReady(
  parts: { readonly folder: string; readonly program: string },
  socket: string,
  stopping: AbortSignal,
): Promise<Child> {
  await rm(socket, { force: true });
  const child = await startChild(parts.program, serverArguments(parts.folder, socket));
  if (child.pid !== undefined) await writeFile(join(parts.folder, PID_FILE), `${child.pid}\n`);
  // A ping of a server that hangs waits longer than a stop may take: ending the server ends the ping.
  const endNow = () => void child.end(STOP_WITHIN_MS);
  stopping.addEventListener('abort', endNow, { once: true });
  let ended: string | undefined;
  void child.ended.then((why) => {
    ended = why;
  });
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await answersPing(socket))) {
    if (ended === undefined && !stopping.aborted && performance.now() < until) {
      await pauseMs(PING_EVERY_MS);
      continue;
    }
    stopping.removeEventListener('abort', endNow);
    await child.end(STOP_WITHIN_MS);
    throw notStarted(parts, ended ?? `no answer within ${READY_WITHIN_MS / 1000} s`, child.output());
  }
  stopping.removeEventListener('abort', endNow);
  return child;
}

function serverArguments(folder: string, socket: string): readonly string[] {
  return [
    ...['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--dir', folder, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'],
    ...['--hz', String(CHORES_A_SECOND)],
  ];
}

/** In the folder, or where that path is too long in a folder of its own that only this user may enter. */
async function socketPlace(folder: string): Promise<{ readonly socket: string; remove(): Promise<void> }> {
  const near = join(folder, 'redis.sock');
  if (Buffer.byteLength(near) <= SOCKET_PATH_BYTES_MAX) {
    return { socket: near, remove: () => rm(near, { force: true }) };
  }
  const short = await mkdtemp(join(tmpdir(), 'linesman-'));
  return { socket: join(short, 'redis.sock'), remove: () => rm(short, { recursive: true, force: true }) };
}

function notStarted(parts: { readonly folder: string; readonly program: string }, why: string, output: string) {
  return new UserError(
    'REDIS_START',
    `The embedded Redis (${parts.program}, data in ${parts.folder}) did not start: ${why}. Mend what it says, or set REDIS_URL to a server that runs. Its last output:\n${output}`,
  );
}
