/** The file that a path means: itself, or of a glob the one that was written last. */
import type { Found, RootedFiles } from '../../machine/rooted-files.ts';

/** Files of one glob that are compared. */
const MAX_MATCHES = 1_000;

export interface Newest {
  readonly file?: Found | undefined;
  /** Files that the path means. */
  readonly count: number;
}

export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

export async function newestFile(files: RootedFiles, path: string): Promise<Newest> {
  if (!isGlob(path)) {
    const file = await files.find(path);
    return { file, count: file ? 1 : 0 };
  }
  const parts = path.split('/').filter((part) => part !== '');
  let folders: readonly string[] = [''];
  for (const part of parts) folders = await next(files, folders, part);
  let newest: Found | undefined;
  let count = 0;
  for (const name of folders) {
    const file = await files.find(name);
    if (!file || file.stat.isDirectory()) continue;
    count += 1;
    if (!newest || file.stat.mtimeNs > newest.stat.mtimeNs) newest = file;
  }
  return { file: newest, count };
}

async function next(files: RootedFiles, folders: readonly string[], part: string): Promise<readonly string[]> {
  if (!isGlob(part)) return folders.map((folder) => `${folder}/${part}`);
  const fits = partRegExp(part);
  const found: string[] = [];
  for (const name of folders) {
    const folder = await files.find(name === '' ? '/' : name);
    if (!folder?.stat.isDirectory()) continue;
    const names = (await files.names(folder)).filter(
      (one) => fits.test(one) && (part.startsWith('.') || !one.startsWith('.')),
    );
    found.push(...names.sort().map((one) => `${name}/${one}`));
  }
  // The end of the alphabet: where names carry a date, the newest.
  return found.slice(-MAX_MATCHES);
}

/** `*`, `?` and `[abc]` within a name. Of escaped letters and one-letter classes besides `*`: it backtracks at most by the name's length a star. */
function partRegExp(part: string): RegExp {
  const source = part.replace(/\*+|\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece.startsWith('*')) return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length > 2 && piece.startsWith('[')) {
      const isNot = piece[1] === '!';
      return `[${isNot ? '^' : ''}${piece.slice(isNot ? 2 : 1, -1).replace(/[\\^[\]]/g, '\\$&')}]`;
    }
    return piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
