/** In the image beside Nginx: with the host's /proc and /sys mounted its figures and processes, without them it says so. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './machine.ts';
import { createPlace, type Place, told } from './place.ts';

const MOUNTS = ['-v', '/proc:/host/proc:ro', '-v', '/sys:/host/sys:ro'];
/** Others come and go meanwhile. */
const PROCESSES_OFF = 0.2;
const MEMORY_OFF_PERCENT = 5;

interface Figure {
  readonly series: string;
  readonly value: number;
}

/** A process of the host, not of a container, that nothing else is called like. */
function startOnHost() {
  const child = spawn('sleep', ['86399']);
  return { end: () => child.kill() };
}

async function settings(place: Place): Promise<readonly string[]> {
  const folder = join(place.folder, 'etc');
  await mkdir(folder, { recursive: true });
  const checks = ['checks:', '  - { name: sleeper, kind: process, command: sleep 86399 }', ''];
  await writeFile(join(folder, 'linesman.yaml'), checks.join('\n'));
  return ['-v', `${folder}:/etc/linesman:ro`];
}

async function inside(place: Place, ...command: readonly string[]) {
  return await run(told.program, ['exec', `${place.name}-linesman`, 'linesman', ...command]);
}

function figuresOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line) as Figure).map(({ series, value }) => [series, value]));
}

async function hostProcesses(): Promise<number> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).length;
}

async function hostAvailablePercent(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8');
  const of = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1]);
  return (of('MemAvailable') / of('MemTotal')) * 100;
}

async function hostInterfaces(): Promise<readonly string[]> {
  const text = await readFile('/proc/1/net/dev', 'utf8');
  const names = text.split('\n').flatMap((line) => /^\s*(eth\d+|en\w+):/.exec(line)?.[1] ?? []);
  return names;
}

test('with the host mounted it tells the host’s figures, and finds its processes', async (t) => {
  const place = await createPlace();
  const sleeper = startOnHost();
  t.after(async () => {
    sleeper.end();
    await place.end();
  });
  await place.nginx();
  await place.linesman('-v', `${place.logs}:/logs:ro`, ...MOUNTS, ...(await settings(place)));
  await place.takes(0);

  const { stdout, stderr } = await inside(place, 'collect', '--json');
  const figures = figuresOf(stdout);
  const [processes, available] = [await hostProcesses(), await hostAvailablePercent()];

  assert.doesNotMatch(stderr, /container/);
  const counted = figures.get('host.processes.count') ?? 0;
  assert.ok(Math.abs(counted - processes) <= processes * PROCESSES_OFF, `${counted} of ${processes} processes`);
  assert.ok(Math.abs((figures.get('host.memory.available') ?? 0) - available) <= MEMORY_OFF_PERCENT);
  // Its own network has loopback only.
  for (const name of await hostInterfaces())
    assert.ok(figures.has(`host.network.received{interface=${name}}`), [...figures.keys()].join());

  const asked = await inside(place, 'check', 'sleeper');
  assert.equal(asked.code, 0, asked.stdout + asked.stderr);
});

test('without it, it says whose figures these are, and calls no process of the host gone', async (t) => {
  const place = await createPlace();
  const sleeper = startOnHost();
  t.after(async () => {
    sleeper.end();
    await place.end();
  });
  await place.nginx();
  await place.linesman('-v', `${place.logs}:/logs:ro`, ...(await settings(place)));
  await place.takes(0);

  const { stdout, stderr } = await inside(place, 'collect', '--json');
  const asked = await inside(place, 'check', 'sleeper');

  assert.match(stderr, /These are this container's figures\..*\n.*-v \/proc:\/host\/proc:ro/);
  assert.ok((figuresOf(stdout).get('host.processes.count') ?? 0) < 20);
  assert.equal(asked.code, 1);
  assert.match(asked.stdout, /\/host\/proc/);
  assert.doesNotMatch(asked.stdout, /is not running/);
  assert.match(await place.log(), /\/host\/proc/);
});
