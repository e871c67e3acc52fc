/** What keeps the files of globs from being read, looked at without a reader: each with what its remedy depends on. */
import { constants } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import { expandGlob, watchRoot } from './glob.ts';
import { containerOutput, explain } from './listing.ts';
import { isContainerOutput, nothingMatches } from './problems.ts';

/** Files looked at; a glob of thousands that may not be read needs one remedy. */
const LOOKED_AT_MAX = 100;

/** The sentence is the one that a reader says of it. */
export type Trouble =
  | { readonly kind: 'output'; readonly path: string; readonly sentence: string }
  | {
      readonly kind: 'rights';
      readonly path: string;
      /** Undefined where not even that can be seen. */
      readonly owner: { readonly gid: number; readonly mode: number; readonly isFolder: boolean } | undefined;
      readonly sentence: string;
    }
  | {
      readonly kind: 'missing';
      readonly glob: string;
      readonly folder: string;
      readonly isFolderThere: boolean;
      readonly sentence: string;
    }
  | { readonly kind: 'other'; readonly path: string; readonly sentence: string };

export async function findTroubles(globs: readonly string[]): Promise<readonly Trouble[]> {
  return (await Promise.all(globs.map(troublesOf))).flat();
}

async function troublesOf(glob: string): Promise<readonly Trouble[]> {
  const { paths, failed } = await expandGlob(glob);
  const shut = await Promise.all(failed.map(async ({ folder, error }) => await refused(folder, error)));
  const looked = await Promise.all(paths.slice(0, LOOKED_AT_MAX).map(look));
  const isAny = shut.length > 0 || looked.some((one) => one !== 'gone');
  const found = looked.filter((one) => one !== 'gone' && one !== 'well');
  return isAny ? [...shut, ...found] : [await missing(glob)];
}

async function look(path: string): Promise<Trouble | 'gone' | 'well'> {
  try {
    const isLink = (await lstat(path)).isSymbolicLink();
    const output = isLink ? await containerOutput(path) : undefined;
    if (output !== undefined) return { kind: 'output', path, sentence: isContainerOutput(path, output) };
    if (!(await stat(path)).isFile()) return 'well';
    // To open it is the only true question: rights are not all that can refuse it.
    await (await open(path, constants.O_RDONLY | constants.O_NONBLOCK)).close();
    return 'well';
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    return error.code === 'ENOENT' ? 'gone' : await refused(path, error);
  }
}

async function refused(path: string, error: NodeJS.ErrnoException): Promise<Trouble> {
  const sentence = await explain(path, error);
  if (error.code !== 'EACCES' && error.code !== 'EPERM') return { kind: 'other', path, sentence };
  const owner = await stat(path).catch(() => undefined);
  const facts = owner && { gid: owner.gid, mode: owner.mode, isFolder: owner.isDirectory() };
  return { kind: 'rights', path, owner: facts, sentence };
}

async function missing(glob: string): Promise<Trouble> {
  const { folder } = watchRoot(glob);
  const isFolderThere = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return { kind: 'missing', glob, folder, isFolderThere, sentence: nothingMatches(glob) };
}
