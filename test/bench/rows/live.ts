/** What following a busy log costs: processor time of linesman and of its Redis, memory, and how late lines are counted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Running, World } from '../../support/service.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median, quantile } from '../statistics.ts';
import { clock, delays, type LinesAt, lookAt } from './delays.ts';
import { createBenchWorld, residentMiB, type Spent, spentBy } from './world.ts';

const APPEND = fileURLToPath(new URL('../log/append.ts', import.meta.url));
/** Lines a second, and the percent of a core that linesman may take for them. */
const RATES = [
  { rate: 10_000, percentMax: 2 },
  { rate: 50_000, percentMax: 6 },
];
const REDIS_PERCENT_MAX = 2;
const COMMANDS_MAX = 10;
const GROWTH_MIB_MAX = 80;
const COUNTED_MS_MAX = 150;
const VISIBLE_MS_MAX = 300;
const SETTLE_MS = 3_000;
/** The first seconds compile the code and fill the first windows. */
const WARM_UP_S = 5;
const WINDOW_S = 4;
const LOOKING_S = 8;
const SAMPLE_MS = 250;

export const live: Row = {
  name: 'live',
  async measure(bench) {
    const figures: Figure[] = [];
    for (const load of RATES) figures.push(...(await measureAt(bench, load)));
    return figures;
  },
};

async function measureAt(bench: Bench, load: (typeof RATES)[number]): Promise<readonly Figure[]> {
  const world = await createBenchWorld(bench);
  return await bench.during(world.end, async () => {
    const running = await world.start();
    await pause(SETTLE_MS);
    const idleMiB = await residentMiB(running.pid);
    const seconds = WARM_UP_S + bench.runs * WINDOW_S + LOOKING_S;
    const appender = startAppender(world.accessLog, load.rate, seconds);
    const endAppender = () => void appender.kill('SIGKILL');
    return await bench.during(endAppender, async () => {
      const writing = writtenBy(appender);
      await pause(WARM_UP_S * 1_000);
      const windows = await windowsOf(bench, load.rate, world, running);
      const late = await lateness(world, running, writing);
      await running.takes(load.rate * seconds);
      return [...costs(load, windows), ...late(load.rate), growth(load.rate, windows, idleMiB)];
    });
  });
}

function startAppender(path: string, rate: number, seconds: number): ChildProcess {
  return spawn(process.execPath, [APPEND, path, String(rate), String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function writtenBy(appender: ChildProcess): Promise<readonly LinesAt[]> {
  if (appender.stdout === null) throw new Error('The appender has no output');
  const [printed] = await Promise.all([text(appender.stdout), once(appender, 'exit')]);
  return JSON.parse(printed) as readonly LinesAt[];
}

interface Window {
  readonly percent: number;
  readonly redisPercent: number;
  readonly commands: number;
  readonly aofKiB: number;
  /** Highest in it. */
  readonly residentMiB: number;
}

async function windowsOf(bench: Bench, rate: number, world: World, running: Running): Promise<readonly Window[]> {
  const windows: Window[] = [];
  for (let run = 0; run < bench.runs; run += 1) {
    bench.say(`live: ${rate} lines/s, ${run + 1} of ${bench.runs}`);
    const before = await spentBy(world, running);
    let resident = 0;
    for (const end = clock() + WINDOW_S * 1_000; clock() < end; await pause(SAMPLE_MS)) {
      resident = Math.max(resident, await residentMiB(running.pid));
    }
    windows.push({ ...between(before, await spentBy(world, running)), residentMiB: resident });
  }
  return windows;
}

/** A second's worth of what was used from one to the other. */
export function between(before: Spent, after: Spent): Omit<Window, 'residentMiB'> {
  const seconds = (after.at - before.at) / 1_000;
  return {
    percent: ((after.cpuS - before.cpuS) / seconds) * 100,
    redisPercent: ((after.redisCpuS - before.redisCpuS) / seconds) * 100,
    commands: (after.redisCommands - before.redisCommands) / seconds,
    aofKiB: (after.aofBytes - before.aofBytes) / seconds / 1_024,
  };
}

async function lateness(world: World, running: Running, writing: Promise<readonly LinesAt[]>) {
  const from = clock();
  let isWritten = false;
  void writing.then(() => {
    isWritten = true;
  });
  const looks = await lookAt(world, running, () => isWritten);
  const written = (await writing).filter(({ at }) => at >= from);
  const p99 = quantile(delays(written, looks.counted), 0.99);
  const p95 = quantile(delays(written, looks.inRedis), 0.95);
  return (rate: number): readonly Figure[] => [
    {
      name: `append to counted, ${rateText(rate)}`,
      goal: `p99 <= ${COUNTED_MS_MAX} ms`,
      measured: `p99 ${inDigits(p99)} ms`,
      isMet: p99 <= COUNTED_MS_MAX,
      beside: `${written.length} writes in ${LOOKING_S} s`,
    },
    {
      name: `append to visible in Redis, ${rateText(rate)}`,
      goal: `p95 <= ${VISIBLE_MS_MAX} ms`,
      measured: `p95 ${inDigits(p95)} ms`,
      isMet: p95 <= VISIBLE_MS_MAX,
      beside: 'the same writes',
    },
  ];
}

function costs({ rate, percentMax }: (typeof RATES)[number], windows: readonly Window[]): readonly Figure[] {
  const percent = median(windows.map((window) => window.percent));
  const redisPercent = median(windows.map((window) => window.redisPercent));
  const commands = median(windows.map((window) => window.commands));
  const aof = median(windows.map(({ aofKiB }) => aofKiB));
  return [
    {
      name: `live, ${rateText(rate)}`,
      goal: `<= ${percentMax}% of a core`,
      measured: `${inDigits(percent)}%`,
      isMet: percent <= percentMax,
      beside: `${inDigits((percent / 100 / rate) * 1e6)} CPU s a million lines`,
    },
    {
      name: `- its Redis, ${rateText(rate)}`,
      goal: `<= ${REDIS_PERCENT_MAX}% of a core`,
      measured: `${inDigits(redisPercent)}%`,
      isMet: redisPercent <= REDIS_PERCENT_MAX,
      beside: `its AOF grows by ${inDigits(aof)} KiB/s`,
    },
    {
      name: `- Redis commands, ${rateText(rate)}`,
      goal: `<= ${COMMANDS_MAX} a second`,
      measured: `${inDigits(commands)} a second`,
      isMet: commands <= COMMANDS_MAX,
      beside: 'those of the jobs and of Lua scripts too',
    },
  ];
}

function growth(rate: number, windows: readonly Window[], idleMiB: number): Figure {
  const highest = Math.max(...windows.map((window) => window.residentMiB));
  return {
    name: `memory, ${rateText(rate)}`,
    goal: `<= ${GROWTH_MIB_MAX} MiB over idle`,
    measured: `${inDigits(highest - idleMiB)} MiB over idle`,
    isMet: highest - idleMiB <= GROWTH_MIB_MAX,
    beside: `idle ${inDigits(idleMiB)} MiB, highest ${inDigits(highest)} MiB`,
  };
}

function rateText(rate: number): string {
  return `${rate / 1_000},000 lines/s`;
}
