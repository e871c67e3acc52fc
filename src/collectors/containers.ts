/** What containers have of the memory and the processors that they may have, and what was killed at their limits. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { type ContainerGroup, createContainerGroups } from '../machine/container-groups.ts';
import { type ContainerLimits, createLimitsReader } from '../machine/container-limits.ts';
import { createContainerNames } from '../machine/container-names.ts';
import { type Counters, createCounters } from '../machine/counters.ts';

const COUNT = 'container.count';
const UNSEEN = 'container.unseen';
const USED = 'container.memory.used';
const SHARE = 'container.memory.share';
const OOM = 'container.oom';
const THROTTLED = 'container.throttled';

/** From these values on, in percent, a reading names its container in words, so that a mail does: where its watches rest again. */
const NAMED_FROM = { [SHARE]: 80, [THROTTLED]: 10 } as const;

const COMMON = { detector: 'threshold', by: 'container', severity: 'warning', delivery: 'digest', rank: 3 } as const;

const oom: WatchSpec = {
  ...COMMON,
  name: 'container.oom',
  options: { series: OOM, statistic: 'sum', window: 60_000, above: 1, leave: 0.5 },
  clearAfterMs: 60_000,
  isEvent: true,
  title: 'Processes killed at the memory limit of a container',
  why: 'The container had used up the memory that it may have, and the kernel killed a process in it. If that was its main one, the container ended or was started anew.',
  whatToDo:
    'See whether it runs, and since when: `docker ps -a --no-trunc --filter id=CONTAINER`. Its last words: `docker logs --tail 50 CONTAINER`. Its limit and use: `docker stats --no-stream CONTAINER`. Give it more, `docker update --memory 1g --memory-swap 1g CONTAINER` and the same in compose.yaml, or less to do. In Kubernetes: `kubectl get pods -A | grep -v Running`.',
};

const memory: WatchSpec = {
  ...COMMON,
  name: 'container.memory',
  options: { series: SHARE, statistic: 'mean', window: 300_000, above: 90, leave: 80, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Memory of a container, of its limit',
  why: 'At its limit processes of the container are killed, however much memory the machine has. Caches that would be given up first are not counted here.',
  whatToDo:
    'See its limit and use: `docker stats --no-stream CONTAINER`. See who holds it: `docker top CONTAINER -eo pid,rss,args`. Give it more, `docker update --memory 1g --memory-swap 1g CONTAINER` and the same in compose.yaml, or restart what has grown.',
};

const throttled: WatchSpec = {
  ...COMMON,
  name: 'container.throttled',
  options: { series: THROTTLED, statistic: 'mean', window: 600_000, above: 25, leave: 10, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Time in which a container was stopped at its limit of processors',
  why: 'In a quarter of all time slices the container had used up the processor time that it may have, and stood still until the next one. Its answers take longer by that, however idle the machine is.',
  whatToDo:
    'See its use: `docker stats --no-stream CONTAINER`. Its limit: `docker inspect -f "{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}" CONTAINER`. Raise it, `docker update --cpus 2 CONTAINER` and the same in compose.yaml, or start fewer threads in it.',
};

export const collector: CollectorPlugin = {
  name: 'containers',
  describe: 'What containers have of the memory and the processors that they may have.',
  options: {},
  everyMs: 20_000,
  watches: [oom, memory, throttled],
  series: [
    { name: COUNT, unit: 'count', describe: 'containers that run and are measured' },
    {
      name: UNSEEN,
      unit: 'count',
      describe: 'containers beyond the first 50, and control groups beyond the first 2,000',
    },
    {
      name: USED,
      unit: 'bytes',
      describe: 'memory of a container, without caches that would be given up first',
      by: 'container',
    },
    { name: SHARE, unit: 'percent', describe: 'the same, of its limit', by: 'container' },
    {
      name: OOM,
      unit: 'count',
      describe: 'processes killed at its memory limit since the last reading',
      by: 'container',
    },
    {
      name: THROTTLED,
      unit: 'percent',
      describe: 'time slices in which it was stopped at its limit of processors',
      by: 'container',
    },
  ],
  compile: (_, places) => createContainersReader(places),
};

/** clock: ms, never set. */
export function createContainersReader(
  places: Pick<MachinePlaces, 'sys' | 'root'>,
  clock?: () => number,
): { collect(): Promise<readonly Measurement[]> } {
  const limits = createLimitsReader(join(places.sys, 'fs/cgroup'));
  const groups = createContainerGroups(limits.top);
  const names = createContainerNames(places.root);
  const counters = createCounters(clock);
  return {
    async collect() {
      // No Linux, or one without control groups.
      if (!existsSync(limits.top)) return [];
      const found = groups.list();
      const own = limits.read('');
      // The group of the whole machine has no limit; a container sees its own group as the whole.
      const isOwn = own.memoryLimitBytes !== undefined || own.throttled !== undefined;
      return [
        { series: COUNT, value: found.length },
        { series: UNSEEN, value: groups.leftOut() },
        ...(isOwn ? measure(counters, { shortId: ownId(), text: 'the container that linesman runs in' }, own) : []),
        ...found.flatMap((one) => measure(counters, { ...one, text: names.of(one) }, limits.read(one.path))),
      ];
    },
  };
}

/** Docker and Podman give a container its short id as its host name, unless somebody chose one. */
function ownId(): string {
  return /^[0-9a-f]{12}$/.test(hostname()) ? hostname() : 'self';
}

type Named = Pick<ContainerGroup, 'shortId'> & { readonly text: string };

function measure(counters: Counters, { shortId, text }: Named, limits: ContainerLimits): readonly Measurement[] {
  const { memoryBytes, memoryLimitBytes, oomKills, throttled } = limits;
  // Without a limit it was the memory of the machine that was short, which host.memory.oom tells.
  const atLimit = memoryLimitBytes === undefined ? undefined : oomKills;
  const killed = atLimit === undefined ? undefined : counters.grow(`${shortId} oom`, { atLimit })?.by.atLimit;
  const stopped = throttled && counters.grow(`${shortId} throttled`, { slices: throttled.slices });
  const share = memoryBytes === undefined || !memoryLimitBytes ? undefined : (memoryBytes / memoryLimitBytes) * 100;
  const stoppedShare = throttled && stopped && ((stopped.by.slices * throttled.sliceSeconds) / stopped.seconds) * 100;
  const values = { [USED]: memoryBytes, [SHARE]: share, [OOM]: killed, [THROTTLED]: stoppedShare };
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || !Number.isFinite(value)) return [];
    const isNamed = name === OOM ? value > 0 : value >= (NAMED_FROM[name as keyof typeof NAMED_FROM] ?? Infinity);
    const bounded = name === SHARE || name === THROTTLED ? Math.min(100, value) : value;
    const series = seriesKey(name, { container: shortId });
    return [{ series, value: bounded, ...(isNamed && { lines: [`Container ${shortId} is ${text}.`] }) }];
  });
}
