/** Whether a program would find all its libraries if it started now. */
import type { Surroundings } from '../../machine/elf/library-finder.ts';
import { type Absent, closureOf, type Library } from '../../machine/elf/loader.ts';
import type { ElfMemory } from '../../machine/elf/memory.ts';
import type { RootedFiles } from '../../machine/rooted-files.ts';
import { shownPath } from '../../machine/shown.ts';
import type { PackageFinder } from './installed.ts';
import type { Problem } from './problem.ts';
import { programAt, type Sought } from './program.ts';

export interface OnDisk {
  readonly problems: readonly Problem[];
  /** The program and its libraries, as they lie on disk. */
  readonly libraries: readonly Library[];
  /** What they are called: as they are asked for, and as their files are. */
  readonly names: ReadonlySet<string>;
}

export interface Tools {
  readonly files: RootedFiles;
  readonly memory: ElfMemory;
  readonly packages: PackageFinder;
}

/** Absent libraries that are asked about at the package manager. */
const MAX_ASKED = 5;

/** `isKnown` says of a library that is not found that the program has it all the same. */
export async function lookOnDisk(
  tools: Tools,
  path: string,
  given: { readonly surroundings: Surroundings; readonly isKnown?: (name: string) => Promise<boolean> },
): Promise<OnDisk> {
  const sought = await programAt(tools.files, tools.memory, path);
  if (!('program' in sought)) return { libraries: [], names: new Set(), problems: [await noProgram(tools, sought)] };
  const closure = await closureOf(sought.program, { ...tools, surroundings: given.surroundings });
  const absent: Absent[] = [];
  for (const one of closure.absent) if (!(await given.isKnown?.(one.name))) absent.push(one);
  const problems: Problem[] = [];
  for (const one of absent) problems.push(await absentProblem(tools, one, problems.length < MAX_ASKED));
  const libraries = [{ name: path, file: sought.program.file }, ...closure.libraries];
  const names = [...libraries, ...closure.absent].map(({ name }) => name);
  return { problems, libraries, names: new Set([...names, ...libraries.map(({ file }) => file.path)].map(baseOf)) };
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function noProgram(tools: Tools, sought: Exclude<Sought, { program: unknown }>): Promise<Problem> {
  if ('damaged' in sought)
    return {
      cause: 'not-elf',
      said: `${shownPath(sought.damaged.path)} is neither an ELF program nor a script with an interpreter.`,
      lines: await packageLines(tools, sought.damaged.path),
    };
  const { absent, askedBy } = sought;
  const said =
    askedBy === undefined
      ? `Program ${shownPath(absent)} is not there.`
      : `Interpreter ${shownPath(absent)}, which the script ${shownPath(askedBy)} names, is not there.`;
  return { cause: 'binary-missing', said, lines: await packageLines(tools, absent) };
}

async function absentProblem(tools: Tools, { name, neededBy, damaged }: Absent, isAsked: boolean): Promise<Problem> {
  const lines = isAsked ? await packageLines(tools, name) : [];
  const [library, by] = [shownPath(name), shownPath(neededBy)];
  if (!damaged) return { cause: 'missing', said: `Library ${library}, which ${by} needs, is not found.`, lines };
  const said = `Library ${library}, which ${by} needs, is damaged: ${shownPath(damaged.path)} (${damaged.stat.size} bytes) is no ELF file.`;
  return { cause: 'not-elf', said, lines };
}

async function packageLines({ files, packages }: Tools, path: string): Promise<readonly string[]> {
  const found = await packages.packageOf(files, baseOf(path)).catch(() => undefined);
  return found === undefined ? [] : [`It is of package ${found}: apt-get install --reinstall ${found}`];
}
