/** What following a busy log costs: processor time of linesman and of its Redis, memory, and how late lines are counted. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Running, World } from '../../support/service.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { startAppender } from './appender.ts';
import { clock, type LinesAt, lookAt } from './delays.ts';
import { followersAt } from './followers.ts';
import { costs, growth, type Load, lateness } from './live-figures.ts';
import { commandsOf } from './monitor.ts';
import { type Window, windowOf } from './windows.ts';
import { residentMiB, withLinesman } from './world.ts';

const LOADS: readonly Load[] = [
  { rate: 10_000, percentMax: 2 },
  { rate: 50_000, percentMax: 6 },
];
const SETTLE_MS = 3_000;
/** The first seconds compile the code and fill the first windows. */
const WARM_UP_S = 5;
const WINDOW_S = 4;
const LOOKING_S = 8;
/** Redis tells its commands after the windows, since telling costs. */
const COMMANDS_S = 5;

export const live: Row = {
  name: 'live',
  async measure(bench) {
    const figures: Figure[] = [];
    for (const load of LOADS) {
      const others = await followersAt(bench, load.rate);
      figures.push(
        ...(await withLinesman(bench, async (world, running) => await follow({ bench, load, others }, world, running))),
      );
    }
    return figures;
  },
};

async function follow(
  { bench, load, others }: { readonly bench: Bench; readonly load: Load; readonly others: string },
  world: World,
  running: Running,
): Promise<readonly Figure[]> {
  const { rate } = load;
  await pause(SETTLE_MS);
  const idleMiB = await residentMiB(running.pid);
  const seconds = WARM_UP_S + bench.runs * WINDOW_S + COMMANDS_S + LOOKING_S;
  const appender = startAppender(world.accessLog, rate, seconds);
  return await bench.during(appender.end, async () => {
    await pause(WARM_UP_S * 1_000);
    const windows: Window[] = [];
    for (let run = 0; run < bench.runs; run += 1) {
      bench.say(`live: ${rate} lines/s, ${run + 1} of ${bench.runs}`);
      windows.push(await windowOf(world, running, WINDOW_S * 1_000));
    }
    const commands = await commandsOf(world, COMMANDS_S * 1_000);
    const lookingFrom = clock();
    const looks = await lookAt(world, running, whenEnded(appender.writing));
    const written = (await appender.writing).filter(({ at }) => at >= lookingFrom);
    // A figure of lines that were lost or counted twice would be worth nothing.
    await running.takes(rate * seconds);
    return [
      ...costs({ ...load, others }, windows, commands),
      ...lateness(rate, written, looks),
      growth(rate, windows, idleMiB),
    ];
  });
}

function whenEnded(writing: Promise<readonly LinesAt[]>): () => boolean {
  let isEnded = false;
  void writing.then(() => {
    isEnded = true;
  });
  return () => isEnded;
}
