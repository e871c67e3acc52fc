/** Settings for recorded lines: the same on every machine. */
import { hostname } from 'node:os';
import type { Config } from './config.ts';
import { readConfig } from './read-config.ts';
import { NOTHING_READ, settle } from './settle.ts';

const UTC = { LINESMAN_TIMEZONE: 'UTC' };

/**
 * Asks no variables, and reads stamps without a zone as UTC where the file names none. Without a file that of the usual
 * places counts. Throws UserError('CONFIG') with all mistakes, one a line.
 */
export async function readReplayConfig(file: string | undefined): Promise<Config> {
  const parts = { ...(file !== undefined && { file }), hostname: hostname() };
  const config = await readConfig({ ...parts, env: {} });
  // A source without a zone of its own has that of all.
  return config.isTimezoneGiven ? config : await readConfig({ ...parts, env: UTC });
}

/** The same, where without a file nothing is read at all. */
export async function readOnlyConfig(file: string | undefined): Promise<Config> {
  return file === undefined ? settle({ env: UTC, hostname: hostname() }, NOTHING_READ) : await readReplayConfig(file);
}
