/** The operator's folder of pattern files as it stands: what changed is seen by stamps, and then all of it is read. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MAX_FILE_BYTES, MAX_FILES, OBSERVATIONS } from './file-limits.ts';
import type { FolderTexts } from './patterns.ts';

export interface ReadFolder extends FolderTexts {
  /** Path to the reason why its file cannot be read. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Differs as soon as a file came, went, was written or was put in another's place. Throws where the folder cannot be listed. */
export async function stampsOf(folder: string): Promise<string> {
  const stamps = (await pathsIn(folder)).map(async (path) => {
    const found = await stat(path, { bigint: true }).catch(codeOf);
    // A config map puts another folder behind the link; the file behind the name is another one then.
    return typeof found === 'string'
      ? found
      : [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
  });
  return (await Promise.all(stamps)).join('\n');
}

/** Throws where the folder cannot be listed. */
export async function readFolder(folder: string): Promise<ReadFolder> {
  const files = new Map<string, string>();
  const unreadable = new Map<string, string>();
  for (const path of await pathsIn(folder)) {
    const { text, reason } = await readText(path);
    if (text !== undefined) files.set(path, text);
    if (reason !== undefined) unreadable.set(path, reason);
  }
  return { folder, files, unreadable };
}

/** As loadPatterns reads them, and those ending in .yml, of which it says that they are not read. */
async function pathsIn(folder: string): Promise<readonly string[]> {
  const inner = join(folder, OBSERVATIONS);
  const names = await readdir(folder);
  const innerNames = names.includes(OBSERVATIONS) ? await readdir(inner).catch(() => []) : [];
  return [...wanted(names).map((name) => join(folder, name)), ...wanted(innerNames).map((name) => join(inner, name))];
}

/** One more than are read, so that it is said. */
function wanted(names: readonly string[]): readonly string[] {
  const yaml = names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'));
  return yaml.sort().slice(0, MAX_FILES + 1);
}

/** Neither where it is gone meanwhile, or is a folder. */
async function readText(path: string): Promise<{ readonly text?: string; readonly reason?: string }> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return {};
    // A fifo would be waited for.
    if (!found.isFile()) return { reason: 'It is no file; put a file there' };
    if (found.size > MAX_FILE_BYTES) return { reason: `It is larger than ${MAX_FILE_BYTES / 1024} KiB; split it` };
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return {};
    return { reason: `It cannot be read (${code}); let linesman's user read ${basename(path)}, such as chmod o+r` };
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
