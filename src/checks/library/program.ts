/** The ELF program behind a path: itself, or the interpreter that a script names in its first line. execve(2). */
import type { Program } from '../../machine/elf/loader.ts';
import type { ElfMemory } from '../../machine/elf/memory.ts';
import type { Found, RootedFiles } from '../../machine/rooted-files.ts';

/** Scripts that run scripts; Linux follows as many. */
const MAX_SCRIPTS = 4;
/** Of a first line, as Linux reads it. */
const FIRST_LINE_BYTES = 256;
/** Where env looks when nobody told it: what systemd and cron give, and those of /usr/local. */
const SEARCHED = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export type Sought =
  | { readonly program: Program }
  /** What is not there, and the script that asks for it. */
  | { readonly absent: string; readonly askedBy?: string | undefined }
  | { readonly damaged: Found };

export async function programAt(files: RootedFiles, memory: ElfMemory, path: string): Promise<Sought> {
  let at = path;
  let askedBy: string | undefined;
  for (let scripts = 0; ; scripts += 1) {
    const file = await files.find(at);
    if (!file || file.stat.isDirectory()) return { absent: at, askedBy };
    const elf = await memory.elf(files, file);
    if (elf) return { program: { file, elf } };
    const interpreter = scripts < MAX_SCRIPTS ? await interpreterOf(files, file) : undefined;
    if (interpreter === undefined) return { damaged: file };
    askedBy = file.path;
    at = interpreter;
  }
}

async function interpreterOf(files: RootedFiles, file: Found): Promise<string | undefined> {
  if (!file.stat.isFile()) return undefined;
  const text = (await files.read(file, FIRST_LINE_BYTES)).toString('utf8');
  const [command, ...rest] =
    /^#![ \t]*([^\n]*)/
      .exec(text)?.[1]
      ?.trim()
      .split(/[ \t]+/) ?? [];
  if (!command?.startsWith('/')) return undefined;
  if (!command.endsWith('/env')) return command;
  const name = rest.find((word) => !word.startsWith('-') && !word.includes('='));
  if (name === undefined || name.includes('/')) return name ?? command;
  for (const folder of SEARCHED) if (await files.find(`${folder}/${name}`)) return `${folder}/${name}`;
  return name;
}
