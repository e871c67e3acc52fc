/** Whether a file is there, young enough, of the right size, unchanged, with the right owner, rights and content. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import type { OptionSpecs } from '../core/plugin.ts';
import { createLook } from '../machine/looks.ts';
import { createRootedFiles, type Found, type RootedFiles } from '../machine/rooted-files.ts';
import { shownAge, shownBytes, shownPath } from '../machine/shown.ts';
import { type Accepted, createAccepted } from './file/accepted.ts';
import { causesOf } from './file/causes.ts';
import { type Contents, createContents, needsContent } from './file/contents.ts';
import { type Expectations, expectationsOf } from './file/expectations.ts';
import { problemsOf } from './file/judge.ts';
import { groupName, userName } from './file/names.ts';
import { isGlob, newestFile } from './file/newest.ts';

const YES_NO = ['yes', 'no'];
const OPTIONS: OptionSpecs = {
  path: { type: 'text', describe: 'The file, or a glob of which the newest counts.', example: '/backup/db-*.sql.gz' },
  exists: { type: 'choice', describe: 'Whether it has to be there.', example: 'no', choices: YES_NO, default: 'yes' },
  maxAge: { type: 'duration', describe: 'It was written within this time.', example: '26h', optional: true },
  minSize: { type: 'text', describe: 'It has at least so much.', example: '10MB', optional: true },
  maxSize: { type: 'text', describe: 'It has at most so much.', example: '2GiB', optional: true },
  checksum: {
    type: 'text',
    describe: 'Its SHA-256, as sha256sum prints it.',
    example: '9f86d08188...',
    optional: true,
  },
  unchanged: { type: 'choice', describe: 'Whether a change is told.', example: 'yes', choices: YES_NO, default: 'no' },
  mode: { type: 'text', describe: 'Its permissions, "0640" or "at most 0640".', example: '0640', optional: true },
  owner: { type: 'text', describe: 'Its user, or user:group.', example: 'root:adm', optional: true },
  contains: { type: 'text', describe: 'A text in its first MiB.', example: 'Dump completed', optional: true },
  lacks: { type: 'text', describe: 'A text that is not in its first MiB.', example: 'DEBUG = True', optional: true },
};

interface Asked {
  readonly expected: Expectations;
  readonly contents: Contents;
  readonly accepted: Accepted;
  readonly now: number;
}

export const check: CheckPlugin = {
  name: 'file',
  describe: 'Whether a file is there, young, of the right size, unchanged, with the right owner, rights and content.',
  options: OPTIONS,
  // Two readings and their judging fit into two minutes.
  everyMs: 40_000,
  timeoutMs: 30_000,
  confirm: { bad: 2, of: 3 },
  compile(options, { places, now }) {
    const expected = expectationsOf(options);
    const parts = { expected, contents: createContents(expected), accepted: createAccepted() };
    const once = createLook();
    const place = { root: places.root, mountinfo: '/proc/self/mountinfo' };
    return {
      target: `file ${shownPath(expected.path)}`,
      causes: causesOf(expected),
      run: async (signal) => {
        const files = createRootedFiles({ ...place, signal });
        const reading = await once(signal, () => look(files, { ...parts, now: now() }));
        if (reading !== 'late') return reading;
        return { cause: 'hangs', said: `${shownPath(expected.path)} did not answer in time.` };
      },
    };
  },
};

/** What the file system refuses is a reading too. */
async function look(files: RootedFiles, asked: Asked): Promise<CheckReading> {
  try {
    return await lookAt(files, asked);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const said = `${shownPath(asked.expected.path)} cannot be looked at (${code}).`;
    return { cause: code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'unreadable', said };
  }
}

async function lookAt(files: RootedFiles, asked: Asked): Promise<CheckReading> {
  const { expected } = asked;
  const { file, count } = await newestFile(files, expected.path);
  const figures = isGlob(expected.path) ? { files: count } : {};
  if (!file) {
    const said = isGlob(expected.path)
      ? `No file fits ${shownPath(expected.path)}.`
      : `${shownPath(expected.path)} is not there.`;
    return expected.isThere ? { cause: 'missing', said, figures } : { said, figures };
  }
  if (!expected.isThere) return { cause: 'present', said: `${shownPath(file.path)} is there.`, figures };
  const hasSize = expected.minBytes !== undefined || expected.maxBytes !== undefined;
  if (!file.stat.isFile() && (hasSize || needsContent(expected)))
    return { cause: 'not-a-file', said: `${shownPath(file.path)} is no plain file.`, figures };
  return await judged(files, file, asked);
}

async function judged(files: RootedFiles, file: Found, asked: Asked): Promise<CheckReading> {
  const { expected, contents, accepted, now } = asked;
  const ageMs = Math.max(0, now - Number(file.stat.mtimeMs));
  const hasOwner = expected.owner !== undefined;
  const seen = {
    ...{ file, ageMs },
    user: hasOwner ? await userName(files, file.stat.uid) : '',
    group: hasOwner ? await groupName(files, file.stat.gid) : '',
    content: await contents.of(files, file),
  };
  const [first, ...others] = problemsOf(seen, expected, accepted);
  const figures = { bytes: Number(file.stat.size), age_seconds: ageMs / 1_000 };
  if (first) return { ...first, figures, lines: others.map(({ said }) => said) };
  return {
    figures,
    said: `${shownPath(file.path)} is well: ${shownBytes(figures.bytes)}, written ${shownAge(ageMs)} ago.`,
  };
}
