/** What lines cost that go to the patterns' regular expressions. */
import { fileURLToPath } from 'node:url';
import type { Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { timed } from '../timed.ts';

const PATH = fileURLToPath(new URL('regexp-path.ts', import.meta.url));
const LINES_MAX = 500_000;
const CPU_S_MAX = 1.3;

export const regexp: Row = {
  name: 'regexp',
  async measure(bench) {
    const lines = Math.min(bench.lines, LINES_MAX);
    const log = await bench.log('timed', lines);
    const costs: number[] = [];
    for (let run = 0; run < bench.runs; run += 1) {
      bench.say(`regexp: ${run + 1} of ${bench.runs}`);
      const { stdout } = await timed([process.execPath, PATH, log], { cores: 1, env: bench.env });
      const told = JSON.parse(stdout) as { readonly lines: number; readonly cpuS: number };
      if (told.lines !== lines) throw new Error(`The expressions read ${told.lines} of ${lines} lines`);
      costs.push((told.cpuS / lines) * 1e6);
    }
    const cost = median(costs);
    return [
      {
        name: `the RegExp path, ${lines / 1e6} million lines`,
        goal: `<= ${CPU_S_MAX} CPU s a million`,
        measured: `${inDigits(cost)} CPU s a million`,
        isMet: cost <= CPU_S_MAX,
        beside: 'bytes to tallies, without start-up and windows',
      },
    ];
  },
};
