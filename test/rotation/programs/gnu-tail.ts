/** tail -F of GNU coreutils, from the first line on. It keeps no position over a restart. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Program } from './program.ts';

export const gnuTail: Program = {
  name: 'tail -F',
  async version() {
    const answer = await promisify(execFile)('tail', ['--version']).catch(() => undefined);
    return /^tail \(GNU coreutils\) (\S+)/.exec(answer?.stdout ?? '')?.[1];
  },
  has: ['polling'],
  async launch({ globs, events }) {
    const files = globs.flatMap((glob) => (glob.includes('*') ? globSync(glob).sort() : [glob]));
    // Without events it looks for a new file under the name after so many looks without a change, else after five.
    const looking = events ? [] : ['---disable-inotify', '--max-unchanged-stats=1'];
    return {
      command: 'tail',
      args: ['-q', `--pid=${process.pid}`, '-n', '+1', ...looking, '-F', ...files],
      saysReady: false,
    };
  },
};
