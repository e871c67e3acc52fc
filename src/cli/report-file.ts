/** Writes the file that --junit names. */
import { writeFile } from 'node:fs/promises';
import { messageOf, UserError } from '../core/errors.ts';
import { type JunitCase, junitXml } from './junit.ts';

/** Throws UserError('INPUT') where the file cannot be written. */
export async function writeJunit(file: string, suite: string, cases: readonly JunitCase[]): Promise<void> {
  await writeFile(file, junitXml(suite, cases)).catch((cause: unknown) => {
    throw new UserError('INPUT', `--junit ${file}: it cannot be written (${messageOf(cause)}); name another file`, {
      cause,
    });
  });
}
