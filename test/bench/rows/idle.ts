/** What linesman and its Redis cost while nothing is written to a hundred logs. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nginxLine } from '../../support/nginx-lines.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { between } from './live.ts';
import { createBenchWorld, residentMiB, spentBy } from './world.ts';

const FILES = 100;
const PERCENT_MAX = 0.5;
const SETTLE_MS = 10_000;
/** As far apart as the ticks of a quiet host, so that each window has one. */
const WINDOW_MS = 10_000;

export const idle: Row = {
  name: 'idle',
  async measure(bench) {
    return [await measured(bench)];
  },
};

async function measured(bench: Bench): Promise<Figure> {
  const world = await createBenchWorld(bench);
  return await bench.during(world.end, async () => {
    const folder = dirname(world.accessLog);
    const names = Array.from({ length: FILES - 1 }, (_, at) => `site-${at}.log`);
    await Promise.all(names.map(async (name) => await writeFile(join(folder, name), nginxLine(Date.now(), 200, name))));
    const running = await world.start();
    await pause(SETTLE_MS);
    const windows: ReturnType<typeof between>[] = [];
    for (let run = 0; run < bench.runs; run += 1) {
      bench.say(`idle: ${run + 1} of ${bench.runs}`);
      const before = await spentBy(world, running);
      await pause(WINDOW_MS);
      windows.push(between(before, await spentBy(world, running)));
    }
    const both = median(windows.map(({ percent, redisPercent }) => percent + redisPercent));
    const redis = median(windows.map(({ redisPercent }) => redisPercent));
    const commands = median(windows.map((window) => window.commands));
    return {
      name: `idle, ${FILES} files, Redis included`,
      goal: `<= ${PERCENT_MAX}% of a core`,
      measured: `${inDigits(both)}%`,
      isMet: both <= PERCENT_MAX,
      beside: `Redis ${inDigits(redis)}%, ${inDigits(commands)} commands a second, ${inDigits(await residentMiB(running.pid))} MiB resident`,
    };
  });
}
