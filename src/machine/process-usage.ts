/** What one process takes of the machine, for those that somebody watches. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { parseStat } from './process-stat.ts';
import { readText } from './read-text.ts';

export interface ProcessUsage {
  /** User and system time since it started, in hundredths of a second. */
  readonly cpuTicks: number;
  /** Memory that is in use now; what it shares with others is counted in each of them. */
  readonly residentBytes: number;
  readonly threads: number;
  /** With the pid it is one process for ever. */
  readonly startedTicks: number;
  /** Open files, sockets and pipes; undefined where we may not see them: of other users' processes, where we are not root. */
  readonly descriptors?: number | undefined;
}

/** Undefined: it ended, or may not be looked at. */
export function readUsage(proc: string, pid: number, pageBytes: number): ProcessUsage | undefined {
  const stat = readText(`${proc}/${pid}/stat`);
  // What stat says of memory may be off by 32 pages a processor; statm adds up exactly.
  const statm = readText(`${proc}/${pid}/statm`);
  if (stat === undefined || statm === undefined) return undefined;
  const { fields } = parseStat(stat);
  const cpuTicks = Number(fields[11]) + Number(fields[12]);
  const residentBytes = Number(statm.split(' ')[1]) * pageBytes;
  if (!Number.isFinite(cpuTicks + residentBytes)) return undefined;
  return {
    ...{ cpuTicks, residentBytes, threads: Number(fields[17]), startedTicks: Number(fields[19]) },
    descriptors: descriptorsOf(`${proc}/${pid}/fd`),
  };
}

/** Since Linux 6.2 the size of the folder is their number (proc_pid_fd(5)); before, it is 0 and they are listed. */
function descriptorsOf(folder: string): number | undefined {
  try {
    return statSync(folder).size || readdirSync(folder).length;
  } catch {
    return undefined;
  }
}

/** AT_PAGESZ of getauxval(3). */
const AUXV_PAGE_BYTES = 6;
/** Of nearly every machine; some of ARM and POWER have 64 KiB. */
const PAGE_BYTES = 4_096;

/** Bytes of a page of memory, as the kernel told our own process at its start: pairs of words as wide as the machine's, all 64 bits here. */
export function readPageBytes(auxv = '/proc/self/auxv'): number {
  try {
    const bytes = readFileSync(auxv);
    const words = Array.from({ length: Math.floor(bytes.length / 8) }, (_, at) => wordAt(bytes, at * 8));
    const at = words.findIndex((word, index) => index % 2 === 0 && word === AUXV_PAGE_BYTES);
    return words[at + 1] || PAGE_BYTES;
  } catch {
    return PAGE_BYTES;
  }
}

function wordAt(bytes: Buffer, at: number): number {
  return Number(endianness() === 'LE' ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
