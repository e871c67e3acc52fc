/** What the shipped pattern files say: checked when linesman is built and kept as plain data, so that a start reads no YAML. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PatternSpec } from '../core/parse/pattern.ts';
import type { WatchSpec } from '../core/plugin.ts';

/** Beside this file in what is built. */
export const BUILT_PATTERNS_FILE = 'built-patterns.json';

export interface BuiltPatterns {
  /** By name. */
  readonly patterns: readonly PatternSpec[];
  readonly watches: readonly WatchSpec[];
}

/** Undefined where linesman runs from its source: there the files say it. */
export async function readBuiltPatterns(
  file = fileURLToPath(new URL(BUILT_PATTERNS_FILE, import.meta.url)),
): Promise<BuiltPatterns | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as BuiltPatterns);
}
