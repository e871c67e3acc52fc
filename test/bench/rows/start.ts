/** How long linesman takes until it reads, and to replay next to nothing. */
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { timed } from '../timed.ts';
import { replayOnce } from './replay.ts';
import { withLinesman } from './world.ts';

const START_S_MAX = 0.4;
const FEW_LINES = 100;

export const start: Row = {
  name: 'start',
  measure: async (bench) => [await replayOfNothing(bench), await run(bench)],
};

async function replayOfNothing(bench: Bench): Promise<Figure> {
  const log = await bench.log('timed', FEW_LINES);
  const walls: number[] = [];
  const cpus: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < bench.runs; run += 1) {
    const cost = await replayOnce(bench, log, 1);
    walls.push(cost.wallS);
    cpus.push(cost.cpuS);
    bare.push((await timed([process.execPath, '-e', '0'])).wallS);
  }
  return {
    name: `start-up: replay of ${FEW_LINES} lines`,
    goal: `< ${START_S_MAX} s`,
    measured: `${inDigits(median(walls))} s, CPU ${inDigits(median(cpus))} s`,
    isMet: median(walls) < START_S_MAX,
    beside: `node -e 0: ${inDigits(median(bare))} s`,
  };
}

async function run(bench: Bench): Promise<Figure> {
  const walls: number[] = [];
  for (let run = 0; run < bench.runs; run += 1) {
    bench.say(`start: ${run + 1} of ${bench.runs}`);
    let begun = 0;
    await withLinesman(
      bench,
      async () => void walls.push((performance.now() - begun) / 1_000),
      async () => {
        begun = performance.now();
      },
    );
  }
  return {
    name: 'start-up: linesman run, until it watches',
    goal: `< ${START_S_MAX} s`,
    measured: `${inDigits(median(walls))} s`,
    isMet: median(walls) < START_S_MAX,
    beside: 'its own Redis started and asked in that time',
  };
}
