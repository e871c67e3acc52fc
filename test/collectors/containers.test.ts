import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createContainersReader } from '../../src/collectors/containers.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { CONTAINERS_MAX } from '../../src/machine/container-groups.ts';
import { type FakeMachine, fakeMachine } from '../support/fake-proc.ts';

const WEB = 'a1b2c3d4e5f6'.padEnd(64, '0');
const DB = '0123456789ab'.padEnd(64, 'f');
const MIB = 1_048_576;

test('cgroup v2: memory against its limit, without caches that go first; no limit, no share', async (context) => {
  const fake = version2(context, {
    [`system.slice/docker-${WEB}.scope`]: { current: 100 * MIB, inactive: 40 * MIB, max: `${200 * MIB}` },
    [`system.slice/docker-${DB}.scope`]: { current: 10 * MIB, inactive: 0, max: 'max' },
    'system.slice/nginx.service': { current: 5 * MIB, inactive: 0, max: 'max' },
  });

  assert.deepEqual(valuesOf(await createContainersReader(fake.places).collect()), {
    ...{ 'container.count': 2, 'container.unseen': 0 },
    'container.memory.used{container=a1b2c3d4e5f6}': 60 * MIB,
    'container.memory.share{container=a1b2c3d4e5f6}': 30,
    'container.memory.used{container=0123456789ab}': 10 * MIB,
  });
});

test('cgroup v1: the same from other files, and its largest number is no limit', async (context) => {
  let now = 0;
  const fake = fakeMachine(context, {
    ...version1(`docker/${WEB}`, {
      usage: 100 * MIB,
      inactive: 40 * MIB,
      limit: `${200 * MIB}`,
      oom: 3,
      throttled: 10,
    }),
    ...version1(`docker/${DB}`, { usage: 10 * MIB, inactive: 0, limit: '9223372036854771712', oom: 0 }),
  });
  const reader = createContainersReader(fake.places, () => now);
  await reader.collect();
  now = 20_000;
  fake.write(
    version1(`docker/${WEB}`, { usage: 90 * MIB, inactive: 40 * MIB, limit: `${200 * MIB}`, oom: 4, throttled: 60 }),
  );

  assert.deepEqual(valuesOf(await reader.collect()), {
    ...{ 'container.count': 2, 'container.unseen': 0 },
    'container.memory.used{container=a1b2c3d4e5f6}': 50 * MIB,
    'container.memory.share{container=a1b2c3d4e5f6}': 25,
    'container.oom{container=a1b2c3d4e5f6}': 1,
    // 50 slices of 100 ms, of 20 s.
    'container.throttled{container=a1b2c3d4e5f6}': 25,
    'container.memory.used{container=0123456789ab}': 10 * MIB,
  });
});

test('cgroup v2: kills and stopped time slices are those since the last reading, named by Docker', async (context) => {
  let now = 0;
  const path = `docker/${WEB}`;
  const fake = version2(context, { [path]: { current: MIB, inactive: 0, max: `${2 * MIB}`, oom: 2, throttled: 5 } });
  const config = { State: {}, Config: { Image: 'nginx:1.27', Env: ['TOKEN=hunter2'] }, Name: '/web' };
  fake.write({ [`root/var/lib/docker/containers/${WEB}/config.v2.json`]: JSON.stringify(config) });
  const reader = createContainersReader(fake.places, () => now);
  await reader.collect();
  now = 10_000;
  fake.write(group2(path, { current: MIB, inactive: 0, max: `${2 * MIB}`, oom: 3, throttled: 45 }));

  const measured = await reader.collect();

  const lines = ['Container a1b2c3d4e5f6 is web (image nginx:1.27).'];
  assert.deepEqual(measured.slice(-2), [
    { series: 'container.oom{container=a1b2c3d4e5f6}', value: 1, lines },
    // 40 slices of 100 ms, of 10 s.
    { series: 'container.throttled{container=a1b2c3d4e5f6}', value: 40, lines },
  ]);
});

test('killed for want of the memory of the machine, a container without a limit is not said to have one', async (context) => {
  const path = `docker/${WEB}`;
  const fake = version2(context, { [path]: { current: MIB, inactive: 0, max: 'max', oom: 2 } });
  let now = 0;
  const reader = createContainersReader(fake.places, () => now);
  await reader.collect();
  now = 10_000;
  fake.write(group2(path, { current: MIB, inactive: 0, max: 'max', oom: 3 }));

  assert.ok(!(await reader.collect()).some(({ series }) => series.startsWith('container.oom')));
});

test('a name that may not be read is said so, and no other text comes out of that file', async (context) => {
  for (const text of ['', 'no JSON', '[]', '{"Name":{"a":"b"}}']) {
    const fake = version2(context, { [`docker/${WEB}`]: { current: 95, inactive: 0, max: '100' } });
    fake.write({ [`root/var/lib/docker/containers/${WEB}/config.v2.json`]: text });

    const told = (await createContainersReader(fake.places).collect()).flatMap(({ lines = [] }) => lines);

    assert.deepEqual(told, ['Container a1b2c3d4e5f6 is one whose name linesman may not read.']);
  }
});

