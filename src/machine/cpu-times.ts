/** Where the time of the processors went, from /proc/stat (proc_stat(5)). */

/** Processors that are told apart, by number; all of them are in the sum and in the busiest one. */
export const CORES_MAX = 64;

/** In ticks since the machine started. */
export interface CpuTimes {
  /** Programs, those of virtual machines that run here included. */
  readonly user: number;
  /** The kernel, and interrupts. */
  readonly system: number;
  /** Nothing to do. */
  readonly idle: number;
  /** Nothing to do but to wait for disks. */
  readonly iowait: number;
  /** Something to do, and the host of this virtual machine gave the processor to another one. */
  readonly steal: number;
}

export interface KernelStat {
  /** Of all processors together. */
  readonly all: CpuTimes;
  /** By number; one that is switched off is not there. */
  readonly cores: ReadonlyMap<number, CpuTimes>;
  /** Processes that run or wait for a processor, and those that wait for disks. */
  readonly running: number;
  readonly blocked: number;
}

/** Undefined where it is no such text. */
export function parseKernelStat(text: string): KernelStat | undefined {
  const cores = new Map<number, CpuTimes>();
  let all: CpuTimes | undefined;
  for (const [, core, times = ''] of text.matchAll(/^cpu(\d*) +(.+)$/gm)) {
    if (core === '') all = timesOf(times);
    else cores.set(Number(core), timesOf(times));
  }
  if (all === undefined || !(all.user + all.idle >= 0)) return undefined;
  return { all, cores, running: numberAfter('procs_running', text), blocked: numberAfter('procs_blocked', text) };
}

/** What guests used is in user and nice already. Kernels before 2.6.11 know no steal. */
function timesOf(text: string): CpuTimes {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softIrq = 0, steal = 0] = text
    .split(' ')
    .map(Number);
  return { user: user + nice, system: system + irq + softIrq, idle, iowait, steal };
}

function numberAfter(word: string, text: string): number {
  return Number.parseInt(text.slice(text.lastIndexOf(`\n${word} `) + word.length + 2), 10);
}

/** In percent of the time of all that went by. */
export interface CpuShares extends Omit<CpuTimes, 'idle'> {
  readonly busy: number;
}

/** Between two readings; undefined where no tick went by, or where they do not follow one another. */
export function cpuShares(before: CpuTimes, now: CpuTimes): CpuShares | undefined {
  const [user, system, steal] = [now.user - before.user, now.system - before.system, now.steal - before.steal];
  if (!(user >= 0 && system >= 0 && steal >= 0)) return undefined;
  // These two may go backwards a little while all is well: the kernel reckons them anew when a processor wakes.
  const iowait = Math.max(0, now.iowait - before.iowait);
  const all = user + system + steal + iowait + Math.max(0, now.idle - before.idle);
  if (!(all > 0)) return undefined;
  const percent = (ticks: number) => (ticks / all) * 100;
  return {
    ...{ user: percent(user), system: percent(system), iowait: percent(iowait), steal: percent(steal) },
    busy: percent(user + system + steal),
  };
}
