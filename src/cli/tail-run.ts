/** Follows all files that `linesman tail` was given, until somebody ends it. */
import { basename } from 'node:path';
import { loadPatterns, shippedPatternsFolder } from '../config/patterns.ts';
import { RECOGNISE_LINES } from '../core/parse/recognise.ts';
import { isColourWanted } from './colour.ts';
import type { TailOptions } from './tail.ts';
import { followFile } from './tail-follow.ts';
import { readInput } from './tail-input.ts';
import { findTailStart, type TailStart } from './tail-start.ts';
import { createTailViews, type TailView } from './tail-view.ts';

/** In place of a file: standard input. */
const INPUT = '-';

/** Resolves at SIGINT or SIGTERM, and at the end of standard input where that is all it reads. Throws UserError. */
export async function tail(files: readonly string[], options: TailOptions): Promise<void> {
  const viewOf = createViews(options);
  const views = labelled(files).map(({ path, label }) => ({
    path,
    view: viewOf(path === INPUT ? 'standard input' : path, label),
  }));
  // All are looked at before the first line is shown: a mistake in the last name is told at once.
  const looks = { lines: options.lines, sampleLines: RECOGNISE_LINES };
  const starts = await Promise.all(
    views.map(async ({ path }) => (path === INPUT ? undefined : await findTailStart(path, looks))),
  );
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const stops = views.map(({ path, view }, index) => {
    if (path !== INPUT) return follow(path, view, starts[index]);
    // Files are followed on when the input has ended.
    return read(view, () => views.length === 1 && end());
  });
  process.once('SIGINT', end).once('SIGTERM', end);
  await ended;
  for (const stop of stops) stop();
}

function createViews({ pattern, patterns, color }: TailOptions): (name: string, label: string) => TailView {
  const folders = [shippedPatternsFolder(), ...(patterns === undefined ? [] : [patterns])];
  const isColoured = isColourWanted(color, process.stdout);
  return createTailViews({
    patterns: loadPatterns({ folders, checkWatch: () => [] }).patterns,
    only: pattern,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    canvas: () => ({ isColoured, columns: process.stdout.columns }),
    write: (text) => process.stdout.write(`${text}\n`),
    noteCanvas: { isColoured: isColourWanted(color, process.stderr) },
    note: (text) => process.stderr.write(`${text}\n`),
  });
}

function follow(path: string, view: TailView, start: TailStart | undefined): () => void {
  if (start) view.recognise(start.sample);
  return followFile({ path, from: start?.from, onLine: view.line, onNotice: view.notice });
}

function read(view: TailView, onEnd: () => void): () => void {
  readInput({ input: process.stdin, onLine: view.line, onNotice: view.notice, onEnd });
  return () => process.stdin.destroy();
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
