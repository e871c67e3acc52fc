/** What the package manager says: which package a file is of, and whether packages were installed just now. */
import { setImmediate as breathe } from 'node:timers/promises';
import { fileStamp, type RootedFiles } from '../../machine/rooted-files.ts';

const LISTS = '/var/lib/dpkg/info';
/** Of one list; that of the largest package of Debian has 2 MiB. */
const MAX_LIST_BYTES = 4 * 2 ** 20;
const LIKELY_CHARS = 5;
const PACKAGE = /^([a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?)\.list$/;
/** What package managers write when they install: dpkg, rpm, pacman, apk. */
const BOOKS = [
  ...['/var/lib/dpkg/status', LISTS, '/var/lib/pacman/local', '/lib/apk/db/installed'],
  ...['/var/lib/rpm/rpmdb.sqlite', '/usr/lib/sysimage/rpm/rpmdb.sqlite', '/var/lib/rpm/Packages'],
];
/** A large upgrade unpacks first and writes its book later, or the other way round. */
const UPGRADE_MS = 10 * 60_000;

/** Whether packages were installed at about this time or since. */
export async function isInstalled(files: RootedFiles, sinceMs: number): Promise<boolean> {
  for (const path of BOOKS) {
    const book = await files.find(path).catch(() => undefined);
    if (book && Number(book.stat.mtimeMs) >= sinceMs - UPGRADE_MS) return true;
  }
  return false;
}

export interface PackageFinder {
  /** The package of Debian's kind that has a file of this name, as it is known here; undefined: none, or no dpkg here. */
  packageOf(files: RootedFiles, name: string): Promise<string | undefined>;
}

/** Remembers what it was asked until packages are installed: all lists of a machine are some 10 MB. */
export function createPackageFinder(): PackageFinder {
  let known: { readonly stamp: string; readonly names: Map<string, string | undefined> } | undefined;
  return {
    async packageOf(files, name) {
      const folder = await files.find(LISTS);
      if (!folder?.stat.isDirectory()) return undefined;
      const stamp = fileStamp(folder);
      if (known?.stamp !== stamp) known = { stamp, names: new Map() };
      if (!known.names.has(name)) known.names.set(name, await search(files, await files.names(folder), name));
      return known.names.get(name);
    },
  };
}

async function search(files: RootedFiles, lists: readonly string[], name: string): Promise<string | undefined> {
  const line = Buffer.from(`/${name}\n`);
  // Packages of libraries mostly begin as these do: libssl3 has libssl.so.3.
  const isLikely = (list: string) => list.startsWith(name.slice(0, LIKELY_CHARS));
  for (const list of [...lists.filter(isLikely), ...lists.filter((one) => !isLikely(one))]) {
    const packageName = PACKAGE.exec(list)?.[1];
    const file = packageName === undefined ? undefined : await files.find(`${LISTS}/${list}`);
    if (!file?.stat.isFile()) continue;
    if ((await files.read(file, MAX_LIST_BYTES)).includes(line)) return packageName;
    await breathe();
  }
  return undefined;
}
