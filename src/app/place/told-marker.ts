/**
 * Remembers outside the data folder that its trouble was told, so that a linesman that is started again and again sends
 * one mail. Only where what is written outlives this start: what a container has in memory is gone with it.
 */
import { lstat, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../core/reading/state.ts';
import { readSmallFile } from '../../data-file.ts';
import { mountOf, outlivesStart } from './mounts.ts';

const MARKER_BYTES_MAX = 1_000;

export interface ToldMarker {
  /** When it was told; undefined where it was not, or nothing is remembered. */
  toldAt(): Promise<number | undefined>;
  /** False where nothing can be remembered. */
  remember(at: number): Promise<boolean>;
  forget(): Promise<void>;
}

/** `name`: letters and digits. `folders`: where to try, for tests. */
export function createToldMarker(
  name: string,
  { place, folders = foldersOf(process.env) }: { readonly place: Place; readonly folders?: readonly string[] },
): ToldMarker {
  const file = `linesman-told-${name}`;

  async function ours(folder: string): Promise<number | undefined> {
    const path = join(folder, file);
    try {
      // In a folder for all somebody else could have put a file or a link of this name there.
      const { uid } = await lstat(path);
      if (uid !== process.getuid?.() || !(await lstat(path)).isFile()) return undefined;
      const at = Number(await readSmallFile(path, MARKER_BYTES_MAX));
      return Number.isSafeInteger(at) && at > 0 ? at : undefined;
    } catch {
      return undefined;
    }
  }

  async function toldAt(): Promise<number | undefined> {
    const times = await Promise.all(folders.map(ours));
    return times.find((at) => at !== undefined);
  }

  async function forget(): Promise<void> {
    for (const folder of folders) {
      if ((await ours(folder)) !== undefined) await rm(join(folder, file), { force: true }).catch(() => {});
    }
  }

  return {
    ...{ toldAt, forget },
    async remember(at) {
      await forget();
      for (const folder of folders) {
        if (await isPassing(folder, place)) continue;
        const isWritten = await write(join(folder, file), String(at));
        if (isWritten) return true;
      }
      return false;
    },
  };
}

/** systemd's own folder for the service first: there its temporary folder is private, and goes with it. */
export function foldersOf({ RUNTIME_DIRECTORY = '' }: Readonly<Record<string, string | undefined>>): readonly string[] {
  const [runtime] = RUNTIME_DIRECTORY.split(':');
  return [...new Set([...(runtime ? [runtime] : []), tmpdir(), '/var/tmp', join(homedir(), '.cache')])];
}

async function isPassing(folder: string, place: Place): Promise<boolean> {
  const mount = await mountOf(folder);
  return mount !== undefined && !outlivesStart(mount, place);
}

async function write(path: string, text: string): Promise<boolean> {
  return await writeFile(path, text, { flag: 'wx', mode: 0o600 }).then(
    () => true,
    () => false,
  );
}
