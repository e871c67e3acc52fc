/** What one container has of what it may have, from the files of its control group, version 2 or 1. */
import { join } from 'node:path';
import { keyNumbers } from './key-numbers.ts';
import { readText } from './read-text.ts';

/** A limit that is none: version 1 says so by the largest number of pages. */
const NO_LIMIT_BYTES = 2 ** 60;

export interface ContainerLimits {
  /** Without files that were read long ago, which the kernel gives up first. */
  readonly memoryBytes?: number | undefined;
  /** Undefined: as much as the machine has. */
  readonly memoryLimitBytes?: number | undefined;
  /** Processes killed at its limit since it was started. */
  readonly oomKills?: number | undefined;
  /** Time slices in which it used up its share of the processors and was stopped for the rest, and how long one is. */
  readonly throttled?: { readonly slices: number; readonly sliceSeconds: number } | undefined;
}

/** A way to read them; paths as container-groups.ts finds them. */
export interface LimitsReader {
  /** Where containers are looked for. */
  readonly top: string;
  read(path: string): ContainerLimits;
}

/** base: /sys/fs/cgroup. Where both versions are mounted containers are in the first one. */
export function createLimitsReader(base: string): LimitsReader {
  return readText(join(base, 'cgroup.controllers')) === undefined ? readerOf1(base) : readerOf2(base);
}

function readerOf2(base: string): LimitsReader {
  return {
    top: base,
    read(path) {
      const read = fileReader(join(base, path));
      const used = numberIn(read('memory.current')) - (keyNumbers(read('memory.stat')).get('inactive_file') ?? 0);
      return {
        memoryBytes: positive(used),
        memoryLimitBytes: limitIn(read('memory.max')),
        oomKills: keyNumbers(read('memory.events')).get('oom_kill'),
        // 'max 100000' or '20000 100000', in microseconds.
        throttled: throttledOf(read('cpu.stat'), () => Number(read('cpu.max').split(' ')[1])),
      };
    },
  };
}

function readerOf1(base: string): LimitsReader {
  const top = join(base, 'memory');
  return {
    top,
    read(path) {
      const memory = fileReader(join(top, path));
      const cpu = fileReader(join(base, 'cpu', path));
      const stat = keyNumbers(memory('memory.stat'));
      return {
        memoryBytes: positive(numberIn(memory('memory.usage_in_bytes')) - (stat.get('total_inactive_file') ?? 0)),
        memoryLimitBytes: limitIn(memory('memory.limit_in_bytes')),
        // Since Linux 4.13.
        oomKills: keyNumbers(memory('memory.oom_control')).get('oom_kill'),
        throttled: throttledOf(cpu('cpu.stat'), () => numberIn(cpu('cpu.cfs_period_us'))),
      };
    },
  };
}

function fileReader(folder: string): (name: string) => string {
  return (name) => readText(join(folder, name)) ?? '';
}

function throttledOf(stat: string, sliceMicros: () => number): ContainerLimits['throttled'] {
  const numbers = keyNumbers(stat);
  // Without a limit no slices are counted.
  if (!((numbers.get('nr_periods') ?? 0) > 0)) return undefined;
  return { slices: numbers.get('nr_throttled') ?? 0, sliceSeconds: sliceMicros() / 1e6 };
}

function limitIn(text: string): number | undefined {
  const bytes = numberIn(text);
  return bytes < NO_LIMIT_BYTES ? bytes : undefined;
}

function positive(bytes: number): number | undefined {
  return Number.isFinite(bytes) ? Math.max(0, bytes) : undefined;
}

/** NaN for 'max' and for a file that is not there. */
function numberIn(text: string): number {
  return Number.parseInt(text, 10);
}
