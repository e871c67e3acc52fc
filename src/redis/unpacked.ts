/** An unpacked package tree: which libraries it lacks, which packages have them, and a script that starts its program. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const PROGRAM = 'usr/bin/redis-server';
const NOT_FOUND = /^\s*(\S+) => not found/gm;
/** Debian's name for a library: liblua5.1.so.0 -> liblua5.1-0. Those whose package has another name stand here. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  'liblua5.1-cjson.so.0': 'lua-cjson',
  'liblua5.1-bitop.so.0': 'lua-bitop',
  'libcrypto.so.3': 'libssl3',
  'libcrypto.so.1.1': 'libssl1.1',
};
/** Releases since the 64-bit time change call some packages …t64. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = { libssl3: ['libssl3t64'] };

/** Names of the shared libraries that neither the machine nor the tree has. */
export async function missingLibraries(root: string): Promise<readonly string[]> {
  const text = await run('env', [`LD_LIBRARY_PATH=${await libraryPath(root)}`, 'ldd', join(root, PROGRAM)], root);
  return [...text.matchAll(NOT_FOUND)].map((match) => String(match[1]));
}

export function packagesFor(libraries: readonly string[]): readonly string[] {
  const names = libraries.map((library) => PACKAGE_OF[library] ?? debianName(library));
  return [...new Set(names.flatMap((name) => [name, ...(OTHER_NAMES[name] ?? [])]))];
}

/** Writes `redis-server` at the top of the tree; it finds the libraries wherever the tree is moved. Returns its path. */
export async function writeWrapper(root: string): Promise<string> {
  const folders = (await libraryFolders()).map((folder) => `"$here"/${folder}`).join(':');
  const path = join(root, 'redis-server');
  const script = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=${folders} exec "$here"/${PROGRAM} "$@"
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

function debianName(library: string): string {
  const [, stem = library, version = ''] = /^(.+)\.so\.?(.*)$/.exec(library) ?? [];
  const dash = /\d$/.test(stem) ? '-' : '';
  return `${stem}${dash}${version}`.toLowerCase();
}

async function libraryPath(root: string): Promise<string> {
  return (await libraryFolders()).map((folder) => join(root, folder)).join(':');
}

async function libraryFolders(): Promise<readonly string[]> {
  const architecture = (await run('dpkg-architecture', ['-qDEB_HOST_MULTIARCH'], '/').catch(() => guessed())).trim();
  return [`usr/lib/${architecture}`, `lib/${architecture}`, 'usr/lib', 'lib'];
}

function guessed(): string {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}
