/** Whether a program finds the shared libraries it needs, and whether what runs has those that lie on disk. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { UserError } from '../core/errors.ts';
import type { Options } from '../core/plugin.ts';
import { createLook } from '../machine/looks.ts';
import { shownPath } from '../machine/shown.ts';
import { causesOf, type Watched } from './library/causes.ts';
import { createLibraryLook } from './library/look.ts';

export const check: CheckPlugin = {
  name: 'library',
  describe: 'Whether a program finds the shared libraries it needs, and runs with those that lie on disk.',
  options: {
    binary: {
      type: 'text',
      describe: 'Path of a program, script or library.',
      example: '/usr/sbin/nginx',
      optional: true,
    },
    process: { type: 'text', describe: 'Name of a running process.', example: 'nginx', optional: true },
    libraryPath: {
      type: 'text',
      describe: 'LD_LIBRARY_PATH with which the program is started.',
      example: '/opt/app/lib',
      optional: true,
    },
    unchanged: {
      type: 'choice',
      describe: 'Whether a change that no package brought is told.',
      example: 'no',
      choices: ['yes', 'no'],
      default: 'yes',
    },
  },
  // Two readings and their judging fit into two minutes.
  everyMs: 40_000,
  timeoutMs: 30_000,
  confirm: { bad: 2, of: 3 },
  compile(options, { places }) {
    const watched = watchedIn(options);
    const once = createLook();
    const look = createLibraryLook(places, {
      ...watched,
      libraryPath: options.libraryPath === undefined ? undefined : String(options.libraryPath),
      isUnchanged: options.unchanged !== 'no',
    });
    const target = watched.isProcess
      ? `libraries of process ${watched.name}`
      : `libraries of ${shownPath(watched.name)}`;
    return {
      target,
      causes: causesOf(watched),
      run: async (signal) => {
        const reading = await once(signal, () => told(target, look(signal)));
        return reading === 'late' ? { cause: 'hangs', said: `The ${target} did not answer in time.` } : reading;
      },
    };
  },
};

/** What the file system refuses is a reading too. */
async function told(target: string, look: Promise<CheckReading>): Promise<CheckReading> {
  try {
    return await look;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const isRefused = code === 'EACCES' || code === 'EPERM';
    return { cause: isRefused ? 'not-permitted' : 'unreadable', said: `The ${target} cannot be looked at (${code}).` };
  }
}

function watchedIn({ binary, process: name }: Options): Watched {
  if ((binary === undefined) === (name === undefined))
    throw new UserError('CONFIG', 'binary and process are both there or both missing; write one of them');
  if (name !== undefined) return { name: String(name), isProcess: true };
  if (String(binary).startsWith('/')) return { name: String(binary), isProcess: false };
  throw new UserError('CONFIG', `binary "${binary}" begins with no slash; write its path, as \`command -v\` tells it`);
}
