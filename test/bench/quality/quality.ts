/** `npm run bench:quality`: how well linesman finds what is wrong and how seldom it is wrong, against the goals it is built to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toTable } from '../../rotation/table.ts';
import { cost } from './cost.ts';
import type { GoalRow, Part } from './goal.ts';
import { injected } from './injected.ts';
import { knob } from './knob.ts';
import { nab } from './nab.ts';
import { robustness } from './robustness.ts';
import { service } from './service.ts';
import { templates } from './templates.ts';

const PARTS: readonly Part[] = [nab, service, robustness, injected, templates, knob, cost];

const USAGE = `npm run bench:quality [-- OPTIONS]
  --data DIR     folder with nab/ and service-metrics/; without it the parts that need them are left out
  --only PART    this part alone, again for more of them: ${PARTS.map(({ name }) => name).join(', ')}
  --quick        fewer runs: within two minutes
  --charts DIR   writes a chart of each part there, SVG`;

interface Measured {
  readonly part: Part;
  readonly rows: readonly GoalRow[];
  readonly seconds: number;
}

async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ data: { type: 'string' }, only: { type: 'string', multiple: true }, quick: { type: 'boolean' } },
      ...{ charts: { type: 'string' }, help: { type: 'boolean' } },
    },
  });
  const unknown = values.only?.find((name) => !PARTS.some((part) => part.name === name));
  if (values.help || unknown !== undefined) {
    console.log(unknown === undefined ? USAGE : `There is no part '${unknown}'.\n${USAGE}`);
    process.exitCode = unknown === undefined ? 0 : 64;
    return;
  }
  const wanted = PARTS.filter(({ name }) => values.only?.includes(name) ?? true);
  const measured: Measured[] = [];
  for (const part of wanted) measured.push(await measure(part, values));
  console.log(`\nnpm run bench:quality -- ${words.join(' ')}\n`);
  console.log(goalTable(measured));
  for (const { part, seconds } of measured) console.log(`${part.name} (${seconds.toFixed(0)} s): ${part.setting}`);
}

async function measure(part: Part, options: { data?: string; quick?: boolean; charts?: string }): Promise<Measured> {
  const started = performance.now();
  const rows = await part.run({
    data: options.data,
    isQuick: options.quick === true,
    chart: (name, svg) => {
      if (options.charts !== undefined) writeChart(options.charts, name, svg);
    },
    say: (text) => console.error(`${part.name}: ${text}`),
  });
  return { part, rows, seconds: (performance.now() - started) / 1_000 };
}

function writeChart(folder: string, name: string, svg: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), svg);
}

function goalTable(measured: readonly Measured[]): string {
  const rows = measured.flatMap(({ rows }) => rows);
  return toTable(
    'what',
    rows.map(({ what }) => what),
    [
      { head: 'goal', cells: rows.map(({ goal }) => goal) },
      { head: 'measured', cells: rows.map(({ measured }) => measured) },
      { head: '', cells: rows.map(verdict) },
    ],
  );
}

function verdict({ isMet, distance }: GoalRow): string {
  if (isMet === undefined) return '';
  return isMet ? 'met' : (distance ?? 'missed');
}

await main(process.argv.slice(2));
