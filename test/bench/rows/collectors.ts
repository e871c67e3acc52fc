/** What one reading of all collectors costs on a machine with a thousand processes more. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkOptions } from '../../../src/config/options.ts';
import { createProcesses } from '../../../src/machine/processes.ts';
import { loadCollectors } from '../../../src/registry.ts';
import { THIS_MACHINE } from '../../support/this-machine.ts';
import { until } from '../../support/until.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';

const PROCESSES = 1_000;
const MS_MAX = 5;
const PASSES = 100;
/** Until all is compiled, and each process has been looked at again. */
const PASSES_BEFORE = 50;
/** In seconds; processes younger than ten are read each time. */
const OLD_SECONDS = 11;

export const collectors: Row = {
  name: 'collectors',
  async measure(bench) {
    bench.say(`collectors: ${PROCESSES} processes`);
    // One shell starts them, in a group that is ended at once.
    const sleepers = spawn('bash', ['-c', `for i in $(seq ${PROCESSES}); do sleep 600 & done; echo; wait`], {
      ...{ detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    return await bench.during(
      () => end(sleepers),
      async () => {
        await once(sleepers.stdout ?? sleepers, 'data');
        const started = performance.now();
        await until('they are no longer young', () => performance.now() - started > OLD_SECONDS * 1_000);
        return [await measured(bench)];
      },
    );
  },
};

function end({ pid = 0 }: ChildProcess): void {
  process.kill(-pid, 'SIGKILL');
}

async function measured({ runs }: Bench): Promise<Figure> {
  const count = createProcesses(THIS_MACHINE).list().length;
  const plugins = [...(await loadCollectors()).values()];
  const readers = plugins.map(({ options, compile }) => compile(checkOptions(options, {}).options, THIS_MACHINE));
  const pass = async () => (await Promise.all(readers.map(async (reader) => await reader.collect()))).flat();
  for (let left = PASSES_BEFORE; left > 0; left -= 1) await pass();
  const costs: number[] = [];
  let series = 0;
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage();
    for (let left = PASSES; left > 0; left -= 1) series = (await pass()).length;
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000 / PASSES);
  }
  const cost = median(costs);
  return {
    name: `one reading of all ${plugins.length} collectors, ${count.toLocaleString('en')} processes`,
    goal: `<= ${MS_MAX} ms of CPU`,
    measured: `${inDigits(cost)} ms`,
    isMet: cost <= MS_MAX,
    beside: `${series} series; no process started`,
  };
}
