/** One reading: what the program would find on disk, and what its processes have in their memory. */
import type { CheckReading } from '../../core/check.ts';
import type { MachinePlaces } from '../../core/plugin.ts';
import { createElfMemory } from '../../machine/elf/memory.ts';
import { processorLevels } from '../../machine/elf/processor-levels.ts';
import { farLook } from '../../machine/far-disks.ts';
import { readText } from '../../machine/read-text.ts';
import { createRootedFiles } from '../../machine/rooted-files.ts';
import { shownPath } from '../../machine/shown.ts';
import type { Watched } from './causes.ts';
import { createChanges } from './changes.ts';
import { lookInMemory } from './in-memory.ts';
import { createPackageFinder } from './installed.ts';
import { isMappedAs } from './mapped-as.ts';
import { lookOnDisk, type OnDisk } from './on-disk.ts';
import { joined, listed, type Problem } from './problem.ts';
import { isThere, type Running, readRunning } from './running.ts';
import { runningOf } from './running-of.ts';

export interface Asked extends Watched {
  readonly libraryPath: string | undefined;
  readonly isUnchanged: boolean;
}

/** Where and how a program is started. */
interface Start {
  readonly exe: string;
  readonly root: string;
  readonly mountinfo: string;
  readonly libraryPath?: string | undefined;
  readonly workingFolder?: string | undefined;
}

interface Seen {
  readonly problems: readonly Problem[];
  readonly changes: readonly string[];
  readonly libraries: number;
}

/** Rejects with what the file system refuses. */
export function createLibraryLook(places: MachinePlaces, asked: Asked): (signal: AbortSignal) => Promise<CheckReading> {
  const tools = { memory: createElfMemory(), packages: createPackageFinder() };
  const changes = createChanges();
  const levels = processorLevels(readText(`${places.proc}/cpuinfo`, CPUINFO_BYTES) ?? '');
  const atHome = { root: places.root, mountinfo: '/proc/self/mountinfo' };
  let last: Start | undefined = asked.isProcess ? undefined : { ...atHome, exe: asked.name };

  async function seen(start: Start, processes: readonly Running[], signal: AbortSignal): Promise<Seen> {
    const files = createRootedFiles({ ...start, signal });
    const disk: OnDisk = await lookOnDisk({ ...tools, files }, start.exe, {
      surroundings: { ...start, levels, libraryPath: asked.libraryPath ?? start.libraryPath },
      isKnown: (name) => isMappedAs(name, processes, { ...tools, files }),
    });
    const memory = await lookInMemory(files, processes, { name: asked.name, disk });
    const isHosts = processes.length === 0 || (await atHost(start, signal)) !== undefined;
    // A container has its own packages, and another disk after each start.
    const isWatched = asked.isUnchanged && isHosts;
    const found = isWatched ? await changes.look(files, disk.libraries) : { problems: [], changes: [] };
    return {
      problems: [...disk.problems, ...memory, ...found.problems],
      changes: found.changes,
      libraries: Math.max(0, disk.libraries.length - 1),
    };
  }

  /** Undefined: its disk is that of a container, and gone with it. */
  async function atHost(start: Start, signal: AbortSignal): Promise<Start | undefined> {
    const [own, host] = await Promise.all(
      [start, atHome].map((place) => createRootedFiles({ ...place, signal }).find(start.exe)),
    );
    const isSame = own && host && own.stat.dev === host.stat.dev && own.stat.ino === host.stat.ino;
    return isSame ? { ...start, ...atHome } : undefined;
  }

  return async (signal) => {
    if (process.platform !== 'linux') return { cause: 'unreadable', said: 'Libraries are looked at on Linux only.' };
    const pids = asked.isProcess ? runningOf(places, asked.name) : [];
    const read = await readInTurn(places, pids, signal);
    const processes = read.filter((one) => one !== undefined && one !== 'not-permitted');
    const refused = pids.filter((_, index) => read[index] === 'not-permitted');
    const groups = Object.values(Object.groupBy(processes, viewOf)).filter((group) => group !== undefined);
    const parts: Seen[] = [];
    for (const group of groups) {
      const [first] = group;
      const part = first && (await seen(first, group, signal));
      // With a process goes its view of the disks: what was not found there is no finding.
      if (part && (await isThere(places, first.pid))) parts.push(part);
    }
    if (groups[0]?.[0]) last = (await atHost(groups[0][0], signal)) ?? last;
    // What is not running is not known to start, so that is looked at all the more.
    if (pids.length === 0 && last) parts.push(await seen(last, [], signal));
    if (pids.length === 0 && !last) return { cause: 'not-running', said: `No process ${asked.name} is running.` };
    if (parts.length === 0 && refused.length === 0)
      return { said: `Process ${asked.name} ended while it was looked at.` };
    return readingOf(asked, { parts, refused, processes: processes.length });
  };
}

/** What has locked its memory and waits for a dead disk holds the thread that looks at it: no second one joins it. */
async function readInTurn(places: MachinePlaces, pids: readonly number[], signal: AbortSignal) {
  const read: Awaited<ReturnType<typeof readRunning>>[] = [];
  for (const pid of pids) {
    signal.throwIfAborted();
    read.push(await farLook(() => readRunning(places, pid)));
  }
  return read;
}

/** Processors of a machine are alike; the first one says enough. */
const CPUINFO_BYTES = 16_384;

/** Those of one view have the same program, disks and folders to search. */
function viewOf({ exe, namespace, root, libraryPath }: Running): string {
  const isOwnRoot = root.endsWith('/root');
  return [exe, namespace, isOwnRoot, libraryPath].join('\0');
}

function readingOf(
  { name, isProcess }: Asked,
  seen: { readonly parts: readonly Seen[]; readonly refused: readonly number[]; readonly processes: number },
): CheckReading {
  const libraries = Math.max(0, ...seen.parts.map((part) => part.libraries));
  const figures = isProcess ? { libraries, processes: seen.processes } : { libraries };
  const changes = [...new Set(seen.parts.flatMap((part) => part.changes))];
  const problems = [...seen.parts.flatMap((part) => part.problems), ...refusal(name, seen.refused)];
  const problem = joined(problems);
  if (problem) return { ...problem, figures, changes };
  const who = isProcess ? `Process ${name}` : shownPath(name);
  const what = libraries === 0 ? 'needs no libraries' : `finds all ${libraries} libraries that it needs`;
  return { figures, changes, said: `${who} ${what}${seen.processes > 0 ? ', and runs with those on disk' : ''}.` };
}

function refusal(name: string, pids: readonly number[]): readonly Problem[] {
  if (pids.length === 0) return [];
  const said = `Process ${name} (${listed(pids.map(String))}) is another user's, whose memory linesman may not look at.`;
  return [{ cause: 'not-permitted', said, lines: [] }];
}
