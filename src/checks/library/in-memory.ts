/** Whether running processes have other libraries in their memory than those that lie on disk now. */
import type { Library } from '../../machine/elf/loader.ts';
import type { RootedFiles } from '../../machine/rooted-files.ts';
import { shownPath } from '../../machine/shown.ts';
import { type Mapped, mapsDevice } from './mapped.ts';
import type { OnDisk } from './on-disk.ts';
import { listed, type Problem } from './problem.ts';
import type { Running } from './running.ts';

/** Path to the processes that have an old one. */
type Outdated = Map<string, Set<number>>;

/** Of processes with the same program and the same view of the disk; `libraries`: what it would have if it started now. */
export async function lookInMemory(
  files: RootedFiles,
  processes: readonly Running[],
  given: { readonly name: string; readonly disk: OnDisk },
): Promise<readonly Problem[]> {
  const { libraries, names } = given.disk;
  const replaced: Outdated = new Map();
  const gone: Outdated = new Map();
  for (const one of processes) {
    const deleted = one.mapped
      .filter(({ path, isDeleted, isPassing }) => isDeleted && (!isPassing || names.has(baseOf(path))))
      .map(({ path }) => path);
    for (const path of one.isExeDeleted ? [one.exe, ...deleted] : deleted)
      note((await files.find(path)) ? replaced : gone, path, one.pid);
    for (const path of outOfPlace(one.mapped, libraries)) note(replaced, path, one.pid);
  }
  const commands = processes.flatMap(({ restart }) => (restart === undefined ? [] : [`Restart it: ${restart}`]));
  const problem = (cause: string, paths: Outdated, say: (who: string, what: string) => string): readonly Problem[] => {
    if (paths.size === 0) return [];
    const said = say(whoOf(given.name, paths), listed([...paths.keys()].map(shownPath)));
    return [{ cause, said, lines: [...new Set(commands)] }];
  };
  return [
    ...problem('replaced', replaced, (who, what) => `${who} still runs with an old ${what}, replaced on disk since.`),
    ...problem('deleted-mapped', gone, (who, what) => `${who} runs with ${what}, of which no file is left on disk.`),
  ];
}

function note(paths: Outdated, path: string, pid: number): void {
  const known = paths.get(path);
  if (known) known.add(pid);
  else paths.set(path, new Set([pid]));
}

function whoOf(name: string, paths: Outdated): string {
  const pids = new Set([...paths.values()].flatMap((known) => [...known]));
  return `Process ${name} (${listed([...pids].map(String))})`;
}

function outOfPlace(mapped: readonly Mapped[], libraries: readonly Library[]): readonly string[] {
  return [
    ...mapped.filter((one) => isAnother(one, libraries)).map(({ path }) => path),
    ...superseded(mapped, libraries),
  ];
}

/**
 * The name is that of another file now. Only where both numbers are of one disk: Btrfs and overlayfs give stat(2) other
 * devices than maps.
 */
function isAnother({ path, isDeleted, device, inode }: Mapped, libraries: readonly Library[]): boolean {
  const stat = isDeleted ? undefined : libraries.find(({ file }) => file.path === path)?.file.stat;
  return stat !== undefined && mapsDevice(stat.dev) === device && String(stat.ino) !== inode;
}

/** A link leads to another version beside the one that is mapped: libz.so.1 was libz.so.1.2.13 and is libz.so.1.3. */
function superseded(mapped: readonly Mapped[], libraries: readonly Library[]): readonly string[] {
  const paths = new Set(mapped.map(({ path }) => path));
  const stems = new Map(mapped.filter(({ isDeleted }) => !isDeleted).map(({ path }) => [stemOf(path), path]));
  return libraries.flatMap(({ file }) => {
    const old = paths.has(file.path) || !file.path.includes('.so') ? undefined : stems.get(stemOf(file.path));
    return old === undefined ? [] : [old];
  });
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function stemOf(path: string): string {
  return path.replace(/\.so(?:\.[^/]*)?$/, '.so');
}
