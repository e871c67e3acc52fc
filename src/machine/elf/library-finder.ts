/** Where a loader finds one library: the folders it searches, in its order. ld.so(8); glibc elf/dl-load.c; musl ldso/dynlink.c. */
import type { Found, RootedFiles } from '../rooted-files.ts';
import type { Elf } from './elf.ts';
import type { LoaderCache } from './loader-cache.ts';
import type { ElfMemory } from './memory.ts';
import { muslFolders, splitFolders, tripletFolder, usualFolders, type Words, withWords } from './search-folders.ts';

/** What the loader is told from outside. */
export interface Surroundings {
  /** LD_LIBRARY_PATH. */
  readonly libraryPath?: string | undefined;
  /** Against which folders without a slash in front count; unknown: they are left out. */
  readonly workingFolder?: string | undefined;
  /** Levels of this processor, best first. */
  readonly levels: readonly string[];
}

/** A file as it is loaded; the chain leads to the program. */
export interface Loaded {
  /** As it was found, before links: $ORIGIN is its folder. */
  readonly path: string;
  readonly elf: Elf;
  readonly loader: Loaded | undefined;
}

export interface Answer {
  readonly path: string;
  readonly file: Found;
  /** Absent: it is no ELF file, where a loader gives up. */
  readonly elf: Elf | undefined;
}

/** 'own': the loader is this library itself, as in musl. */
type Finder = (name: string, loader: Loaded) => Promise<Answer | 'own' | undefined>;

const MUSL = /(?:^|\/)ld-musl-([\w-]+)\.so\.1$/;
/** Names that musl takes for itself. */
const MUSL_OWN = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;
const MAX_PATH_FILE_BYTES = 65_536;

interface Parts {
  readonly files: RootedFiles;
  readonly memory: ElfMemory;
  readonly surroundings: Surroundings;
}

export async function createFinder(main: Loaded, parts: Parts): Promise<Finder> {
  const musl = MUSL.exec(main.elf.interpreter ?? '')?.[1];
  return musl === undefined ? await glibcFinder(main, parts) : await muslFinder(main, parts, musl);
}

async function glibcFinder(main: Loaded, parts: Parts): Promise<Finder> {
  const { files, surroundings } = parts;
  const triplet = tripletFolder(main.elf);
  const hasTriplet = triplet !== undefined && (await files.find(triplet)) !== undefined;
  const cache: LoaderCache = await parts.memory.cache(files);
  const usual = usualFolders(main.elf);
  const look = createLooker(main.elf, parts);
  return async (name, loader) => {
    const words = (of: Loaded): Words => ({ origin: folderOf(of.path), elf: main.elf, hasTriplet });
    const asked = withWords(name, words(loader));
    if (asked.includes('/')) return await look.at(absolute(asked, surroundings));
    const folders = [
      ...(loader.elf.runpath === undefined ? chainOf(loader).flatMap((one) => rpathOf(one, words(one))) : []),
      ...splitFolders(surroundings.libraryPath ?? '', /[:;]/).map((one) => withWords(one, words(main))),
      ...splitFolders(loader.elf.runpath ?? '').map((one) => withWords(one, words(loader))),
    ];
    const early = await look.inFolders(folders, asked);
    if (early) return early;
    const isWithout = loader.elf.isWithoutDefaults;
    const cached = await look.inCache(cache, asked, isWithout ? usual : []);
    return cached ?? (isWithout ? undefined : await look.inFolders(usual, asked));
  };
}

/** Folders of programs' own wishes reach down the chain, and RPATH is as good as RUNPATH. */
async function muslFinder(main: Loaded, parts: Parts, processor: string): Promise<Finder> {
  const { files, surroundings } = parts;
  const list = await files.find(`/etc/ld-musl-${processor}.path`);
  const usual = muslFolders(list && (await files.read(list, MAX_PATH_FILE_BYTES)).toString('utf8'));
  const look = createLooker(main.elf, { ...parts, surroundings: { ...surroundings, levels: [] } });
  return async (name, loader) => {
    if (MUSL_OWN.test(name)) return 'own';
    if (name.includes('/')) return await look.at(absolute(name, surroundings));
    const wishes = chainOf(loader).flatMap((one) => {
      const words = { origin: folderOf(one.path), elf: main.elf, hasTriplet: false };
      const wished = one.elf.runpath ?? one.elf.rpath;
      return wished === undefined ? [] : splitFolders(wished).map((folder) => withWords(folder, words));
    });
    return await look.inFolders([...splitFolders(surroundings.libraryPath ?? '', /[:\n]/), ...wishes, ...usual], name);
  };
}

/** From what needs it up to the program. */
function chainOf(loader: Loaded): readonly Loaded[] {
  const chain: Loaded[] = [];
  for (let at: Loaded | undefined = loader; at; at = at.loader) chain.push(at);
  return chain;
}

function rpathOf({ elf }: Loaded, words: Words): readonly string[] {
  if (elf.runpath !== undefined || elf.rpath === undefined) return [];
  return splitFolders(elf.rpath).map((one) => withWords(one, words));
}

/** Takes only what is made for the same kind of program; another kind is passed over, as loaders do. */
function createLooker(kind: Elf, { files, memory, surroundings }: Parts) {
  async function at(path: string | undefined): Promise<Answer | undefined> {
    const file = path === undefined ? undefined : await files.find(path);
    if (path === undefined || !file || file.stat.isDirectory()) return undefined;
    const elf = await memory.elf(files, file);
    const isOther = elf && (elf.is64 !== kind.is64 || elf.isLittle !== kind.isLittle || elf.machine !== kind.machine);
    return isOther ? undefined : { path, file, elf };
  }

  async function inFolders(folders: readonly string[], name: string): Promise<Answer | undefined> {
    for (const one of folders) {
      const folder = one === '' ? undefined : absolute(one, surroundings);
      if (folder === undefined || !(await files.find(folder))) continue;
      const hasLevels = surroundings.levels.length > 0 && (await files.find(`${folder}/glibc-hwcaps`)) !== undefined;
      const levels = hasLevels ? surroundings.levels.map((level) => `${folder}/glibc-hwcaps/${level}`) : [];
      for (const place of [...levels, folder]) {
        const answer = await at(`${place}/${name}`);
        if (answer) return answer;
      }
    }
    return undefined;
  }

  async function inCache(cache: LoaderCache, name: string, but: readonly string[]): Promise<Answer | undefined> {
    const entries = (cache.get(name) ?? []).filter(({ path }) => !but.includes(folderOf(path)));
    const ofLevel = (level: string | undefined) => entries.filter((entry) => entry.level === level);
    for (const { path } of [...surroundings.levels.flatMap(ofLevel), ...ofLevel(undefined), ...ofLevel('legacy')]) {
      const answer = await at(path);
      if (answer) return answer;
    }
    return undefined;
  }

  return { at, inFolders, inCache };
}

function absolute(path: string, { workingFolder }: Surroundings): string | undefined {
  if (path.startsWith('/')) return path;
  return workingFolder === undefined ? undefined : `${workingFolder}/${path}`;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
