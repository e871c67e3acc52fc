/** An outage of the store that was told, kept in the data folder so that a restart neither tells it again nor forgets its end. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readSmallFile, replaceFile } from '../../data-file.ts';

export interface Outage {
  readonly since: number;
  /** Since when it is over; what was told of it is still to be taken back. */
  readonly overAt?: number | undefined;
}

const FILE = 'outage.json';
const FILE_BYTES_MAX = 4_096;

/** Undefined where there was none, or where the file cannot be understood. */
export async function readOutage(folder: string): Promise<Outage | undefined> {
  try {
    const value: unknown = JSON.parse((await readSmallFile(join(folder, FILE), FILE_BYTES_MAX)) ?? 'null');
    const { since, overAt } = (value ?? {}) as Partial<Record<keyof Outage, unknown>>;
    if (!Number.isSafeInteger(since)) return undefined;
    return { since: since as number, ...(Number.isSafeInteger(overAt) && { overAt: overAt as number }) };
  } catch {
    // Torn or foreign: at worst one more mail.
    return undefined;
  }
}

export async function writeOutage(folder: string, outage: Outage | undefined): Promise<void> {
  const path = join(folder, FILE);
  if (outage) await replaceFile(path, `${JSON.stringify(outage)}\n`);
  else await rm(path, { force: true });
}
