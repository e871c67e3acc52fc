/** Which libraries a program needs and where its loader finds them, as glibc's ld.so and musl's do it, from the files alone. */
import type { Found, RootedFiles } from '../rooted-files.ts';
import type { Elf } from './elf.ts';
import { createFinder, type Loaded, type Surroundings } from './library-finder.ts';
import type { ElfMemory } from './memory.ts';

/** Libraries of one program; Chromium has some 150. */
const MAX_LIBRARIES = 1_000;

export interface Library {
  /** As it is asked for. */
  readonly name: string;
  readonly file: Found;
}

export interface Absent {
  readonly name: string;
  /** Path of what needs it. */
  readonly neededBy: string;
  /** It is there, but no ELF file: cut off, or written over. */
  readonly damaged?: Found | undefined;
}

interface Closure {
  /** In the order in which the loader meets them, the program itself not among them, its interpreter first. */
  readonly libraries: readonly Library[];
  readonly absent: readonly Absent[];
  /** There are more than MAX_LIBRARIES; those beyond were not looked for. */
  readonly isCut: boolean;
}

export interface Program {
  readonly file: Found;
  readonly elf: Elf;
}

/** Breadth first, each library once: by the name it is asked for, by the name it gives itself, and as a file. */
export async function closureOf(
  { file, elf }: Program,
  parts: { readonly files: RootedFiles; readonly memory: ElfMemory; readonly surroundings: Surroundings },
): Promise<Closure> {
  const main: Loaded = { path: file.path, elf, loader: undefined };
  const find = await createFinder(main, parts);
  const names = new Set<string>();
  const loaded = new Map<string, Library>();
  const absent: Absent[] = [];
  const queue: Loaded[] = [];
  let asked = 0;
  let isCut = false;

  async function need(name: string, loader: Loaded): Promise<void> {
    if (names.has(name)) return;
    isCut ||= asked >= MAX_LIBRARIES;
    if (isCut) return;
    asked += 1;
    names.add(name);
    const answer = await find(name, loader);
    if (answer === 'own') return;
    if (!answer?.elf) {
      absent.push({ name, neededBy: loader.path, damaged: answer?.file });
      return;
    }
    const identity = `${answer.file.stat.dev}:${answer.file.stat.ino}`;
    if (answer.elf.soname !== undefined) names.add(answer.elf.soname);
    if (loaded.has(identity)) return;
    loaded.set(identity, { name, file: answer.file });
    queue.push({ path: answer.path, elf: answer.elf, loader });
  }

  if (elf.interpreter !== undefined) await need(elf.interpreter, main);
  for (let at: Loaded | undefined = main; at !== undefined; at = queue.shift())
    for (const name of at.elf.needed) await need(name, at);
  return { libraries: [...loaded.values()], absent, isCut };
}
