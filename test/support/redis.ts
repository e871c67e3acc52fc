/** A real Redis for one test file, on a unix socket in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedisProgram } from '../../src/redis/fetch-program.ts';
import { answersPing } from '../../src/redis/ping.ts';
import { until } from './until.ts';

export interface TestRedis {
  readonly url: string;
  readonly folder: string;
  pid(): number;
  /** Starts it again on the same folder after kill(). */
  start(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Ready when it resolves; append-only file on, fsync every second, unless the settings say otherwise. */
export async function startTestRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const program = await ensureRedisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'linesman-redis-'));
  const socket = join(folder, 'redis.sock');
  let child = await started();

  return {
    url: `unix://${socket}`,
    folder,
    pid: () => child.pid ?? 0,
    async start() {
      child = await started();
    },
    async kill() {
      await ended(child, 'SIGKILL');
    },
    async stop() {
      await ended(child, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function started(): Promise<ChildProcess> {
    await rm(socket, { force: true });
    const place = ['--port', '0', '--unixsocket', socket, '--dir', folder];
    const safety = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
    const server = spawn(program, [...place, ...safety, ...settings], { stdio: 'ignore' });
    await until('Redis answers', async () => {
      if (server.exitCode !== null) throw new Error(`Redis ended with exit code ${server.exitCode}`);
      return answersPing(socket);
    });
    return server;
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
