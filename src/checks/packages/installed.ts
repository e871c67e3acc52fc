/** What lies on disk of the packages that a lockfile wants. */
import { type Found, fileStamp, type RootedFiles } from '../../machine/rooted-files.ts';
import { composerInstalled } from './composer-lock.ts';
import { pythonName } from './python-names.ts';
import { asObject, asText, MAX_PACKAGES, type Wanted } from './wanted.ts';

/** Version, '' where it is not told; undefined: it is not there. */
export type VersionOf = (wanted: Wanted) => Promise<string | undefined>;

const MAX_PACKAGE_JSON_BYTES = 1_048_576;
const MAX_INSTALLED_BYTES = 32 * 2 ** 20;
/** numpy-1.26.4.dist-info, and what older tools make: six-1.16.0-py3.11.egg-info. */
const METADATA = /^([A-Za-z0-9][\w.]*?(?:-(?!\d)[\w.]+)*)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist-info|egg-info)$/;

export interface NpmMemory {
  versionIn(files: RootedFiles, file: Found): Promise<string>;
}

/** Reads a package.json again only where it was written. */
export function createNpmMemory(): NpmMemory {
  const known = new Map<string, { readonly stamp: string; readonly version: string }>();
  return {
    async versionIn(files, file) {
      const stamp = fileStamp(file);
      const before = known.get(file.path);
      if (before?.stamp === stamp) return before.version;
      const version = versionIn((await files.read(file, MAX_PACKAGE_JSON_BYTES)).toString('utf8'));
      if (before || known.size < MAX_PACKAGES) known.set(file.path, { stamp, version });
      return version;
    },
  };
}

/** `folder` has node_modules in it. */
export function nodeModules(files: RootedFiles, folder: string, memory: NpmMemory): VersionOf {
  return async ({ path = '' }) => {
    const file = await files.find(`${folder}/${path}/package.json`);
    return file?.stat.isFile() ? await memory.versionIn(files, file) : undefined;
  };
}

export async function sitePackages(files: RootedFiles, folders: readonly Found[]): Promise<VersionOf> {
  const versions = new Map<string, string>();
  for (const folder of folders)
    for (const entry of await files.names(folder)) {
      const [, name, version] = METADATA.exec(entry) ?? [];
      if (name !== undefined && version !== undefined) versions.set(pythonName(name), version);
    }
  return async ({ name }) => versions.get(name);
}

export async function vendor(files: RootedFiles, folder: string): Promise<VersionOf> {
  const file = await files.find(`${folder}/composer/installed.json`);
  const known = composerInstalled(file ? (await files.read(file, MAX_INSTALLED_BYTES)).toString('utf8') : '');
  return async ({ name }) => {
    const one = known.get(name);
    const isThere = one && (!one.hasFolder || (await files.find(`${folder}/${name}`)) !== undefined);
    return isThere ? one.version : undefined;
  };
}

function versionIn(text: string): string {
  try {
    return asText(asObject(JSON.parse(text))?.version) ?? '';
  } catch {
    return '';
  }
}
