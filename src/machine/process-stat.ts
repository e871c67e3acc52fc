/** The parts of /proc/PID/stat (proc_pid_stat(5)). */

export interface ProcessStat {
  /** As the kernel calls it, at most 15 letters. */
  readonly name: string;
  /** What stands behind the name: field 3 of the manual, the state, is the first one here. */
  readonly fields: readonly string[];
}

export function parseStat(stat: string): ProcessStat {
  // A name may hold brackets, spaces and newlines: the last bracket ends it.
  const end = stat.lastIndexOf(')');
  return { name: stat.slice(stat.indexOf('(') + 1, end), fields: stat.slice(end + 2).split(' ') };
}
