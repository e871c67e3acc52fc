/** Settings for a start: the packages that read and check them are loaded only where somebody says something. */
import { existsSync } from 'node:fs';
import type { Config, ConfigParts } from './config.ts';
import { CONFIG_FILES, DEFAULT_SOURCE, NAME, warningsOf, withDefaults } from './defaults.ts';
import { withUsualNginx } from './nginx-conf.ts';

/** The same as loadConfig. Throws UserError('CONFIG') with all mistakes, one a line. */
export async function readConfig(parts: ConfigParts): Promise<Config> {
  if (hasFile(parts)) return (await import('./config.ts')).loadConfig(parts);
  if (mayBeWrong(parts)) {
    const { NOTHING_READ, settle } = await import('./settle.ts');
    return settle(parts, NOTHING_READ);
  }
  const settings = { sources: [DEFAULT_SOURCE] };
  const config = withDefaults({ settings, host: parts.hostname, file: undefined, from: undefined });
  return withUsualNginx({ ...config, warnings: warningsOf(config) }, parts);
}

function hasFile({ file, env }: ConfigParts): boolean {
  return file !== undefined || Boolean(env.LINESMAN_CONFIG) || CONFIG_FILES.some((one) => existsSync(one));
}

/** A variable, or the name of the machine. */
function mayBeWrong({ env, hostname }: ConfigParts): boolean {
  const isVariable = (name: string) => name.startsWith('REDIS_URL') || name.startsWith('LINESMAN_');
  return Object.keys(env).some(isVariable) || !NAME.test(hostname);
}
