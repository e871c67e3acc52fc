/** A folder of the operator's pattern files beside a world, and lines that only those read. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Running, World } from './service.ts';
import { until } from './until.ts';

export interface PatternFolder {
  readonly folder: string;
  /** In place, as `echo > file` writes. */
  write(name: string, text: string): Promise<void>;
  /** Beside it and then over it, as editors write. */
  replace(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export async function addPatternFolder(world: World): Promise<PatternFolder> {
  const folder = join(world.folder, 'patterns');
  await mkdir(folder);
  await world.configure((yaml) => `${yaml}patterns: ${folder}\n`);
  return {
    folder,
    write: async (name, text) => await writeFile(join(folder, name), text),
    async replace(name, text) {
      await writeFile(join(folder, `.${name}.swp`), text);
      await rename(join(folder, `.${name}.swp`), join(folder, name));
    },
    remove: async (name) => await rm(join(folder, name)),
  };
}

/** Reads lines as `oddLines` makes them of the same name, and is called so. */
export function oddPattern(name: string, watches = ''): string {
  return [
    `name: ${name}`,
    'description: Lines that nothing else reads',
    `expressions: ['${name}\\|%{TIMESTAMP_ISO8601:time}\\|%{INT:code:int}\\|%{DATA:message}']`,
    'time: { field: time, format: iso8601 }',
    'status: code',
    'observe:',
    '  series:',
    `    - { name: ${name}.lines }`,
    `    - { name: ${name}.bad, when: { code: '500-599' }, evidence: true }`,
    watches,
    'samples:',
    `  - { line: '${name}|2026-11-25T05:22:42Z|200|ok', fields: { code: 200 } }`,
    '',
  ].join('\n');
}

/** `from`: so many were written before. */
export function oddLines(name: string, count: number, code = 200): string {
  const now = new Date().toISOString();
  return Array.from({ length: count }, (_, i) => `${name}|${now}|${code}|line ${i}\n`).join('');
}

/** Lines taken, by pattern. */
export async function patternCounts(linesman: Running): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const found = (await linesman.metrics()).matchAll(/^linesman_lines_total\{.*pattern="([^"]*)".*\} (\d+)$/gm);
  for (const [, pattern = '', count] of found) counts[pattern] = (counts[pattern] ?? 0) + Number(count);
  return counts;
}

/** Waits until so many lines were taken in all, by whatever pattern or none; gives them by pattern. */
export async function takesInAll(linesman: Running, lines: number): Promise<Readonly<Record<string, number>>> {
  let counts: Readonly<Record<string, number>> = {};
  await until(`${lines} lines are taken by any pattern`, async () => {
    counts = await patternCounts(linesman);
    const sum = Object.values(counts).reduce((total, count) => total + count, 0);
    if (sum > lines) throw new Error(`${sum} lines were taken of ${lines}: ${JSON.stringify(counts)}`);
    return sum === lines;
  }).catch((error: Error) => {
    throw new Error(`${error.message}; by now ${JSON.stringify(counts)}`);
  });
  return counts;
}

/** Waits until it has logged this sentence so often. */
export async function says(linesman: Running, sentence: string, times = 1): Promise<void> {
  await until(`it says '${sentence}' ${times} times`, () => {
    return linesman.log().filter(({ msg }) => msg === sentence).length >= times;
  });
}
