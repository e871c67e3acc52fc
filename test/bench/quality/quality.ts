/** `npm run bench:quality`: how well linesman finds what is wrong and how seldom it is wrong, against the goals it is built to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cost } from './cost.ts';
import type { GoalRow, Part } from './goal.ts';
import { goalHead, goalLine } from './goal-table.ts';
import { injected } from './injected.ts';
import { knob } from './knob.ts';
import { nab } from './nab.ts';
import { robustness } from './robustness.ts';
import { service } from './service.ts';
import { templates } from './templates.ts';
import { createTimeShares, type TimeShares } from './time-shares.ts';

const PARTS: readonly Part[] = [nab, service, cost, robustness, templates, injected, knob];
/** What runs when they are over still ends: all is over in a minute more. */
const MINUTES = { full: 14, quick: 2 };

const USAGE = `npm run bench:quality [-- OPTIONS]
  --data DIR     folder with nab/ and service-metrics/; without it the parts that need them are left out
  --only PART    this part alone, again for more of them: ${PARTS.map(({ name }) => name).join(', ')}
  --minutes N    begins nothing later, and says how much was measured: ${MINUTES.full}
  --quick        fewer runs, and ${MINUTES.quick} minutes
  --charts DIR   writes a chart of each part there, SVG
SIGTERM and SIGINT end it early, with what was measured so far. It exits with 1 where a part failed or it was ended early.`;

const OPTIONS = {
  data: { type: 'string' },
  only: { type: 'string', multiple: true },
  minutes: { type: 'string' },
  quick: { type: 'boolean' },
  charts: { type: 'string' },
  help: { type: 'boolean' },
} as const;

interface Asked {
  readonly data: string | undefined;
  readonly charts: string | undefined;
  readonly isQuick: boolean;
  readonly minutes: number;
  readonly wanted: readonly Part[];
}

/** What was asked for, or what to say instead. */
function read(words: readonly string[]): Asked | string {
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  const unknown = values.only?.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown !== undefined) return `There is no part '${unknown}'.\n${USAGE}`;
  const isQuick = values.quick === true;
  const minutes = Number(values.minutes ?? (isQuick ? MINUTES.quick : MINUTES.full));
  if (!(minutes > 0)) return `--minutes is '${values.minutes}'; give a number above 0.\n${USAGE}`;
  const wanted = PARTS.filter(({ name }) => values.only?.includes(name) ?? true);
  return values.help ? USAGE : { data: values.data, charts: values.charts, isQuick, minutes, wanted };
}

async function main(words: readonly string[]): Promise<void> {
  const asked = read(words);
  if (typeof asked === 'string') {
    console.log(asked);
    process.exitCode = asked === USAGE ? 0 : 64;
    return;
  }
  const time = createTimeShares(asked.minutes);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, time.end);
  console.log(`npm run bench:quality -- ${words.join(' ')}\n\n${goalHead()}`);
  const weightOf = ({ weight }: Part) => (asked.isQuick ? weight.quick : weight.full);
  const after: string[] = [];
  for (const [at, part] of asked.wanted.entries()) {
    const started = performance.now();
    const rows = await measure(part, asked, { time, weights: asked.wanted.slice(at).map(weightOf) });
    for (const row of rows) console.log(goalLine(row));
    after.push(`${part.name} (${((performance.now() - started) / 1_000).toFixed(0)} s): ${part.setting}`);
  }
  console.log(`\n${after.join('\n')}`);
  if (time.isEnded) process.exitCode = 1;
}

/** A part that fails is a row that says so; the others are measured all the same. */
async function measure(
  part: Part,
  { data, isQuick, charts }: Asked,
  { time, weights }: { readonly time: TimeShares; readonly weights: readonly number[] },
): Promise<readonly GoalRow[]> {
  if (time.isEnded) return [{ what: part.name, goal: '', measured: 'not measured: ended early' }];
  try {
    return await part.run({
      ...{ data, isQuick, goOn: time.share(weights) },
      chart: (name, svg) => {
        if (charts !== undefined) writeChart(charts, name, svg);
      },
      say: (text) => console.error(`${part.name}: ${text}`),
    });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    const measured = `failed: ${error instanceof Error ? error.message : String(error)}`;
    return [{ what: part.name, goal: '', measured, isMet: false, distance: 'failed' }];
  }
}

function writeChart(folder: string, name: string, svg: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), svg);
}

await main(process.argv.slice(2));
