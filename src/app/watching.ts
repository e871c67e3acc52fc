/** Loads what linesman knows to watch: patterns, detectors, collectors, and the watches they bring, armed. */
import type { Config } from '../config/config.ts';
import { loadPatterns, shippedPatternsFolder } from '../config/patterns.ts';
import { UserError } from '../core/errors.ts';
import type { CompiledPattern } from '../core/parse/pattern.ts';
import type { CollectorPlugin } from '../core/plugin.ts';
import type { ArmedWatch } from '../engine/judge.ts';
import { loadCollectors, loadDetectors } from '../registry.ts';
import { checkSafety } from './judged-expressions.ts';
import { nameMistakes } from './named.ts';
import { SELF_WATCHES } from './self.ts';
import { armWatches, watchMistakes } from './watches.ts';

export interface Watching {
  readonly patterns: readonly CompiledPattern[];
  /** Watches on log sources. */
  readonly lineWatches: readonly ArmedWatch[];
  /** Watches on the machine's figures. */
  readonly machineWatches: readonly ArmedWatch[];
  readonly collectors: readonly CollectorPlugin[];
  /** Of expressions that are slow, or that nobody could judge. */
  readonly warnings: readonly string[];
}

/**
 * Throws UserError('CONFIG') with all mistakes of the pattern files, all of their expressions or all of the watches. With
 * `judgeAgain` expressions are judged that were judged before, and nothing is written.
 */
export async function loadWatching(config: Config, { judgeAgain = false } = {}): Promise<Watching> {
  const [detectors, plugins] = await Promise.all([loadDetectors(), loadCollectors()]);
  const loaded = loadPatterns({
    folders: [shippedPatternsFolder(), ...(config.patterns ? [config.patterns] : [])],
    checkWatch: (watch) => watchMistakes(watch, detectors),
  });
  const warnings = await checkSafety(loaded.unproven, judgeAgain ? undefined : config.data);
  const mistakes = nameMistakes(config, { patterns: loaded.patterns.map(({ name }) => name), collectors: plugins });
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const collectors = [...plugins.values()].filter(({ name }) => config.collectors[name]?.enabled !== false);
  const fromCollectors = [...collectors.flatMap(({ watches }) => watches), ...SELF_WATCHES];
  const armed = armWatches({ detectors, watches: [...loaded.watches, ...fromCollectors], overrides: config.watches });
  const machineNames = new Set(fromCollectors.map(({ name }) => name));
  return {
    patterns: loaded.patterns,
    lineWatches: armed.filter(({ watch }) => !machineNames.has(watch.name)),
    machineWatches: armed.filter(({ watch }) => machineNames.has(watch.name)),
    collectors,
    warnings,
  };
}
