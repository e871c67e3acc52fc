/** Where the text of an nginx.conf and of what it includes comes from: the disk, or what `nginx -T` printed. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, matchesGlob } from 'node:path';
import { messageOf } from '../../core/errors.ts';

/** Of one file: 1 MiB is a hundred times what people write. */
export const MAX_CONF_BYTES = 1024 * 1024;
/** Folders of an include that may be wildcards: more would walk the disk. */
const MAX_WILD_PARTS = 3;
/** Where includes point that were written for a server, and are read elsewhere. */
const USUAL_FOLDER = '/etc/nginx/';

export interface ConfFiles {
  readonly main: string;
  /** Its text, or why there is none. */
  read(file: string): { readonly text: string } | { readonly reason: string };
  /** The files an include names, in the order in which Nginx reads them; a plain name is given back as it is. */
  find(include: string): readonly string[];
}

export function confOnDisk(main: string): ConfFiles {
  const folder = dirname(main);
  return {
    main,
    read: readOnDisk,
    find(include) {
      const path = isAbsolute(include) ? include : join(folder, include);
      const found = findOnDisk(path);
      if (found.length > 0) return found;
      // A copy of the folder in a repository still says where it will lie.
      const beside = include.startsWith(USUAL_FOLDER)
        ? findOnDisk(join(folder, include.slice(USUAL_FOLDER.length)))
        : [];
      return beside.length > 0 || isWild(path) ? beside : [path];
    },
  };
}

const MARKER = /^# configuration file (.+):$/gm;

/** Undefined where the text is not what `nginx -T` prints. */
export function confOfDump(text: string): ConfFiles | undefined {
  const markers = [...text.matchAll(MARKER)];
  const files = new Map<string, string>();
  for (const [index, marker] of markers.entries()) {
    const start = marker.index + marker[0].length + 1;
    // A file that two includes name is printed once.
    files.set(marker[1] ?? '', text.slice(start, markers[index + 1]?.index));
  }
  const main = markers[0]?.[1];
  if (
    main === undefined ||
    text
      .slice(0, markers[0]?.index)
      .replace(/^nginx: .*$/gm, '')
      .trim() !== ''
  )
    return undefined;
  return {
    main,
    read(file) {
      const found = files.get(file);
      return found === undefined ? { reason: 'what nginx -T printed does not have it' } : { text: found };
    },
    find(include) {
      const path = isAbsolute(include) ? include : join(dirname(main), include);
      return isWild(path) ? [...files.keys()].filter((file) => matchesGlob(file, path)).sort() : [path];
    },
  };
}

function readOnDisk(file: string): { readonly text: string } | { readonly reason: string } {
  try {
    const stats = statSync(file);
    // A fifo would keep us waiting for ever.
    if (!stats.isFile()) return { reason: 'it is no file' };
    // Those of /proc say so, and some of them keep us waiting too.
    if (stats.size === 0) return { text: '' };
    if (stats.size > MAX_CONF_BYTES) return { reason: `it is larger than ${MAX_CONF_BYTES / 1024} KiB` };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'EACCES') return 'linesman may not read it';
  return messageOf(error);
}

function findOnDisk(path: string): readonly string[] {
  if (!isWild(path)) return existsSync(path) ? [path] : [];
  const parts = path.split('/').filter(isWild);
  if (parts.length > MAX_WILD_PARTS) return [];
  try {
    // To glob(3) two stars are one.
    return globSync(path.replaceAll(/\*+/g, '*')).sort();
  } catch {
    return [];
  }
}

function isWild(path: string): boolean {
  return /[*?[]/.test(path);
}
