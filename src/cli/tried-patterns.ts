/** The patterns that a command tries on lines that it was given, and the settings they are read with. */
import { readNginx } from '../app/knowing/nginx-logs.ts';
import type { Config } from '../config/config.ts';
import { loadPatterns, shippedPatternsFolder } from '../config/patterns.ts';
import { readReplayConfig } from '../config/replay-config.ts';
import { type CompiledPattern, compilePattern } from '../core/parse/pattern.ts';
import type { WatchSpec } from '../core/plugin.ts';

export interface TriedPatterns {
  readonly patterns: readonly CompiledPattern[];
  readonly watches: readonly WatchSpec[];
  /** As linesman.yaml says; UTC where nobody says, so that the same lines give the same times everywhere. */
  readonly timezone: string;
  readonly config: Config;
}

/** Asks no variables, as `linesman replay`. Throws UserError('CONFIG') with all mistakes. */
export async function loadTriedPatterns(options: {
  readonly config?: string;
  readonly patterns?: string;
}): Promise<TriedPatterns> {
  const config = await readReplayConfig(options.config);
  const own = [config.patterns, options.patterns].filter((folder) => folder !== undefined);
  const { patterns, watches } = loadPatterns({ folders: [shippedPatternsFolder(), ...own], checkWatch: () => [] });
  const nginx = await readNginx(config, patterns);
  const all = [...patterns, ...nginx.patterns.map(({ spec }) => compilePattern(spec))];
  return { patterns: all, watches, config, timezone: config.sources[0]?.timezone ?? config.timezone };
}
