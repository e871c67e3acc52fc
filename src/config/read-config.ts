/** Settings for a start: where nobody says anything, the packages that read and check it are not loaded. */
import { existsSync } from 'node:fs';
import type { Config, ConfigParts } from './config.ts';
import { CONFIG_FILES, DEFAULT_SOURCE, NAME, warningsOf, withDefaults } from './defaults.ts';

/** The same as loadConfig. Throws UserError('CONFIG') with all mistakes, one a line. */
export async function readConfig(parts: ConfigParts): Promise<Config> {
  if (isSaid(parts)) return (await import('./config.ts')).loadConfig(parts);
  const settings = { sources: [DEFAULT_SOURCE] };
  const config = withDefaults({ settings, host: parts.hostname, file: undefined, from: undefined });
  return { ...config, warnings: warningsOf(config) };
}

/** Anything that could be wrong, also the name of the machine. */
function isSaid({ file, env, hostname }: ConfigParts): boolean {
  const isVariable = (name: string) => name === 'REDIS_URL' || name.startsWith('LINESMAN_');
  return (
    file !== undefined ||
    Object.keys(env).some(isVariable) ||
    !NAME.test(hostname) ||
    CONFIG_FILES.some((one) => existsSync(one))
  );
}