test('containers of every engine are found, however its groups are kept; helpers and shells are none', async (context) => {
  const id = (at: number) => String(at).padStart(12, '0').padEnd(64, 'e');
  const found = [
    `system.slice/docker-${id(1)}.scope`,
    `docker/${id(2)}`,
    `machine.slice/libpod-${id(3)}.scope`,
    `user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id(4)}.scope`,
    `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12ab.slice/cri-containerd-${id(5)}.scope`,
    `kubepods/besteffort/pod34cd/${id(6)}`,
    `kubepods.slice/kubepods-pod56ef.slice/crio-${id(7)}.scope`,
    `system.slice/nerdctl-${id(8)}.scope`,
  ];
  const others = [
    `machine.slice/libpod-conmon-${id(9)}.scope`,
    'user.slice/user-0.slice/session-1.scope',
    'init.scope',
  ];
  const some = { current: 1, inactive: 0, max: 'max' };
  const fake = version2(context, Object.fromEntries([...found, ...others].map((path) => [path, some])));

  const labels = Object.keys(valuesOf(await createContainersReader(fake.places).collect()));

  assert.deepEqual(
    labels.slice(2).sort(),
    found.map((_, at) => `container.memory.used{container=${id(at + 1).slice(0, 12)}}`),
  );
});

test('one that ended is gone, one that took its place is found, and what runs inside of one is its own affair', async (context) => {
  const some = { current: 1, inactive: 0, max: 'max' };
  const fake = version2(context, { [`docker/${WEB}`]: some, [`docker/${WEB}/docker/${DB}`]: some });
  const reader = createContainersReader(fake.places);
  const first = valuesOf(await reader.collect());
  fake.remove(`sys/fs/cgroup/docker/${WEB}`);
  fake.write(group2(`docker/${DB}`, some));

  const second = valuesOf(await reader.collect());
  fake.remove('sys/fs/cgroup/docker');
  const third = valuesOf(await reader.collect());

  assert.deepEqual(
    [first, second, third].map((values) => Object.keys(values).slice(2)),
    [['container.memory.used{container=a1b2c3d4e5f6}'], ['container.memory.used{container=0123456789ab}'], []],
  );
});

test('of very many containers the rest is counted', async (context) => {
  const id = (at: number) => String(at).padStart(12, '0').padEnd(64, 'e');
  const many = Array.from({ length: CONTAINERS_MAX + 7 }, (_, at) => `docker/${id(at)}`);
  const some = { current: 1, inactive: 0, max: 'max' };
  const fake = version2(context, Object.fromEntries(many.map((path) => [path, some])));

  const measured = valuesOf(await createContainersReader(fake.places).collect());

  assert.deepEqual([measured['container.count'], measured['container.unseen']], [CONTAINERS_MAX, 7]);
});

test('in a container its own limits are measured, since its own group is the whole it sees', async (context) => {
  const fake = version2(context, { '': { current: 95 * MIB, inactive: 5 * MIB, max: `${100 * MIB}` } });

  const measured = await createContainersReader(fake.places).collect();

  const share = measured.find(({ series }) => series.startsWith('container.memory.share'));
  assert.equal(share?.value, 90);
  assert.match(share?.lines?.[0] ?? '', /is the container that linesman runs in\.$/);
});

test('a machine without control groups measures nothing, one whose groups are no containers none', async (context) => {
  const without = fakeMachine(context);
  const fake = version2(context, { 'system.slice/cron.service': { current: 1, inactive: 0, max: 'max' } });

  assert.deepEqual(await createContainersReader(without.places).collect(), []);
  assert.equal(valuesOf(await createContainersReader(fake.places).collect())['container.count'], 0);
});

interface Group {
  readonly current: number;
  readonly inactive: number;
  readonly max: string;
  readonly oom?: number;
  readonly throttled?: number;
}

function version2(context: TestContext, groups: Readonly<Record<string, Group>>): FakeMachine {
  const fake = fakeMachine(context, { 'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n' });
  for (const [path, group] of Object.entries(groups)) fake.write(group2(path, group));
  return fake;
}

function group2(path: string, { current, inactive, max, oom, throttled }: Group): Record<string, string> {
  const folder = `sys/fs/cgroup/${path}`;
  return {
    [`${folder}/memory.current`]: `${current}\n`,
    [`${folder}/memory.stat`]: `anon 1\ninactive_anon 7\ninactive_file ${inactive}\n`,
    [`${folder}/memory.max`]: `${max}\n`,
    ...(oom !== undefined && {
      [`${folder}/memory.events`]: `low 0\nmax 9\noom 9\noom_kill ${oom}\noom_group_kill 0\n`,
    }),
    ...(throttled !== undefined && {
      [`${folder}/cpu.stat`]: `usage_usec 5\nnr_periods 1000\nnr_throttled ${throttled}\nthrottled_usec 5\n`,
      [`${folder}/cpu.max`]: '50000 100000\n',
    }),
  };
}

interface Group1 {
  readonly usage: number;
  readonly inactive: number;
  readonly limit: string;
  readonly oom: number;
  readonly throttled?: number;
}

function version1(path: string, { usage, inactive, limit, oom, throttled }: Group1): Record<string, string> {
  const memory = `sys/fs/cgroup/memory/${path}`;
  const cpu = `sys/fs/cgroup/cpu/${path}`;
  return {
    [`${memory}/memory.usage_in_bytes`]: `${usage}\n`,
    [`${memory}/memory.stat`]: `cache 1\ninactive_file 1\ntotal_inactive_file ${inactive}\n`,
    [`${memory}/memory.limit_in_bytes`]: `${limit}\n`,
    [`${memory}/memory.oom_control`]: `oom_kill_disable 0\nunder_oom 0\noom_kill ${oom}\n`,
    ...(throttled !== undefined && {
      [`${cpu}/cpu.stat`]: `nr_periods 1000\nnr_throttled ${throttled}\nthrottled_time 5\n`,
      [`${cpu}/cpu.cfs_period_us`]: '100000\n',
    }),
  };
}

function valuesOf(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
}
