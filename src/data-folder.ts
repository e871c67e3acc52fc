/** The data folder has one user: two linesmen on one folder would each count the other's lines. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from './core/errors.ts';
import { takeLock } from './data-lock.ts';

/**
 * Creates the folder where it is missing, proves that it can be written, and locks it until release().
 * Throws UserError DATA_FOLDER or DATA_FOLDER_TAKEN; the lock of a dead process is taken over.
 */
export async function lockDataFolder(folder: string): Promise<{ release(): Promise<void> }> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const probe = join(folder, `.probe-${process.pid}`);
    await writeFile(probe, 'can this be written?');
    await rm(probe);
  } catch (error) {
    throw unusable(folder, error);
  }
  return await takeLock(folder);
}

function unusable(folder: string, error: unknown): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? 'an unknown error';
  return new UserError(
    'DATA_FOLDER',
    `The data folder ${JSON.stringify(folder)} cannot be written (${code}): ${remedyFor(code, folder)}.`,
    { cause: error },
  );
}

function remedyFor(code: string, folder: string): string {
  // A container's user may have no name, and then the system knows nothing of it.
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const other = 'or choose another folder with LINESMAN_DATA';
  if (code === 'ENOSPC' || code === 'EDQUOT') return `its disk is full; free some space there, ${other}`;
  if (code === 'EROFS') return `it is mounted read-only; mount it writable, ${other}`;
  if (code === 'ENOTDIR' || code === 'EEXIST') return `a part of the path is a file; remove that, ${other}`;
  return `linesman runs as user ${uid}; run: chown -R ${uid}:${gid} ${folder}, ${other}`;
}
