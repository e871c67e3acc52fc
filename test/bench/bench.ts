/**
 * `npm run bench`: measures what linesman costs, beside what else reads logs on this machine, and prints one table. It
 * runs the built program in temporary folders, on 127.0.0.1; `--help` tells how to measure less of it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildInto } from './built.ts';
import { createLogFiles } from './log/log-files.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { createOwning } from './owning.ts';
import type { Bench, Figure } from './row.ts';
import { ROWS } from './rows/all.ts';
import { figuresTable } from './table.ts';
import { compileYardstick } from './yardstick.ts';

const NAMES = ROWS.map(({ name }) => name);
const EXIT_USAGE = 64;

const owning = createOwning();
let isStopping = false;

async function bench(options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const begun = performance.now();
  const parts: Bench = {
    ...{ runs: options.runs, lines: options.lines, pipedLines: options.pipedLines, folder },
    main: buildInto(folder),
    yardstick: compileYardstick(folder),
    env: profiling(options.profiles),
    log: createLogFiles(folder),
    during: owning.during,
    say: (progress) => process.stderr.write(`${minutes(begun)} ${progress}\n`),
  };
  if (parts.yardstick === undefined) parts.say('no C compiler: without the yardstick');
  const figures: Figure[] = [];
  for (const row of ROWS) {
    if (options.only !== undefined && !options.only.includes(row.name)) continue;
    const measured = await row.measure(parts);
    for (const one of measured) parts.say(`${one.name}: ${one.measured}${one.beside && ` (${one.beside})`}`);
    figures.push(...measured);
  }
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
  const about = { machine, at: new Date().toISOString().slice(0, 10), runs: options.runs };
  if (options.isJson) process.stdout.write(`${JSON.stringify({ ...about, figures }, undefined, 2)}\n`);
  else process.stdout.write(`${figuresTable(figures)}\n\nMedians of ${about.runs}. ${about.machine}; ${about.at}\n`);
}

/** Every process of linesman writes a profile when it ends. */
function profiling(profiles: string | undefined): Readonly<Record<string, string>> {
  if (profiles === undefined) return {};
  const folder = resolve(profiles);
  mkdirSync(folder, { recursive: true });
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
}

function minutes(begun: number): string {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function options(words: readonly string[]): BenchOptions | undefined {
  try {
    return words.includes('--help') ? undefined : readOptions(words, NAMES);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_USAGE;
    return undefined;
  }
}

async function stop(): Promise<void> {
  isStopping = true;
  await owning.endAll();
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
const wanted = options(process.argv.slice(2));
if (wanted === undefined) process.stdout.write(`${usage(NAMES)}\n`);
else
  await bench(wanted).catch((error: unknown) => {
    // What a stop ended under a row's hands is no news.
    if (!isStopping) throw error;
  });
