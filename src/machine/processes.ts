/** The processes of this machine, from /proc under whatever root: read once when they are new, and no program asked. */
import { readdirSync, readFileSync } from 'node:fs';
import type { MachinePlaces } from '../core/plugin.ts';

/** Of a command line; kernels allow megabytes. */
const COMMAND_CHARS = 4_096;

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** As the kernel calls it, at most 15 letters. */
  readonly name: string;
  /** Arguments joined by spaces; empty for threads of the kernel and zombies. */
  readonly command: string;
  /** One letter: R, S, D, Z, T, I. */
  readonly state: string;
  /** Ticks of the kernel's clock (a hundredth of a second) since the machine started; with the pid it is one process for ever. */
  readonly startedTicks: number;
}

export interface Processes {
  /** As of now; bounded by the machine. Throws where /proc cannot be read. */
  list(): readonly Process[];
}

export function createProcesses({ proc }: Pick<MachinePlaces, 'proc'>): Processes {
  return {
    list: () =>
      readdirSync(proc)
        .filter((name) => /^\d+$/.test(name))
        .flatMap((pid) => readProcess(proc, Number(pid)) ?? []),
  };
}

/** Undefined: it ended meanwhile, or may not be looked at. */
export function readProcess(proc: string, pid: number): Process | undefined {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, 'latin1');
    // A name may hold brackets and spaces: the last bracket ends it (proc(5)).
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    return {
      ...{ pid, parent: Number(fields[1]), state: fields[0] ?? '' },
      name: stat.slice(stat.indexOf('(') + 1, end),
      command: readFileSync(`${proc}/${pid}/cmdline`, 'utf8')
        .slice(0, COMMAND_CHARS)
        .replace(/\0+$/, '')
        .replaceAll('\0', ' '),
      startedTicks: Number(fields[19]),
    };
  } catch {
    return undefined;
  }
}
