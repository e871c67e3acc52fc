/** Whether a library that is not found by the usual ways is in the memory of a process all the same. */
import type { ElfMemory } from '../../machine/elf/memory.ts';
import type { RootedFiles } from '../../machine/rooted-files.ts';
import type { Running } from './running.ts';

/**
 * A process may write its title over the LD_LIBRARY_PATH it was started with, as nginx and PostgreSQL do: what it has
 * mapped under this name, and is still on disk, it finds.
 */
export async function isMappedAs(
  name: string,
  processes: readonly Running[],
  { files, memory }: { readonly files: RootedFiles; readonly memory: ElfMemory },
): Promise<boolean> {
  const paths = new Set(processes.flatMap(({ mapped }) => mapped.flatMap((one) => (one.isDeleted ? [] : [one.path]))));
  for (const path of paths) {
    const base = path.slice(path.lastIndexOf('/') + 1);
    if (!base.startsWith(name.split('.so', 1)[0] ?? name)) continue;
    const file = await files.find(path);
    const soname = file && (await memory.elf(files, file))?.soname;
    if (file && (base === name || soname === name)) return true;
  }
  return false;
}
