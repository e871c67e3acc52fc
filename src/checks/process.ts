/** Whether a process runs: by name, command line or pid file, how many of it, and how often it started. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { processCauses } from './process/causes.ts';
import { createLook } from './process/look.ts';
import { readWanted } from './process/wanted.ts';
import { readStartLimit, START_OPTIONS } from './starts/start-options.ts';

const COUNT_MAX = 100_000;

export const check: CheckPlugin = {
  name: 'process',
  describe: 'Whether a process runs, how many of it, and whether it starts again and again.',
  options: {
    process: {
      type: 'text',
      describe: 'Its name, as ps -e shows it, or its program; without it, command and pidFile the name of the check.',
      example: 'nginx',
      optional: true,
    },
    command: {
      type: 'text',
      describe: 'A piece of its command line.',
      example: 'worker.js --queue mail',
      optional: true,
    },
    pidFile: { type: 'text', describe: 'The file that holds its number.', example: '/run/nginx.pid', optional: true },
    min: { type: 'integer', describe: 'At least so many have to run.', example: 4, default: 1, min: 1, max: COUNT_MAX },
    max: { type: 'integer', describe: 'At most so many may run.', example: 1, min: 1, max: COUNT_MAX, optional: true },
    ...START_OPTIONS,
  },
  everyMs: 15_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { name, places, now }) => {
    const wanted = readWanted(options, name);
    const limit = readStartLimit(options);
    const look = createLook({ wanted, limit, places });
    return {
      target: `process ${wanted.label}`,
      causes: processCauses(wanted, limit, places),
      run: async (): Promise<CheckReading> => look(now()),
    };
  },
};
