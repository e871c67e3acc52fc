import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMemoryReader } from '../../src/collectors/memory.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { readPageBytes } from '../../src/machine/process-usage.ts';
import { fakeMachine } from '../support/fake-proc.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const MEMINFO =
  'MemTotal:       8000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\nSwapTotal:         0 kB\nSwapFree:          0 kB\n';
const WITH_SWAP = MEMINFO.replace(/SwapTotal: +0/, 'SwapTotal: 2000').replace(/SwapFree: +0/, 'SwapFree: 500');

test('available memory is said in percent of all memory, all other in bytes', async (context) => {
  const { places } = fakeMachine(context, { 'proc/meminfo': MEMINFO });

  assert.deepEqual(valuesOf(await createMemoryReader(places).collect()), {
    ...{ 'host.memory.available': 7.5, 'host.memory.used': 7_400 * 1_024 },
  });
});

test('a machine that does not say how much memory it has is not measured', async (context) => {
  const old = fakeMachine(context, { 'proc/meminfo': 'MemTotal: 8000 kB\nMemFree: 100 kB\n' });

  assert.deepEqual(await createMemoryReader(old.places).collect(), []);
  assert.deepEqual(await createMemoryReader({ proc: '/nowhere' }).collect(), []);
});

test('swap is measured where there is some: how full, and what goes in and out', async (context) => {
  let now = 0;
  const { places, write } = fakeMachine(context, { 'proc/meminfo': WITH_SWAP, 'proc/vmstat': vmstat(1_000, 5_000, 0) });
  const reader = createMemoryReader(places, { clock: () => now, kmsg: '/nowhere' });
  const [first] = [valuesOf(await reader.collect())];
  now = 20_000;
  write({ 'proc/vmstat': vmstat(1_100, 5_200, 0) });

  const measured = valuesOf(await reader.collect());

  assert.equal(first['host.swap.used'], 75);
  assert.equal(first['host.swap.out'], undefined);
  assert.equal(measured['host.swap.in'], (100 * readPageBytes()) / 20);
  assert.equal(measured['host.swap.out'], (200 * readPageBytes()) / 20);
  assert.equal(measured['host.swap.written'], ((200 * readPageBytes()) / (8_000 * 1_024)) * 100);
});

test('what is compressed in memory is not said to be written to a disk', async (context) => {
  const swaps = (...areas: readonly string[]) =>
    ['Filename Type Size Used Priority', ...areas.map((area) => `${area} partition 8000 6000 100`), ''].join('\n');
  for (const [areas, isMeasured] of [
    [['/dev/zram0', '/dev/zram1'], false],
    [['/dev/zram0', '/swapfile'], true],
  ] as const) {
    let now = 0;
    const files = { 'proc/meminfo': WITH_SWAP, 'proc/swaps': swaps(...areas) };
    const { places, write } = fakeMachine(context, { ...files, 'proc/vmstat': vmstat(1_000, 5_000, 0) });
    const reader = createMemoryReader(places, { clock: () => now, kmsg: '/nowhere' });
    await reader.collect();
    now = 20_000;
    write({ 'proc/vmstat': vmstat(1_100, 5_200, 0) });

    const measured = valuesOf(await reader.collect());

    assert.equal(measured['host.swap.out'], (200 * readPageBytes()) / 20);
    assert.equal(measured['host.swap.written'] !== undefined, isMeasured, areas.join());
  }
});

test('without swap nothing is said of it', async (context) => {
  const { places, write } = fakeMachine(context, { 'proc/meminfo': MEMINFO, 'proc/vmstat': vmstat(0, 0, 0) });
  const reader = createMemoryReader(places);
  await reader.collect();
  write({ 'proc/vmstat': vmstat(0, 0, 0) });

  const names = Object.keys(valuesOf(await reader.collect()));

  assert.deepEqual(
    names.filter((name) => name.startsWith('host.swap')),
    [],
  );
});

test('killed processes are those since the last reading, and a reading with some says so in words', async (context) => {
  let now = 0;
  const { places, write } = fakeMachine(context, { 'proc/vmstat': vmstat(0, 0, 7) });
  const reader = createMemoryReader(places, { clock: () => now, kmsg: '/nowhere' });
  const told: (readonly Measurement[])[] = [await reader.collect()];
  for (const kills of [7, 8, 11, 2, 2]) {
    now += 20_000;
    write({ 'proc/vmstat': vmstat(0, 0, kills) });
    told.push(await reader.collect());
  }

  assert.deepEqual(told, [
    [],
    [{ series: 'host.memory.oom', value: 0 }],
    [
      {
        series: 'host.memory.oom',
        value: 1,
        lines: ['Within the last 20 s the kernel killed a process for want of memory.'],
      },
    ],
    [
      {
        series: 'host.memory.oom',
        value: 3,
        lines: ['Within the last 20 s the kernel killed 3 processes for want of memory.'],
      },
    ],
    [],
    [{ series: 'host.memory.oom', value: 0 }],
  ]);
});

