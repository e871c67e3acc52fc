/** How many files all programs of this machine have open together, of those that it allows: /proc/sys/fs/file-nr. */
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { readText } from '../machine/read-text.ts';

const OPEN = 'host.files.open';
const USED = 'host.files.used';

const COMMON = { severity: 'warning', delivery: 'digest', rank: 3 } as const;
const WHAT_TO_DO =
  'See how many there are, and how many there may be: `cat /proc/sys/fs/file-nr` (first and last number). Find who has most: `for p in /proc/[0-9]*; do echo "$(ls $p/fd | wc -l) $(cat $p/comm) $p"; done 2>/dev/null | sort -n | tail`. One whose number only grows forgets to close them: restart it. To allow more: `sysctl fs.file-max`.';

const full: WatchSpec = {
  ...COMMON,
  name: 'host.files.full',
  detector: 'threshold',
  options: { series: USED, statistic: 'mean', window: 120_000, above: 90, leave: 80, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Open files of all programs',
  why: 'At the limit no program can open a file or take a connection: they say "Too many open files in system".',
  whatToDo: WHAT_TO_DO,
};

const fill: WatchSpec = {
  ...COMMON,
  name: 'host.files.fill',
  detector: 'fill',
  options: { series: USED, full: 100, within: 86_400_000, urgent: 14_400_000, unit: 'percent' },
  clearAfterMs: 600_000,
  title: 'Open files that become more and more',
  why: 'At the pace of the last hours the limit is reached within a day. Then no program can open a file or take a connection.',
  whatToDo: WHAT_TO_DO,
};

export const collector: CollectorPlugin = {
  name: 'files',
  describe: 'Files that all programs have open together, and their share of what is allowed.',
  options: {},
  everyMs: 20_000,
  watches: [full, fill],
  series: [
    { name: OPEN, unit: 'count', describe: 'files and connections that all programs have open' },
    { name: USED, unit: 'percent', describe: 'open files of those that are allowed' },
  ],
  compile: (_, places) => createFilesReader(places),
};

export function createFilesReader({ proc }: Pick<MachinePlaces, 'proc'>): {
  collect(): Promise<readonly Measurement[]>;
} {
  return {
    async collect() {
      const text = readText(`${proc}/sys/fs/file-nr`, 1_000) ?? '';
      const [open = Number.NaN, , most = Number.NaN] = text.trim().split(/\s+/).map(Number);
      if (text.trim() === '' || !(open >= 0) || !(most > 0)) return [];
      return [
        { series: OPEN, value: open },
        { series: USED, value: Math.min(100, (open / most) * 100) },
      ];
    },
  };
}
