/** The lockfiles that are understood: whose they are, how they are read, where their packages lie, what installs them. */
import type { Found, RootedFiles } from '../../machine/rooted-files.ts';
import { composerWanted } from './composer-lock.ts';
import { type NpmMemory, nodeModules, sitePackages, type VersionOf, vendor } from './installed.ts';
import { npmWanted } from './npm-lock.ts';
import { pipfileWanted, requirementsWanted } from './pip-locks.ts';
import { isSameVersion } from './python-names.ts';
import { poetryWanted, uvWanted } from './toml-locks.ts';
import type { Wanted } from './wanted.ts';

export interface Place {
  readonly files: RootedFiles;
  /** Of the lockfile. */
  readonly folder: string;
  /** Where the packages are, if the check says it. */
  readonly given: string | undefined;
  readonly memory: NpmMemory;
}

export interface LockKind {
  readonly fits: RegExp;
  wanted(text: string, isWithDev: boolean): readonly Wanted[];
  /** Text: the folder that is not there. */
  installed(place: Place): Promise<VersionOf | string>;
  isSame(wanted: string, installed: string): boolean;
  /** Typed in the folder of the lockfile; `file` is its name. */
  command(file: string): string;
}

const isEqual = (wanted: string, installed: string) => wanted === installed;
/** Folders that people make beside their lockfile. */
const VENV = ['.venv', 'venv', 'env'];
/** In a virtual environment: lib/python3.11/site-packages, and lib64 where that is another. */
const MAX_PYTHONS = 20;

const python = { installed: inPython, isSame: isSameVersion };

export const LOCK_KINDS: readonly LockKind[] = [
  {
    fits: /^(?:package-lock|npm-shrinkwrap)\.json$/,
    wanted: npmWanted,
    installed: inNodeModules,
    isSame: isEqual,
    command: () => 'npm ci --omit=dev',
  },
  {
    ...python,
    fits: /^requirements[\w.-]*\.txt$/,
    wanted: requirementsWanted,
    command: (file) => `pip install -r ${file}`,
  },
  { ...python, fits: /^poetry\.lock$/, wanted: poetryWanted, command: () => 'poetry install --only main' },
  { ...python, fits: /^uv\.lock$/, wanted: uvWanted, command: () => 'uv sync --frozen' },
  { ...python, fits: /^Pipfile\.lock$/, wanted: pipfileWanted, command: () => 'pipenv sync' },
  {
    fits: /^composer\.lock$/,
    wanted: composerWanted,
    installed: inVendor,
    isSame: (wanted, installed) => wanted.replace(/^v/, '') === installed.replace(/^v/, ''),
    command: () => 'composer install --no-dev',
  },
];

async function inNodeModules({ files, folder, given, memory }: Place): Promise<VersionOf | string> {
  const modules = given ?? `${folder}/node_modules`;
  if (!(await files.find(modules))) return modules;
  return nodeModules(files, modules.replace(/\/node_modules\/*$/, ''), memory);
}

async function inVendor({ files, folder, given }: Place): Promise<VersionOf | string> {
  const place = given ?? `${folder}/vendor`;
  return (await files.find(place)) ? await vendor(files, place) : place;
}

/** A folder of packages itself, or a virtual environment. */
async function inPython({ files, folder, given }: Place): Promise<VersionOf | string> {
  const tried = given === undefined ? VENV.map((name) => `${folder}/${name}`) : [given];
  for (const path of tried) {
    const found = await files.find(path);
    if (!found?.stat.isDirectory()) continue;
    const folders = await pythonFolders(files, found);
    return await sitePackages(files, folders.length > 0 ? folders : [found]);
  }
  return tried[0] ?? folder;
}

async function pythonFolders(files: RootedFiles, environment: Found): Promise<readonly Found[]> {
  const folders: Found[] = [];
  for (const library of ['lib', 'lib64']) {
    const found = await files.find(`${environment.path}/${library}`);
    if (!found?.stat.isDirectory()) continue;
    const pythons = (await files.names(found)).filter((name) => /^python\d/.test(name)).slice(0, MAX_PYTHONS);
    for (const name of pythons) {
      const packages = await files.find(`${found.path}/${name}/site-packages`);
      if (packages?.stat.isDirectory()) folders.push(packages);
    }
  }
  return folders;
}
