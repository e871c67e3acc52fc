/** How soon a single line is counted that is written to a quiet log. */
import { setTimeout as pause } from 'node:timers/promises';
import { pick, seededRandom } from '../../chaos/random.ts';
import { nginxLine } from '../../support/nginx-lines.ts';
import type { Running, World } from '../../support/service.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, quantile } from '../statistics.ts';
import { clock, delays, type LinesAt, lookAt } from './delays.ts';
import { withLinesman } from './world.ts';

const LINES_A_RUN = 20;
const COUNTED_MS_MAX = 30;
const VISIBLE_MS_MAX = 300;
/** Apart from each other so far that the reader sleeps again. */
const GAPS_MS = [300, 450, 700, 1_100];

export const quiet: Row = {
  name: 'quiet',
  measure: async (bench) => await withLinesman(bench, async (world, running) => await figures(bench, world, running)),
};

async function figures(bench: Bench, world: World, running: Running): Promise<readonly Figure[]> {
  const random = seededRandom(1);
  const count = bench.runs * LINES_A_RUN;
  const counted: number[] = [];
  const visible: number[] = [];
  for (let lines = 1; lines <= count; lines += 1) {
    if (lines % LINES_A_RUN === 0) bench.say(`quiet: ${lines} of ${count} lines`);
    await pause(pick(random, GAPS_MS));
    const written: readonly LinesAt[] = [{ at: clock(), lines }];
    await world.append(nginxLine(Date.now(), 200, lines));
    const isSeen = (looks: readonly LinesAt[]) => (looks.at(-1)?.lines ?? 0) >= lines;
    const looks = await lookAt(world, running, (both) => isSeen(both.counted) && isSeen(both.inRedis));
    counted.push(...delays(written, looks.counted));
    visible.push(...delays(written, looks.inRedis));
  }
  const p99 = quantile(counted, 0.99);
  const p95 = quantile(visible, 0.95);
  return [
    {
      name: 'append to counted, quiet',
      goal: `p99 <= ${COUNTED_MS_MAX} ms`,
      measured: `p99 ${inDigits(p99)} ms, p50 ${inDigits(quantile(counted, 0.5))} ms`,
      isMet: p99 <= COUNTED_MS_MAX,
      beside: `${count} single lines, 0.3 to 1.1 s apart`,
    },
    {
      name: 'append to visible in Redis, quiet',
      goal: `p95 <= ${VISIBLE_MS_MAX} ms`,
      measured: `p95 ${inDigits(p95)} ms, p50 ${inDigits(quantile(visible, 0.5))} ms`,
      isMet: p95 <= VISIBLE_MS_MAX,
      beside: 'the same lines',
    },
  ];
}
