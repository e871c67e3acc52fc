/** Small files of the data folder that are written as a whole. */
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';

/** Undefined where there is none. Throws where it is larger than that, or cannot be read. */
export async function readSmallFile(path: string, bytesMax: number): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > bytesMax) throw new Error(`it has ${size} bytes, and ${bytesMax} is the most`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written aside, synced and renamed: a crash leaves the old file or the new one, and never half of either. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.new`;
  let file: FileHandle | undefined;
  try {
    file = await open(aside, 'w', 0o600);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(aside, path);
  } catch (error) {
    await file?.close().catch(() => {});
    await rm(aside, { force: true }).catch(() => {});
    throw error;
  }
}
