/** Writes a file as a whole: where the disk is full there is the old one or none, and never half of one. */
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/** Throws what the system says. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  // A device or a pipe, as /dev/stdout, cannot be replaced.
  const isPlain = await stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
  if (!isPlain) return await writeFile(path, content);
  const target = await realpath(path).catch(() => path);
  const aside = `${target}.${process.pid}.new`;
  try {
    await writeFile(aside, content);
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw error;
  }
}
