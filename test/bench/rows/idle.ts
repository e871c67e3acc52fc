/** What linesman and its Redis cost while nothing is written to a hundred logs. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nginxLine } from '../../support/nginx-lines.ts';
import type { Running, World } from '../../support/service.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { type Window, windowOf } from './windows.ts';
import { withLinesman } from './world.ts';

const FILES = 100;
const PERCENT_MAX = 0.5;
const SETTLE_MS = 10_000;
/** As far apart as the ticks of a quiet host, so that each window has one. */
const WINDOW_MS = 10_000;

export const idle: Row = {
  name: 'idle',
  measure: async (bench) => [
    await withLinesman(bench, async (world, running) => await measured(bench, world, running), writeLogs),
  ],
};

async function writeLogs({ accessLog }: World): Promise<void> {
  const names = Array.from({ length: FILES - 1 }, (_, at) => `site-${at}.log`);
  const write = async (name: string) =>
    await writeFile(join(dirname(accessLog), name), nginxLine(Date.now(), 200, name));
  await Promise.all(names.map(write));
}

async function measured(bench: Bench, world: World, running: Running): Promise<Figure> {
  await pause(SETTLE_MS);
  const windows: Window[] = [];
  for (let run = 0; run < bench.runs; run += 1) {
    bench.say(`idle: ${run + 1} of ${bench.runs}`);
    windows.push(await windowOf(world, running, WINDOW_MS));
  }
  const both = median(windows.map(({ percent, redisPercent }) => percent + redisPercent));
  const redis = inDigits(median(windows.map(({ redisPercent }) => redisPercent)));
  const commands = inDigits(median(windows.map(({ redisCommands }) => redisCommands)));
  const resident = inDigits(Math.max(...windows.map(({ residentMiB }) => residentMiB)));
  return {
    name: `idle, ${FILES} files, Redis included`,
    goal: `<= ${PERCENT_MAX}% of a core`,
    measured: `${inDigits(both)}%`,
    isMet: both <= PERCENT_MAX,
    beside: `Redis ${redis}%, ${commands} commands a second; linesman ${resident} MiB resident`,
  };
}
