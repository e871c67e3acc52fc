/** A Docker engine of our own out of Debian's packages, with its data in the user's cache and its socket in a temporary folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../src/redis/private-copy.ts';
import { until } from '../support/until.ts';
import type { Engine } from './engine.ts';
import { ensurePrograms, run, runOk } from './machine.ts';

const STOP_WITHIN_MS = 20_000;
const BRIDGE = 'linesman0';
/** Of the addresses for tests between networks (RFC 2544), which no other network here should have. */
const BRIDGE_ADDRESS = '198.18.77.1/24';

/** Throws where there can be none: no root, no Debian, or a machine that lets nobody start containers. */
export async function startOwnEngine(): Promise<Engine> {
  if (process.getuid?.() !== 0) throw new Error('there is no Docker engine, and only root can start one');
  await ensurePrograms({ dockerd: 'docker.io', iptables: 'iptables', ip: 'iproute2' });
  const folder = await mkdtemp(join(tmpdir(), 'linesman-engine-'));
  const socket = join(folder, 'docker.sock');
  const log = join(folder, 'log');
  const dataRoot = join(cacheFolder(), 'engine');
  await mkdir(dataRoot, { recursive: true });
  const output = openSync(log, 'w');
  await addBridge();
  // The machine's firewall is not touched: builds use its network, and containers need none beyond this machine. The bridge is one
  // of our own, since an engine without any removes docker0, which another engine may use.
  const args = [
    ...['--data-root', dataRoot, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')],
    ...['--host', `unix://${socket}`, '--bridge', BRIDGE, '--iptables=false', '--ip6tables=false'],
    ...['--exec-opt', 'native.cgroupdriver=cgroupfs'],
  ];
  const child = spawn('dockerd', args, { stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  const ended = once(child, 'exit');
  // Whoever ends us in the middle ends it as well.
  process.once('exit', () => child.kill('SIGTERM'));
  // Debian's client, since another one that stands before it may not be able to build.
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' };
  const engine: Engine = { program: '/usr/bin/docker', env, socket, isOwn: true, close };
  try {
    await until('the Docker engine answers', async () => {
      if (child.exitCode !== null) throw new Error(`dockerd ended: ${(await readFile(log, 'utf8')).slice(-600)}`);
      return (await run(engine.program, ['version'], { env })).code === 0;
    });
  } catch (error) {
    await close();
    throw error;
  }
  return engine;

  async function close(): Promise<void> {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended.finally(() => clearTimeout(timer));
    }
    // It leaves the mount of its own network behind.
    const names = await readdir(join(folder, 'exec', 'netns')).catch(() => []);
    for (const name of names) await run('umount', [join(folder, 'exec', 'netns', name)]);
    await run('ip', ['link', 'delete', BRIDGE]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Anew, where a run that was killed has left it. */
async function addBridge(): Promise<void> {
  await run('ip', ['link', 'delete', BRIDGE]);
  await runOk('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
  await runOk('ip', ['address', 'add', BRIDGE_ADDRESS, 'dev', BRIDGE]);
  await runOk('ip', ['link', 'set', BRIDGE, 'up']);
}
