/**
 * Says of a folder of sample logs, one folder in it a kind, how many of their lines which shipped pattern reads, and which
 * lines none does: node test/tools/sample-lines.ts --data FOLDER [--only 'apache*,http-*'] [--quiet]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { createLineParsers, type LineParser } from '../../src/core/parse/parsed-lines.ts';

interface Kind {
  readonly name: string;
  /** Without empty ones, which say nothing. */
  readonly lines: number;
  readonly empty: number;
  /** Lines by pattern. */
  readonly taken: ReadonlyMap<string, number>;
  readonly unread: readonly { readonly file: string; readonly line: string; readonly reason: string }[];
}

const ANY = '*';
const LINE_CHARS = 200;

export function readKinds(folder: string, globs: readonly string[]): readonly Kind[] {
  const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  const createParser = createLineParsers({ patterns, timezone: 'UTC', only: undefined, near: Date.now() });
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && globs.some((glob) => matchesGlob(entry.name, glob)))
    .map(({ name }) => readKind(folder, name, createParser))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readKind(folder: string, name: string, createParser: () => LineParser): Kind {
  const taken = new Map<string, number>();
  const unread: Kind['unread'][number][] = [];
  let empty = 0;
  for (const entry of readdirSync(join(folder, name), { withFileTypes: true }).filter((one) => one.isFile())) {
    createParser().take(readFileSync(join(folder, name, entry.name)), (parsed) => {
      if (parsed.line.trim() === '') empty += 1;
      else if ('pattern' in parsed) taken.set(parsed.pattern, (taken.get(parsed.pattern) ?? 0) + 1);
      else unread.push({ file: entry.name, line: parsed.line, reason: parsed.unmatched });
    });
  }
  return { name, lines: sum(taken.values()) + unread.length, empty, taken, unread };
}

function toText({ name, lines, empty, taken, unread }: Kind, isQuiet: boolean): string {
  const by = [...taken].sort(([, a], [, b]) => b - a).map(([pattern, count]) => `${pattern} ${count}`);
  const share = lines === 0 ? '' : ` ${((100 * (lines - unread.length)) / lines).toFixed(1)}%`;
  const head = `${name}: ${lines} lines${empty > 0 ? ` and ${empty} empty` : ''},${share} read (${by.join(', ')})`;
  const listed = unread.map(
    ({ file, line, reason }) => `  ${file}: ${JSON.stringify(line.slice(0, LINE_CHARS))}: ${reason}`,
  );
  return [head, ...(isQuiet ? [] : listed)].join('\n');
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((all, one) => all + one, 0);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      only: { type: 'string', default: ANY },
      quiet: { type: 'boolean', default: false },
    },
  });
  if (values.data === undefined) throw new Error('Say where the logs are: --data FOLDER');
  const kinds = readKinds(values.data, values.only.split(','));
  for (const kind of kinds) process.stdout.write(`${toText(kind, values.quiet)}\n`);
  const lines = sum(kinds.map((kind) => kind.lines));
  const unread = sum(kinds.map((kind) => kind.unread.length));
  const share = ((100 * (lines - unread)) / Math.max(1, lines)).toFixed(1);
  process.stdout.write(`${kinds.length} kinds, ${lines} lines, ${unread} unread, ${share}% read\n`);
}
