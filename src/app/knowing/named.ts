/** Names in linesman.yaml of things that stand elsewhere: patterns in their files, collectors and options in their code. */
import type { Config } from '../../config/config.ts';
import { checkOptions } from '../../config/options.ts';
import { nearest } from '../../core/parse/nearest.ts';
import type { CollectorPlugin } from '../../core/plugin.ts';

/** One sentence for each mistake. */
export function nameMistakes(
  config: Pick<Config, 'sources' | 'collectors'>,
  known: { readonly patterns: readonly string[]; readonly collectors: ReadonlyMap<string, CollectorPlugin> },
): string[] {
  const patterns = config.sources
    .filter(({ pattern }) => pattern !== undefined && !known.patterns.includes(pattern))
    .map(({ name, pattern = '' }) => `sources: ${name}: ${unknownName('pattern', pattern, known.patterns)}`);
  const collectors = Object.entries(config.collectors).flatMap(([name, { options }]) => {
    const plugin = known.collectors.get(name);
    if (!plugin) return [`collectors: ${unknownName('collector', name, [...known.collectors.keys()])}`];
    return checkOptions(plugin.options, options ?? {}).mistakes.map((mistake) => `collectors.${name}: ${mistake}`);
  });
  return [...patterns, ...collectors];
}

/** What is wrong with a name, which is the nearest, and which there are. */
export function unknownName(noun: string, given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  return `unknown ${noun} "${given}"; ${hint}known are ${known.join(', ')}`;
}
