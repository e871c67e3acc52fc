/** What a second core is worth to a replay. */
import { availableParallelism } from 'node:os';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { isInstalled } from '../timed.ts';
import { replayOnce } from './replay.ts';

const TIMES_MIN = 1.4;
const STRETCH = 1.7;
const NAME = 'replay on two cores against one';
const GOAL = `>= ${TIMES_MIN} times as fast, stretch ${STRETCH}`;

export const cores: Row = {
  name: 'cores',
  async measure(bench) {
    if (availableParallelism() < 2 || !isInstalled('taskset')) {
      const beside = 'needs two processors and taskset';
      return [{ name: NAME, goal: GOAL, measured: 'not measured', beside }];
    }
    return [await measured(bench)];
  },
};

async function measured(bench: Bench): Promise<Figure> {
  const log = await bench.log('timed', bench.lines);
  const times: number[] = [];
  const walls: number[] = [];
  for (let run = 0; run < bench.runs; run += 1) {
    bench.say(`cores: ${run + 1} of ${bench.runs}`);
    const one = await replayOnce(bench, log, 1);
    const two = await replayOnce(bench, log, 2);
    times.push(one.wallS / two.wallS);
    walls.push(two.wallS);
  }
  const perSecond = inDigits(bench.lines / 1e6 / median(walls));
  return {
    name: NAME,
    goal: GOAL,
    measured: `${inDigits(median(times))} times as fast`,
    isMet: median(times) >= TIMES_MIN,
    beside: `${perSecond} million lines/s on two`,
  };
}
