/** imfile of rsyslog, with its own configuration, pid file and state; the system's rsyslog is not touched. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Program } from './program.ts';

export const rsyslog: Program = {
  name: 'rsyslog',
  async version() {
    const answer = await promisify(execFile)('rsyslogd', ['-v']).catch(() => undefined);
    return /^rsyslogd\s+(\d[\d.]*\d)/.exec(answer?.stdout ?? '')?.[1];
  },
  has: ['checkpoint', 'globs', 'polling'],
  async launch({ globs, state, events }) {
    const config = join(state, 'rsyslog.conf');
    const output = join(state, 'lines');
    const mode = events ? 'mode="inotify"' : 'mode="polling" pollingInterval="1"';
    writeFileSync(
      config,
      [
        `global(workDirectory="${state}" net.enableDNS="off")`,
        `module(load="imfile" ${mode})`,
        'template(name="line" type="string" string="%msg%\\n")',
        // reopenOnTruncate is for copytruncate; the state after every line is the safest there is.
        ...globs.map(
          (glob) => `input(type="imfile" file="${glob}" tag="s" reopenOnTruncate="on" persistStateInterval="1")`,
        ),
        `action(type="omfile" file="${output}" template="line")`,
        '',
      ].join('\n'),
    );
    const args = ['-n', '-f', config, '-i', join(state, 'pid')];
    return { command: 'rsyslogd', args, output, saysReady: false };
  },
};