test('a kernel that does not count kills is not asked for them', async (context) => {
  const { places } = fakeMachine(context, { 'proc/vmstat': 'pswpin 0\npswpout 0\n' });
  const reader = createMemoryReader(places);
  await reader.collect();

  assert.deepEqual(await reader.collect(), []);
});

test('whom the kernel killed is named where its log may be read, those of before are not', async (context) => {
  let now = 0;
  const { places, write } = fakeMachine(context, { 'proc/vmstat': vmstat(0, 0, 0) });
  const kmsg = join(places.root, 'kmsg');
  const tail =
    'total-vm:67884kB, anon-rss:65000kB, file-rss:1668kB, shmem-rss:0kB, UID:0 pgtables:180kB oom_score_adj:0';
  const before = `6,41,900000000,-;Out of memory: Killed process 7 (long ago) ${tail}`;
  write({ 'root/kmsg': before });
  const reader = createMemoryReader(places, { clock: () => now, kmsg });
  await reader.collect();
  write({
    'root/kmsg': [
      before,
      '6,42,1010000000,-;oom-kill:constraint=CONSTRAINT_MEMCG,task=a) b,pid=21077,uid=0',
      `3,43,1010000001,-;Memory cgroup out of memory: Killed process 21077 (a) b) ${tail}`,
      ' SUBSYSTEM=memory',
      `3,44,1015000000,-;Out of memory: Killed process 4711 (postgres) ${tail}`,
      `3,45,1016000000,-;Killed process 4712 (php-fpm7.0), UID 33, ${tail}`,
      'no record',
    ].join('\n'),
    'proc/vmstat': vmstat(0, 0, 3),
  });
  now = 20_000;

  const [measured] = await reader.collect();
  now = 40_000;
  write({ 'proc/vmstat': vmstat(0, 0, 4) });
  const [again] = await reader.collect();

  assert.deepEqual(measured?.lines, [
    'Within the last 20 s the kernel killed 3 processes for want of memory.',
    'Killed: a) b (pid 21077), which had 66.6 MB, at the limit of a container or unit.',
    'Killed: postgres (pid 4711), which had 66.6 MB.',
    'Killed: php-fpm7.0 (pid 4712), which had 66.6 MB.',
  ]);
  assert.deepEqual(again?.lines, ['Within the last 20 s the kernel killed a process for want of memory.']);
});

const noFree = spawnSync('free', ['-V']).error !== undefined && 'there is no free here';

test('this machine: available memory as free says it, within 1% of all memory', { skip: noFree }, async () => {
  const { stdout } = spawnSync('free', ['-b'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const [total = 0, , , , , available = 0] = /^Mem: +(.*)$/m.exec(stdout)?.[1]?.split(/ +/).map(Number) ?? [];
  const measured = valuesOf(await createMemoryReader(THIS_MACHINE).collect());

  assert.ok(Math.abs((measured['host.memory.available'] ?? -100) - (available / total) * 100) <= 1, stdout);
  assert.ok(Math.abs((measured['host.memory.used'] ?? -1e12) - (total - available)) <= 0.01 * total, stdout);
});

test('this machine: swap as free says it', { skip: noFree || noSwap() }, async () => {
  const { stdout } = spawnSync('free', ['-b'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const [total = 0, used = 0] = /^Swap: +(.*)$/m.exec(stdout)?.[1]?.split(/ +/).map(Number) ?? [];
  const measured = valuesOf(await createMemoryReader(THIS_MACHINE).collect());

  assert.ok(Math.abs((measured['host.swap.used'] ?? -100) - (used / total) * 100) <= 1, stdout);
});

function noSwap(): string | false {
  return readFileSync('/proc/swaps', 'utf8').trim().split('\n').length < 2 && 'this machine has no swap';
}

function vmstat(read: number, written: number, killed: number): string {
  return `nr_free_pages 5\npswpin ${read}\npswpout ${written}\noom_kill ${killed}\nswpin_zero 4\n`;
}

function valuesOf(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
}
