/** `linesman tail FILE…`: follows logs as a person reads them, parsed and in colour. */
import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { TailView } from './tail-view.ts';

/** Enough for a screen; more is read with a pager. */
const LINES_MAX = 10_000;

interface TailOptions {
  readonly lines: number;
  readonly pattern?: string;
  readonly patterns?: string;
  readonly color?: boolean;
}

export function command(): Command {
  return new Command('tail')
    .description('Follow log files: parsed, in colour on a terminal, out of their wrappers. Ctrl-C ends it.')
    .argument('<files...>', 'log files; one that is missing is waited for')
    .option('-n, --lines <number>', 'begin with so many last lines of each file', count, 10)
    .option('--pattern <name>', 'try only this pattern')
    .option('--patterns <folder>', 'folder with patterns of your own')
    .option('--color', 'colours, also where the output is no terminal')
    .option('--no-color', 'no colours (so does NO_COLOR)')
    .action(run);
}

async function run(files: readonly string[], options: TailOptions): Promise<void> {
  const { loadPatterns, shippedPatternsFolder } = await import('../config/patterns.ts');
  const { RECOGNISE_LINES } = await import('../core/parse/line-reader.ts');
  const { followFile } = await import('./tail-follow.ts');
  const { findTailStart } = await import('./tail-start.ts');
  const { createTailViews } = await import('./tail-view.ts');
  const folders = [shippedPatternsFolder(), ...(options.patterns === undefined ? [] : [options.patterns])];
  const isColoured = isColourWanted(options.color, process.stdout);
  const viewOf = createTailViews({
    patterns: loadPatterns({ folders, checkWatch: () => [] }).patterns,
    only: options.pattern,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    canvas: () => ({ isColoured, columns: process.stdout.columns }),
    write: (text) => process.stdout.write(`${text}\n`),
    noteCanvas: { isColoured: isColourWanted(options.color, process.stderr) },
    note: (text) => process.stderr.write(`${text}\n`),
  });
  const views = labelled(files).map(({ path, label }) => ({ path, view: viewOf(path, label) }));
  // All are looked at before the first line is shown: a mistake in the last name is told at once.
  const starts = await Promise.all(
    views.map(({ path }) => findTailStart(path, { lines: options.lines, sampleLines: RECOGNISE_LINES })),
  );
  const stops = views.map(({ path, view }, index) => {
    const start = starts[index];
    if (start) view.recognise(start.sample);
    return followFile({ path, from: start?.from, ...listeners(view) });
  });
  await untilAsked();
  for (const stop of stops) stop();
}

function listeners(view: TailView) {
  return { onLine: view.line, onNotice: view.notice };
}

async function untilAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** One file needs no name before its lines; of several each has its shortest name that is its own. */
function labelled(files: readonly string[]): readonly { readonly path: string; readonly label: string }[] {
  const paths = [...new Set(files)];
  if (paths.length === 1) return paths.map((path) => ({ path, label: '' }));
  const names = paths.map((path) => basename(path));
  const isUnique = new Set(names).size === names.length;
  const labels = isUnique ? names : paths;
  const width = Math.max(...labels.map(({ length }) => length));
  return paths.map((path, index) => ({ path, label: (labels[index] ?? path).padEnd(width) }));
}

/** https://no-color.org: NO_COLOR counts where it is not empty, and options count more. */
function isColourWanted(asked: boolean | undefined, output: { readonly isTTY?: boolean }): boolean {
  if (asked !== undefined) return asked;
  return output.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

function count(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > LINES_MAX)
    throw new InvalidArgumentError(`give a number from 0 to ${LINES_MAX}`);
  return number;
}
