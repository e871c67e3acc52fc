/** What the collectors say of this machine, held to what df, ss and iostat say of it, and to the kernel's own files. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collector as disk } from '../../src/collectors/disk.ts';
import { createDiskIoReader } from '../../src/collectors/disk-io.ts';
import { createFilesReader } from '../../src/collectors/files.ts';
import { createNetworkReader } from '../../src/collectors/network.ts';
import { createTcpReader } from '../../src/collectors/tcp.ts';
import { parseSeriesKey } from '../../src/core/observe/series.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { createCounters } from '../../src/machine/counters.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

/** df rounds up to whole percents, and others write meanwhile. */
const PERCENT_OFF = 1.1;
/** Others write while the two are asked. */
const BYTES_OFF = 200_000_000;
/** Connections come and go while the two are asked. */
const CONNECTIONS_OFF = 2;
/** Ours is of a longer time than that of iostat, in which others write too: by chance they may be far apart, not each time. */
const SHARE_OFF = 0.35;
const TRIES = 10;
const PIECE_BYTES = 65_536;
const ROUNDED_BYTES = 2_048;

const run = promisify(execFile);

test('space and inodes are those of df', { skip: without('df') }, async () => {
  const measured = byLabel(await disk.compile({ ignore: '', include: '' }, THIS_MACHINE).collect());
  const mounts = new Set([...measured.keys()].map((key) => key.slice(key.indexOf(' ') + 1)));
  // Of those that are not seen there is one figure for all.
  mounts.delete('');
  assert.ok(mounts.size > 0);

  for (const mount of mounts) {
    const [used, free, inodes] = dfOf(mount);
    const figure = (name: string) => measured.get(`${name} ${mount}`) ?? Number.NaN;
    assert.ok(
      Math.abs(figure('host.disk.used') - used) <= PERCENT_OFF,
      `${mount}: ${figure('host.disk.used')} ${used}`,
    );
    assert.ok(Math.abs(figure('host.disk.free') - free) <= BYTES_OFF, `${mount}: ${figure('host.disk.free')} ${free}`);
    if (Number.isNaN(inodes)) continue;
    assert.ok(Math.abs(figure('host.inodes.used') - inodes) <= PERCENT_OFF, `${mount}: inodes ${inodes}`);
  }
});

test('open connections are those of ss', { skip: without('ss') }, async () => {
  const reader = createTcpReader(THIS_MACHINE, createCounters());
  let said = '';

  await until('both say the same', async () => {
    const measured = byLabel(await reader.collect()).get('host.tcp.established ') ?? Number.NaN;
    // The kernel counts what the other side has closed among the open ones (RFC 4022, tcpCurrEstab).
    const lines = execFileSync('ss', ['-Htn', 'state', 'established', 'state', 'close-wait'], { encoding: 'utf8' });
    const count = lines.split('\n').filter((line) => line !== '').length;
    said = `${measured} of ours, ${count} of ss`;
    return Math.abs(measured - count) <= CONNECTIONS_OFF;
  }).catch(() => assert.fail(said));
});

