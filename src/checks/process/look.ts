/** One look at the processes of a check: what is there, what is odd about it, what changed. */
import { readlinkSync } from 'node:fs';
import type { CheckReading } from '../../core/check.ts';
import type { MachinePlaces } from '../../core/plugin.ts';
import { nameOf } from '../../machine/process-name.ts';
import { type Process, processesOf, readProcess } from '../../machine/processes.ts';
import { type StartLimit, withinText } from '../starts/start-options.ts';
import { createFollower, type Followed } from './followed.ts';
import { homeOf } from './home.ts';
import { readPidFile } from './pid-file.ts';
import { isWanted, type Wanted } from './wanted.ts';

/** Process numbers named in one sentence. */
const PIDS_SHOWN = 5;
/** Of the kernel's own first thread, which only the host's list of processes has. */
const KTHREADD = 2;

export interface LookParts {
  readonly wanted: Wanted;
  readonly limit: StartLimit;
  readonly places: MachinePlaces;
}

/** What one look found, before it is compared with others. */
type Seen =
  | { readonly processes: readonly Process[]; readonly wrong?: undefined }
  | { readonly processes: readonly Process[]; readonly wrong: { readonly cause: string; readonly said: string } };

/** Keeps what it saw for the next look. */
export function createLook(parts: LookParts): (now: number) => CheckReading {
  const { wanted, limit, places } = parts;
  const follower = createFollower(limit);
  /** Where it ran when it was last there, for the mail that says it is gone. */
  let home: { readonly pid: number; readonly text: string | undefined } | undefined;

  return (now) => {
    const seen = see(parts, follower.hasSeen());
    const running = seen.processes.filter(({ state }) => state !== 'Z');
    const followed = follower.look(running, now);
    const [first] = running;
    if (first !== undefined && home?.pid !== first.pid) home = { pid: first.pid, text: homeOf(places.proc, first.pid) };
    const judged = seen.wrong ?? judge(wanted, seen.processes) ?? crashLoop(followed, limit, wanted);
    return {
      cause: judged?.cause,
      said: judged?.said ?? `Process ${wanted.label} runs: ${pidsOf(running)}.`,
      lines: judged === undefined || home?.text === undefined ? [] : [home.text],
      figures: { running: running.length, starts: followed.starts },
      changes: changesOf(wanted, followed),
    };
  };
}

function see(parts: LookParts, wasSeen: boolean): Seen {
  const { wanted, places } = parts;
  const named = wanted.pidFile === undefined ? find(parts) : ofPidFile(parts, wanted.pidFile);
  if ('wrong' in named && named.wrong !== undefined) return named;
  if (named.processes.length > 0 || wasSeen || !isBlind(places)) return named;
  const whose = places.isContainerOnly
    ? "only those of linesman's own container"
    : 'not those of other users (hidepid)';
  return {
    processes: [],
    wrong: { cause: 'not-permitted', said: `No process ${wanted.label} is seen, but linesman sees ${whose}.` },
  };
}

/** Known processes first; all are read anew before it is said that some are missing. */
function find({ wanted, places }: LookParts): Seen {
  const all = processesOf(places);
  const own = ownPid(places.proc);
  // Whoever types `linesman check worker` has worker in the own command line.
  const isOne = (one: Process) => one.pid !== own && isWanted(one, wanted);
  try {
    const known = all.list().filter(isOne);
    const there = known.flatMap(({ pid }) => readProcess(places.proc, pid) ?? []).filter(isOne);
    const running = there.filter(({ state }) => state !== 'Z');
    return { processes: running.length >= wanted.min ? there : all.reread().filter(isOne) };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return {
      processes: [],
      wrong: { cause: 'not-permitted', said: `The processes in ${places.proc} cannot be read (${code}).` },
    };
  }
}

/** As this /proc numbers it. */
function ownPid(proc: string): number | undefined {
  try {
    return Number(readlinkSync(`${proc}/self`));
  } catch {
    return undefined;
  }
}

function ofPidFile({ wanted, places }: LookParts, path: string): Seen {
  const file = readPidFile(places, path);
  const none = (cause: string, said: string): Seen => ({ processes: [], wrong: { cause, said } });
  if (file.kind === 'refused') return none('not-permitted', `The pid file ${path} cannot be read (${file.code}).`);
  if (file.kind === 'missing')
    return none(
      'missing',
      file.code === 'no number' ? `The pid file ${path} holds no number.` : `The pid file ${path} is not there.`,
    );
  const process = readProcess(places.proc, file.pid);
  if (process === undefined)
    return isBlind(places)
      ? none('not-permitted', `Process ${file.pid}, which ${path} names, cannot be seen from here.`)
      : none('stale-pid-file', `${path} names process ${file.pid}, which is not there.`);
  if (isWanted(process, wanted)) return { processes: [process] };
  return none(
    'stale-pid-file',
    `${path} names process ${file.pid}, which is ${nameOf(process)} and not ${wanted.label}.`,
  );
}

/** Processes may be there that are not shown to us: pid 1 is everywhere, and in a container all but the host's list lacks kthreadd. */
function isBlind({ proc, isContainerOnly }: MachinePlaces): boolean {
  if (isContainerOnly) return readProcess(proc, KTHREADD)?.name !== 'kthreadd';
  return readProcess(proc, 1) === undefined;
}

function judge(
  { label, min, max }: Wanted,
  processes: readonly Process[],
): { cause: string; said: string } | undefined {
  const running = processes.filter(({ state }) => state !== 'Z');
  const stopped = running.filter(({ state }) => /^[Tt]$/.test(state));
  if (processes.length === 0) return { cause: 'missing', said: `No process ${label} was found.` };
  if (running.length === 0)
    return { cause: 'zombie', said: `Of process ${label} only a zombie is left: ${pidsOf(processes)}.` };
  if (stopped.length > 0 && running.length - stopped.length < min)
    return { cause: 'stopped', said: `Process ${label} is stopped (state T): ${pidsOf(stopped)}.` };
  if (running.length < min)
    return {
      cause: 'too-few',
      said: `Processes ${label} that run: ${running.length} of at least ${min}: ${pidsOf(running)}.`,
    };
  if (max !== undefined && running.length > max)
    return {
      cause: 'too-many',
      said: `Processes ${label} that run: ${running.length} of at most ${max}: ${pidsOf(running)}.`,
    };
  return undefined;
}

function crashLoop(
  { starts }: Followed,
  limit: StartLimit,
  { label }: Wanted,
): { cause: string; said: string } | undefined {
  if (starts < limit.restarts) return undefined;
  return { cause: 'restarts', said: `Process ${label} was restarted ${starts} times within ${withinText(limit)}.` };
}

function changesOf({ label }: Wanted, { started, ended }: Followed): readonly string[] {
  if (started.length === 0) return [];
  const [one] = started;
  const [before] = ended;
  if (started.length === 1 && ended.length === 1)
    return [`Process ${label} was restarted: ${before?.pid} is now ${one?.pid}.`];
  return [`Process ${label} was started: ${pidsOf(started)}.`];
}

/** 'pid 4711', 'pid 1, 2, 3, 4, 5 and 7 more'. */
function pidsOf(processes: readonly Process[]): string {
  const shown = processes.slice(0, PIDS_SHOWN).map(({ pid }) => pid);
  const more = processes.length - shown.length;
  return `pid ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
