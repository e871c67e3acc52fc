/** A real Redis on a TCP port, as one that REDIS_URL names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedisProgram } from '../../src/redis/fetch-program.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** Between asking for a free port and listening on it another program may take it. */
const TRIES = 5;

export interface TcpRedis {
  readonly url: string;
  readonly port: number;
  /** Starts it again on the same folder and port after kill(). */
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTcpRedis(settings: readonly string[] = []): Promise<TcpRedis> {
  const program = await ensureRedisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'linesman-redis-'));
  let port = await freePort();
  let child = await firstStarted();

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = await started();
    },
    async kill() {
      await killed(child);
    },
    async stop() {
      await killed(child);
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function firstStarted(): Promise<ChildProcess> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await started();
      } catch (error) {
        if (left === 1) throw error;
        port = await freePort();
      }
    }
  }

  async function started(): Promise<ChildProcess> {
    const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
    const safety = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
    const server = spawn(program, [...place, ...safety, ...settings], { stdio: 'ignore' });
    await until('Redis answers', async () => {
      if (server.exitCode !== null) throw new Error(`Redis ended with exit code ${server.exitCode}`);
      return await answers(port);
    });
    return server;
  }
}

/** One that wants a password answers as well. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(/PONG|NOAUTH/.test(bytes.toString()));
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
