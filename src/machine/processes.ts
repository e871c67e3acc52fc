/** The processes of this machine, from /proc under whatever root: read when they are new, later only now and then, and no program asked. */
import { readdirSync } from 'node:fs';
import type { MachinePlaces } from '../core/plugin.ts';
import { parseStat } from './process-stat.ts';
import { type ProcessUsage, readPageBytes, readUsage } from './process-usage.ts';
import { readText } from './read-text.ts';

/** Processes that are looked at, those with the lowest numbers: as many as Linux allows unless somebody raised kernel.pid_max. */
export const PIDS_MAX = 32_768;
/** Ticks of the kernel's clock in a second, in all that it tells programs (USER_HZ). */
export const TICKS_A_SECOND = 100;
/** Of a command line, in bytes; kernels allow megabytes. */
const COMMAND_BYTES = 4_096;
/** So old a process has become what it was started for: a shell that turns into a program does so in its first seconds. */
const YOUNG_TICKS = 10 * TICKS_A_SECOND;
/** Until then a young one is taken as it was: checks of many processes ask at the same moment. */
const AGAIN_TICKS = TICKS_A_SECOND;
/**
 * Known ones looked at again each time, in turn: for their state, for what renames itself later, for a number that
 * another process has now. One that was not looked at for a while takes some 40 µs, four times as long as one that was.
 */
const REREAD = 16;

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
  /**
   * Those that are there now. What is said of one may be old, its state above all, of 1,000 some twenty minutes: before saying that one
   * is missing ask reread, before saying that one is well ask readProcess. Throws where /proc cannot be read.
   */
  list(): readonly Process[];
  /** The same with everything read anew, at some 25 µs a process. */
  reread(): readonly Process[];
  /** As of now; undefined where it ended or may not be looked at. */
  usage(pid: number): ProcessUsage | undefined;
  /** Of the last list: those that could not be looked at, as another user's under hidepid, and those beyond PIDS_MAX. */
  unseen(): { readonly refused: number; readonly leftOut: number };
}

const shared = new WeakMap<MachinePlaces, Processes>();

/** One for all that look at the same places, so that checks and collectors read a process once. */
export function processesOf(places: MachinePlaces): Processes {
  const known = shared.get(places) ?? createProcesses(places);
  shared.set(places, known);
  return known;
}

export function createProcesses({ proc }: Pick<MachinePlaces, 'proc'>): Processes {
  /** In the order in which they were read; undefined: refused. */
  const known = new Map<number, Process | undefined>();
  /** When they were read last, in ticks since the machine started. */
  const young = new Map<number, number>();
  const pageBytes = readPageBytes();
  let leftOut = 0;

  function put(pid: number, one: Process | undefined): void {
    known.delete(pid);
    known.set(pid, one);
  }

  function listPids(): readonly number[] {
    const pids: number[] = [];
    for (const name of readdirSync(proc)) if (isDigit(name.charCodeAt(0))) pids.push(Number(name));
    leftOut = Math.max(0, pids.length - PIDS_MAX);
    return leftOut === 0 ? pids : pids.sort((a, b) => a - b).slice(0, PIDS_MAX);
  }

  function forgetAllBut(pids: readonly number[]): void {
    const there = new Set(pids);
    for (const pid of known.keys()) if (!there.has(pid)) known.delete(pid);
  }

  function lookAgain(): void {
    let left = Math.min(REREAD, known.size);
    // One that is put again comes last.
    for (const [pid, before] of known) {
      if (left === 0) return;
      put(pid, againOf(proc, pid, before));
      left -= 1;
    }
  }

  /** The last time when they are no longer young. */
  function lookAtYoung(now: number): void {
    for (const [pid, readAt] of young) {
      if (now - readAt < AGAIN_TICKS) continue;
      if (known.has(pid)) put(pid, readProcess(proc, pid));
      noteYoung(pid, now);
    }
  }

  function noteYoung(pid: number, now: number): void {
    if ((known.get(pid)?.startedTicks ?? 0) > now - YOUNG_TICKS) young.set(pid, now);
    else young.delete(pid);
  }

  function list(isAnew: boolean): readonly Process[] {
    if (isAnew) known.clear();
    const pids = listPids();
    const now = uptimeTicks(proc);
    if (known.size > 0) forgetAllBut(pids);
    lookAgain();
    lookAtYoung(now);
    const there: Process[] = [];
    for (const pid of pids) {
      if (!known.has(pid)) {
        put(pid, readProcess(proc, pid));
        noteYoung(pid, now);
      }
      const one = known.get(pid);
      if (one !== undefined) there.push(one);
    }
    return there;
  }

  return {
    list: () => list(false),
    reread: () => list(true),
    usage: (pid) => readUsage(proc, pid, pageBytes),
    unseen: () => ({ refused: [...known.values()].filter((one) => one === undefined).length, leftOut }),
  };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** In a container whose /proc/uptime is its own (lxcfs) every process counts as young: slower, and as right. */
function uptimeTicks(proc: string): number {
  return Number.parseFloat(readText(`${proc}/uptime`) ?? '') * TICKS_A_SECOND;
}

/** A command line is not read again where the rest is as it was, which takes half of the time. */
function againOf(proc: string, pid: number, before: Process | undefined): Process | undefined {
  const stat = before === undefined ? undefined : readText(`${proc}/${pid}/stat`);
  if (before === undefined || stat === undefined) return readProcess(proc, pid);
  const { name, fields } = parseStat(stat);
  const [state = '', parent] = fields;
  const isSame = name === before.name && Number(fields[19]) === before.startedTicks && state !== 'Z';
  return isSame ? { ...before, state, parent: Number(parent) } : readProcess(proc, pid);
}

/** Undefined: it ended meanwhile, or may not be looked at. */
export function readProcess(proc: string, pid: number): Process | undefined {
  const stat = readText(`${proc}/${pid}/stat`);
  const command = stat === undefined ? undefined : readText(`${proc}/${pid}/cmdline`, COMMAND_BYTES);
  if (stat === undefined || command === undefined) return undefined;
  const { name, fields } = parseStat(stat);
  return {
    ...{ pid, parent: Number(fields[1]), state: fields[0] ?? '', name },
    command: command.replace(/\0+$/, '').replaceAll('\0', ' '),
    startedTicks: Number(fields[19]),
  };
}
