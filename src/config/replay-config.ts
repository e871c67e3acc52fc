/** Settings for recorded lines: the same on every machine. */
import { hostname } from 'node:os';
import type { Config } from './config.ts';
import { readConfig } from './read-config.ts';

const UTC = { LINESMAN_TIMEZONE: 'UTC' };

/**
 * Asks no variables, and reads stamps without a zone as UTC where the file names none. Without a file that of the usual
 * places counts. Throws UserError('CONFIG') with all mistakes, one a line.
 */
export async function readReplayConfig(file: string | undefined): Promise<Config> {
  const parts = { ...(file !== undefined && { file }), hostname: hostname() };
  const config = await readConfig({ ...parts, env: {} });
  if (config.isTimezoneGiven) return config;
  // Nothing was read: what reads and checks settings takes a third of a start, and has nothing to say.
  if (config.file === undefined)
    return {
      ...config,
      timezone: 'UTC',
      isTimezoneGiven: true,
      sources: config.sources.map((source) => ({ ...source, timezone: 'UTC' })),
    };
  // A source without a zone of its own has that of all.
  return await readConfig({ ...parts, env: UTC });
}

/** The same, where without a file nothing is read at all. */
export async function readOnlyConfig(file: string | undefined): Promise<Config> {
  if (file !== undefined) return await readReplayConfig(file);
  const { NOTHING_READ, settle } = await import('./settle.ts');
  return settle({ env: UTC, hostname: hostname() }, NOTHING_READ);
}
