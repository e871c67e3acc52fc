/** Syslog by connections: TCP, or a unix socket. Senders wait while nothing more can be held. */
import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Feed, Intake } from './feed.ts';
import { cannotListen, tooManyConnections } from './stream-problems.ts';
import { createFrameSplitter } from './syslog-frames.ts';

/** Each may hold one message that has not ended. */
const MAX_CONNECTIONS = 64;
/** A sender that is quiet for so long is gone without having said so; one that is not connects again. */
const IDLE_MS = 3_600_000;
const RETRY_MS = 1_000;
/** As /dev/log: who can enter the folder may write. */
const UNIX_MODE = 0o666;

type Address = { readonly host: string; readonly port: number } | { readonly path: string };

export function createSyslogServer(name: string, address: Address): (intake: Intake) => Feed {
  return (intake) => createFeed({ name, address }, intake);
}

function createFeed({ name, address }: { readonly name: string; readonly address: Address }, intake: Intake): Feed {
  const connections = new Set<Socket>();
  let server: Server | undefined;
  let problem: string | undefined;
  let isFull = false;
  let retry: NodeJS.Timeout | undefined;
  let isPaused = false;
  let isClosed = false;

  async function listen(): Promise<void> {
    const opening = createServer({ allowHalfOpen: false }, accept);
    opening.maxConnections = MAX_CONNECTIONS;
    opening.on('drop', () => sayFull(true));
    const error = await begin(opening, address);
    if (isClosed) {
      opening.close();
      return;
    }
    if (!error) server = opening;
    problem = error && cannotListen(name, error);
    intake.changed();
    if (error) retry = setTimeout(() => void listen(), RETRY_MS);
  }

  function accept(socket: Socket): void {
    const splitter = createFrameSplitter(intake);
    connections.add(socket);
    if (isPaused) socket.pause();
    socket.setTimeout(IDLE_MS, () => {
      // While we do not read, it is we who are quiet.
      if (!isPaused) socket.destroy();
    });
    socket.on('data', (piece) => splitter.push(piece));
    // 'close' follows, and it is there that the connection is over.
    socket.on('error', () => {});
    socket.on('close', () => {
      splitter.end();
      connections.delete(socket);
      sayFull(false);
    });
  }

  function sayFull(full: boolean): void {
    if (isFull === full) return;
    isFull = full;
    intake.changed();
  }

  return {
    async start() {
      await listen();
      return undefined;
    },
    pause() {
      isPaused = true;
      for (const socket of connections) socket.pause();
    },
    resume() {
      isPaused = false;
      for (const socket of connections) socket.resume();
    },
    problems: () => [
      ...(problem === undefined ? [] : [problem]),
      ...(isFull ? [tooManyConnections(name, MAX_CONNECTIONS)] : []),
    ],
    async close() {
      isClosed = true;
      clearTimeout(retry);
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    },
  };
}

/** Resolves with what went wrong, or when it listens. */
async function begin(server: Server, address: Address): Promise<NodeJS.ErrnoException | undefined> {
  const error = await listenOn(server, address);
  if (!('path' in address)) return error;
  if (error?.code !== 'EADDRINUSE') return error ?? (await openToAll(address.path));
  // A socket that nobody answers was left by a kill.
  if (!(await isLeftOver(address.path))) return error;
  await rm(address.path, { force: true });
  return (await listenOn(server, address)) ?? (await openToAll(address.path));
}

async function listenOn(server: Server, options: ListenOptions): Promise<NodeJS.ErrnoException | undefined> {
  return await new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ ...options, exclusive: true }, () => {
      server.removeListener('error', resolve);
      server.on('error', () => {});
      resolve(undefined);
    });
  });
}

async function openToAll(path: string): Promise<NodeJS.ErrnoException | undefined> {
  return await chmod(path, UNIX_MODE).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
}

async function isLeftOver(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isSocket()) return false;
  return await new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}
