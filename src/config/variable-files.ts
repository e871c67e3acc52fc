/** Variables whose value stands in a file, as container engines give secrets: NAME_FILE names the file for NAME. */
import { readFileSync, statSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { quoted } from './said.ts';

export const SUFFIX = '_FILE';
/** Longer than any value that a variable can have; whoever names a log by mistake does not load it. */
const MAX_BYTES = 64 * 1024;

export interface FilledEnvironment {
  /** With the values of the files under the variables' own names. */
  readonly env: Environment;
  /** Each begins with the variable's name, and none holds what a file says. */
  readonly mistakes: readonly string[];
}

/** `variables` are those that may be given so. An empty variable counts as one that is not set. */
export function fillFromFiles(env: Environment, variables: readonly string[]): FilledEnvironment {
  const filled: Record<string, string | undefined> = { ...env };
  const mistakes: string[] = [];
  for (const variable of variables) {
    const file = env[variable + SUFFIX];
    if (!file) continue;
    delete filled[variable + SUFFIX];
    const read = env[variable] ? { mistake: `${variable} is set too; leave one of them out` } : readValue(file);
    if ('mistake' in read) mistakes.push(`${variable}${SUFFIX}: ${read.mistake}`);
    else filled[variable] = read.value;
  }
  return { env: filled, mistakes };
}

/** The one line that the file holds. */
function readValue(file: string): { readonly value: string } | { readonly mistake: string } {
  try {
    const stat = statSync(file);
    // A fifo would be waited for.
    if (!stat.isFile()) return { mistake: `${quoted(file)} is no file; name the file that holds the value` };
    if (stat.size > MAX_BYTES)
      return { mistake: `${quoted(file)} has ${stat.size} bytes; write the value alone into it` };
    const value = readFileSync(file, 'utf8').trim();
    if (value === '') return { mistake: `${quoted(file)} is empty; write the value into it` };
    if (/[\r\n]/.test(value)) return { mistake: `${quoted(file)} has several lines; write the value alone into it` };
    return { value };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { mistake: `${quoted(file)} cannot be read (${code}); ${REMEDIES[code] ?? 'check the path'}` };
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "let linesman's user read it, such as chmod 440 and chgrp to its group",
  ENOENT: 'check the path, and in a container that the file or secret is mounted',
};
