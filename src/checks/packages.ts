/** Whether the packages that a lockfile of Node.js, Python or PHP names are installed, in the versions it names. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { UserError } from '../core/errors.ts';
import type { Options } from '../core/plugin.ts';
import { createLook } from '../machine/looks.ts';
import { createRootedFiles, fileStamp, type RootedFiles } from '../machine/rooted-files.ts';
import { shownBytes, shownPath } from '../machine/shown.ts';
import { causesOf } from './packages/causes.ts';
import { type Compared, compare } from './packages/compare.ts';
import { createNpmMemory } from './packages/installed.ts';
import { LOCK_KINDS, type LockKind } from './packages/kinds.ts';
import { BadLockfile, type Wanted } from './packages/wanted.ts';

const MAX_LOCKFILE_BYTES = 32 * 2 ** 20;
/** Named in one sentence, and each in its line below it. */
const NAMED = 3;
const LINES = 10;

export const check: CheckPlugin = {
  name: 'packages',
  describe: 'Whether the packages that a lockfile of Node.js, Python or PHP names are installed.',
  options: {
    lockfile: {
      type: 'text',
      describe: 'package-lock.json, requirements.txt, poetry.lock, uv.lock, Pipfile.lock or composer.lock.',
      example: '/srv/shop/package-lock.json',
    },
    in: {
      type: 'text',
      describe:
        'Where the packages are: node_modules, a virtual environment, site-packages or vendor; else beside the lockfile.',
      example: '/srv/shop/.venv',
      optional: true,
    },
    dev: {
      type: 'choice',
      describe: 'Whether those for development have to be there too.',
      example: 'yes',
      choices: ['yes', 'no'],
      default: 'no',
    },
  },
  // An install takes a minute or two, in which packages are missing.
  everyMs: 120_000,
  timeoutMs: 60_000,
  confirm: { bad: 2, of: 3 },
  compile(options, { places }) {
    const asked = askedIn(options);
    const once = createLook();
    const look = createPackageLook(asked);
    const place = { root: places.root, mountinfo: '/proc/self/mountinfo' };
    return {
      target: `packages of ${shownPath(asked.lockfile)}`,
      causes: causesOf(asked.lockfile, asked.kind.command(nameOf(asked.lockfile))),
      run: async (signal) => {
        const reading = await once(signal, () => look(createRootedFiles({ ...place, signal })));
        return reading === 'late' ? { cause: 'hangs', said: `${asked.lockfile} did not answer in time.` } : reading;
      },
    };
  },
};

interface Asked {
  readonly lockfile: string;
  readonly kind: LockKind;
  readonly given: string | undefined;
  readonly isWithDev: boolean;
}

function askedIn(options: Options): Asked {
  const lockfile = String(options.lockfile);
  const given = options.in === undefined ? undefined : String(options.in).replace(/(?<=.)\/+$/, '');
  for (const [name, path] of Object.entries({ lockfile, in: given }))
    if (path !== undefined && !path.startsWith('/'))
      throw new UserError('CONFIG', `${name} "${path}" begins with no slash; write it from the top, as /srv/shop`);
  const kind = LOCK_KINDS.find(({ fits }) => fits.test(nameOf(lockfile)));
  if (kind) return { lockfile, kind, given, isWithDev: options.dev === 'yes' };
  throw new UserError(
    'CONFIG',
    `lockfile "${lockfile}" is of no kind known here; known are package-lock.json, npm-shrinkwrap.json, requirements.txt, poetry.lock, uv.lock, Pipfile.lock and composer.lock`,
  );
}

/** What the file system refuses is a reading too. */
function createPackageLook(asked: Asked): (files: RootedFiles) => Promise<CheckReading> {
  const memory = createNpmMemory();
  let last: { readonly stamp: string; readonly wanted: readonly Wanted[] } | undefined;

  async function lookAt(files: RootedFiles): Promise<CheckReading> {
    const file = await files.find(asked.lockfile);
    if (!file?.stat.isFile()) return { cause: 'lockfile-missing', said: `${asked.lockfile} is not there.` };
    const stamp = fileStamp(file);
    if (last?.stamp !== stamp) {
      if (file.stat.size > MAX_LOCKFILE_BYTES)
        throw new BadLockfile(`it has more than ${shownBytes(MAX_LOCKFILE_BYTES)}`);
      const text = (await files.read(file, MAX_LOCKFILE_BYTES)).toString('utf8');
      last = { stamp, wanted: asked.kind.wanted(text, asked.isWithDev) };
    }
    const folder = asked.lockfile.slice(0, asked.lockfile.lastIndexOf('/'));
    const installed = await asked.kind.installed({ files, folder, given: asked.given, memory });
    if (typeof installed === 'string')
      return { cause: 'missing', said: `${installed} is not there, in which ${asked.lockfile} has its packages.` };
    return readingOf(asked, await compare(last.wanted, installed, asked.kind.isSame));
  }

  return async (files) => {
    try {
      return await lookAt(files);
    } catch (error) {
      if (error instanceof BadLockfile)
        return { cause: 'bad-lockfile', said: `${asked.lockfile} cannot be understood: ${error.message}.` };
      const code = (error as NodeJS.ErrnoException).code;
      if (code === undefined) throw error;
      const said = `The packages of ${asked.lockfile} cannot be looked at (${code}).`;
      return { cause: code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'unreadable', said };
    }
  };
}

function readingOf({ lockfile }: Asked, { missing, different, looked, without, leftOut }: Compared): CheckReading {
  const figures = { packages: looked, missing: missing.length, different: different.length };
  const of = `of ${looked} packages of ${lockfile}`;
  const lines = [...missing.map((name) => `Missing: ${name}`), ...different].slice(0, LINES);
  const named = (names: readonly string[]) =>
    names.slice(0, NAMED).join(', ') + (names.length > NAMED ? `, and ${names.length - NAMED} more` : '');
  if (missing.length > 0)
    return { cause: 'missing', said: `${missing.length} ${of} are missing: ${named(missing)}.`, lines, figures };
  if (different.length > 0)
    return {
      cause: 'wrong-version',
      said: `${different.length} ${of} have another version: ${named(different)}.`,
      lines,
      figures,
    };
  const rest = leftOut > 0 ? `; ${leftOut} more were not looked for` : '';
  return { said: `All ${looked - without} packages that ${lockfile} needs are installed${rest}.`, figures };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