test('connections that a stopped program does not take are told', {
  skip: process.platform !== 'linux' && 'no Linux',
}, async (t) => {
  const program = `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const reader = createTcpReader(THIS_MACHINE, createCounters());
  await reader.collect();
  child.kill('SIGSTOP');
  let overflows = 0;

  await until('its queue has overflowed', async () => {
    sockets.push(connect(Number(line), '127.0.0.1').on('error', () => {}));
    overflows += byLabel(await reader.collect()).get('host.tcp.overflows ') ?? 0;
    return overflows > 0;
  });
});

test('bytes that disks wrote are those of iostat', { skip: noDisk() }, async () => {
  let now = 0;
  const reader = createDiskIoReader(
    THIS_MACHINE,
    createCounters(() => now),
  );
  const outer = writtenBytes();
  await reader.collect();
  const inner = writtenBytes();
  await withWrites(async ({ settled }) => await settled(20));
  now = 1_000;
  const innerEnd = writtenBytes();
  const measured = byLabel(await reader.collect());
  const outerEnd = writtenBytes();

  for (const [device, end] of innerEnd) {
    const ours = measured.get(`host.disk.written ${device}`);
    if (ours === undefined) continue;
    // Within one second by the counters' clock: neither less nor more than was written meanwhile. iostat rounds to kB.
    assert.ok(ours >= end - (inner.get(device) ?? 0) - ROUNDED_BYTES, `${device}: ${ours}`);
    assert.ok(ours <= (outerEnd.get(device) ?? 0) - (outer.get(device) ?? 0) + ROUNDED_BYTES, `${device}: ${ours}`);
  }
  assert.ok([...measured.values()].some((value) => value > 0));
});

test('waiting time and business of disks are those of iostat', { skip: noDisk() }, async () => {
  const reader = createDiskIoReader(THIS_MACHINE, createCounters());
  const said: string[] = [];

  for (let left = TRIES; left > 0; left -= 1) {
    await reader.collect();
    // While it is written all the time; -y leaves out what is since the start of the machine.
    const { stdout } = await withWrites(
      async () => await run('iostat', ['-dxky', '2', '1', '-o', 'JSON'], { env: { ...process.env, LC_ALL: 'C' } }),
    );
    const measured = byLabel(await reader.collect());
    const { device, waitMs, busyPercent } = busiestOf(stdout);
    const wait = (measured.get(`host.disk.wait ${device}`) ?? Number.NaN) * 1_000;
    const busy = measured.get(`host.disk.busy ${device}`) ?? Number.NaN;
    said.push(`${device}: ${wait} ms and ${busy}% of ours, ${waitMs} ms and ${busyPercent}% of iostat`);
    if (isNear(wait, waitMs, 0.5) && isNear(busy, busyPercent, 5)) return;
  }
  assert.fail(said.join('; '));
});

test('bytes of interfaces are those that the kernel counts for each', { skip: noInterface() }, async () => {
  const [name = ''] = interfaces();
  let now = 0;
  const reader = createNetworkReader(
    THIS_MACHINE,
    createCounters(() => now),
  );
  const counted = () => Number(readFileSync(`/sys/class/net/${name}/statistics/rx_bytes`, 'utf8'));
  const outer = counted();
  await reader.collect();
  const inner = counted();
  now = 1_000;
  const innerEnd = counted();
  const measured = byLabel(await reader.collect()).get(`host.network.received ${name}`) ?? Number.NaN;

  // Within one second by the counters' clock: what came meanwhile, neither less nor more.
  assert.ok(measured >= innerEnd - inner && measured <= counted() - outer, `${measured}`);
});

test('open files are those that the kernel counts', { skip: process.platform !== 'linux' && 'no Linux' }, async () => {
  const opened = Array.from({ length: 500 }, () => openSync('/dev/null', 'r'));
  const more = await openFiles();
  for (const file of opened) closeSync(file);
  let less = more;

  await until('those closed are no longer counted', async () => {
    less = await openFiles();
    return more - less >= 300;
  });

  assert.ok(more >= 500);
});

async function openFiles(): Promise<number> {
  return byLabel(await createFilesReader(THIS_MACHINE).collect()).get('host.files.open ') ?? Number.NaN;
}

/** 'name label' to value. */
function byLabel(measured: readonly Measurement[]): ReadonlyMap<string, number> {
  return new Map(
    measured.map(({ series, value }) => {
      const { name, labels } = parseSeriesKey(series);
      return [`${name} ${Object.values(labels).join()}`, value];
    }),
  );
}

/** Percent used, free bytes, percent of the inodes used. */
function dfOf(mount: string): readonly [number, number, number] {
  const text = execFileSync('df', ['-B1', '--output=pcent,avail,ipcent', mount], { encoding: 'utf8' });
  const [used = Number.NaN, free = Number.NaN, inodes = Number.NaN] = (text.split('\n')[1] ?? '')
    .trim()
    .split(/\s+/)
    .map((cell) => Number(cell.replace('%', '')));
  return [used, free, inodes];
}

interface Busiest {
  readonly device: string;
  readonly waitMs: number;
  readonly busyPercent: number;
}

function busiestOf(json: string): Busiest {
  const disks = disksOf(json);
  const busiest = disks.toSorted((a, b) => (b['wkB/s'] ?? 0) - (a['wkB/s'] ?? 0))[0] ?? {};
  const [reads = 0, writes = 0] = [busiest['r/s'], busiest['w/s']];
  const waited = reads * (busiest.r_await ?? 0) + writes * (busiest.w_await ?? 0);
  return {
    device: String(busiest.disk_device),
    waitMs: waited / (reads + writes),
    busyPercent: busiest.util ?? Number.NaN,
  };
}

function isNear(ours: number, theirs: number, least: number): boolean {
  return Math.abs(ours - theirs) <= Math.max(least, SHARE_OFF * Math.max(ours, theirs));
}

/** Of each disk since the start of the machine. */
function writtenBytes(): ReadonlyMap<string, number> {
  const json = execFileSync('iostat', ['-dk', '-o', 'JSON'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return new Map(disksOf(json).map((one) => [String(one.disk_device), (one.kB_wrtn ?? 0) * 1_024]));
}

function disksOf(json: string): readonly Record<string, number>[] {
  const answer = JSON.parse(json) as { sysstat: { hosts: { statistics: { disk: Record<string, number>[] }[] }[] } };
  return answer.sysstat.hosts[0]?.statistics[0]?.disk ?? [];
}

interface Writing {
  /** When so many pieces are on the disk. */
  settled(pieces: number): Promise<void>;
}

/** Onto the disk that this repository lies on, and through to it, piece by piece until the work is done. */
async function withWrites<Result>(work: (writing: Writing) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), 'written-'));
  const file = await open(join(folder, 'file'), 'w');
  let written = 0;
  let isOver = false;
  const writing = (async () => {
    for (; !isOver; written += 1) {
      await file.write(Buffer.alloc(PIECE_BYTES, written), 0, PIECE_BYTES, 0);
      await file.datasync();
    }
  })();
  try {
    return await work({ settled: async (pieces) => await until('it is written', () => written >= pieces) });
  } finally {
    isOver = true;
    await writing;
    await file.close();
    await rm(folder, { recursive: true });
  }
}

function interfaces(): readonly string[] {
  try {
    const names = readdirSync('/sys/class/net').filter((name) => /^(eth|en)/.test(name));
    return names.filter((name) => readFileSync(`/sys/class/net/${name}/statistics/rx_packets`, 'utf8').trim() !== '0');
  } catch {
    return [];
  }
}

function noInterface(): string | false {
  return interfaces().length === 0 && 'no network interface that was used';
}

/** Where the repository lies in memory or on another machine's disk, nothing that it writes is counted. */
function noDisk(): string | false {
  const missing = without('iostat');
  if (missing !== false) return missing;
  return writtenBytes().size === 0 && 'no disk is counted here';
}

function without(tool: string): string | false {
  if (process.platform !== 'linux') return 'no Linux';
  try {
    execFileSync('which', [tool], { stdio: 'ignore' });
    return false;
  } catch {
    return `no ${tool} is installed`;
  }
}
