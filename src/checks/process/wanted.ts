/** Which processes a check is about, from its options. */
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Options } from '../../core/plugin.ts';
import { isNamed } from '../../machine/process-name.ts';
import type { Process } from '../../machine/processes.ts';

/** Shorter pieces of a command line fit everywhere. */
const COMMAND_MIN = 3;
const TEXT_MAX = 200;

export interface Wanted {
  readonly name: string | undefined;
  readonly command: string | undefined;
  /** As the host calls it. */
  readonly pidFile: string | undefined;
  readonly min: number;
  readonly max: number | undefined;
  /** What people call it. */
  readonly label: string;
}

/** `check` is the name of the check, which is the process where nothing else is said. */
export function readWanted(options: Options, check: string): Wanted {
  const given = textOf(options, 'process', 1);
  const command = textOf(options, 'command', COMMAND_MIN);
  const pidFile = textOf(options, 'pidFile', 1);
  const name = given ?? (command === undefined && pidFile === undefined ? check : undefined);
  const label = name ?? command ?? basename(pidFile ?? '', '.pid');
  if (pidFile !== undefined && !pidFile.startsWith('/'))
    throw new UserError(
      'CONFIG',
      `option "pidFile" is ${JSON.stringify(pidFile)}; write its full path, such as /run/nginx.pid`,
    );
  if (name !== undefined && /[/\s]/.test(name))
    throw new UserError(
      'CONFIG',
      `option "process" is ${JSON.stringify(name)}; write the program without folders and arguments, or a piece of its command line as command`,
    );
  const min = Number(options.min);
  const max = typeof options.max === 'number' ? options.max : undefined;
  if (max !== undefined && max < min)
    throw new UserError('CONFIG', `option "max" is ${max}, which is less than min, ${min}; write at least ${min}`);
  if (pidFile !== undefined && min > 1)
    throw new UserError('CONFIG', `option "min" is ${min}, and a pid file names one process; leave one of them out`);
  return { name, command, pidFile, min, max, label };
}

/** By name and command; one that has only a pid file is any process. */
export function isWanted(process: Process, { name, command }: Wanted): boolean {
  return (name === undefined || isNamed(process, name)) && (command === undefined || process.command.includes(command));
}

function textOf(options: Options, option: string, min: number): string | undefined {
  const value = options[option];
  if (value === undefined) return undefined;
  const text = String(value).trim();
  if (text.length >= min && text.length <= TEXT_MAX) return text;
  throw new UserError('CONFIG', `option "${option}" has ${text.length} letters; write ${min} to ${TEXT_MAX}`);
}
