/** Whether the content of a program or of its libraries changed since the last reading, and whether a package brought it. */

import { digestOf } from '../../machine/digest.ts';
import type { Library } from '../../machine/elf/loader.ts';
import { type Found, fileStamp, type RootedFiles } from '../../machine/rooted-files.ts';
import { shownPath } from '../../machine/shown.ts';
import { type Accepted, createAccepted } from '../file/accepted.ts';
import { isInstalled } from './installed.ts';
import { listed, type Problem } from './problem.ts';

/** Files remembered. */
const MAX_FILES = 2_000;
/** Read in one reading; what is beyond is read by the next ones. */
const MAX_READING_BYTES = 256 * 2 ** 20;

export interface Changes {
  look(
    files: RootedFiles,
    libraries: readonly Library[],
  ): Promise<{
    readonly problems: readonly Problem[];
    /** What packages brought: told, and no fault. */
    readonly changes: readonly string[];
  }>;
}

interface Known {
  stamp: string;
  digest: string;
  readonly accepted: Accepted;
}

export function createChanges(): Changes {
  const known = new Map<string, Known>();

  /** Undefined: not read yet, or there is no room for it. */
  async function remembered(files: RootedFiles, file: Found, budget: { left: number }): Promise<Known | undefined> {
    const stamp = fileStamp(file);
    const before = known.get(file.path);
    if (before?.stamp === stamp) return before;
    const isFull = before === undefined && known.size >= MAX_FILES;
    if (isFull || budget.left <= 0) return undefined;
    budget.left -= Number(file.stat.size);
    const digest = await files.withOpen(file, (handle) => digestOf(handle, MAX_READING_BYTES));
    const now = { stamp, digest, accepted: before?.accepted ?? createAccepted() };
    known.set(file.path, now);
    return now;
  }

  return {
    async look(files, libraries) {
      const budget = { left: MAX_READING_BYTES };
      const changed: string[] = [];
      const installed: string[] = [];
      for (const { file } of libraries) {
        const one = await remembered(files, file, budget);
        if (one === undefined || one.accepted.see(one.digest) !== 'changed') continue;
        const isOfPackage = await isInstalled(files, Number(file.stat.ctimeMs));
        if (isOfPackage) one.accepted.accept(one.digest);
        (isOfPackage ? installed : changed).push(shownPath(file.path));
      }
      const said = `${listed(changed)} changed on disk, and no packages were installed.`;
      return {
        problems: changed.length > 0 ? [{ cause: 'changed', said, lines: [] }] : [],
        changes: installed.length > 0 ? [`Packages were installed: ${listed(installed)} changed on disk.`] : [],
      };
    },
  };
}
