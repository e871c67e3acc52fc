/** What was found out about expressions stays in the data folder: judging takes seconds, and a start must not. */
import { join } from 'node:path';
import { judgeExpressions, NOT_JUDGED, type UnprovenExpression, type Verdict } from '../../config/expression-safety.ts';
import { UserError } from '../../core/errors.ts';
import { stableId } from '../../core/hash.ts';
import { readSmallFile, replaceFile } from '../../data-file.ts';
import { VERSION } from '../../version.ts';

const FILE = 'judged-expressions.json';
const FILE_BYTES_MAX = 1024 * 1024;
/** The oldest leave. */
const MAX_KEPT = 1_000;

type Kept = Readonly<Record<string, Verdict>>;

/**
 * Gives the warnings. Throws UserError('CONFIG') with every expression that one hostile line can keep busy. Where `folder`
 * is given, what was judged before is not judged again.
 */
export async function checkSafety(
  expressions: readonly UnprovenExpression[],
  folder: string | undefined,
): Promise<readonly string[]> {
  const kept = folder === undefined ? {} : await readKept(folder);
  const sources = [...new Set(expressions.map(({ source }) => source))];
  const unknown = sources.filter((source) => !Object.hasOwn(kept, keyOf(source)));
  const found = await judgeExpressions(unknown);
  const known: Kept = {
    ...kept,
    ...Object.fromEntries(found.map((verdict, index) => [keyOf(unknown[index]), verdict])),
  };
  if (folder !== undefined && found.length > 0) await keep(folder, known);

  const told = (is: Verdict['is']) =>
    expressions.flatMap(({ source, at }) => {
      const verdict = known[keyOf(source)] ?? NOT_JUDGED;
      return verdict.is === is && verdict.is !== 'safe' ? [at(verdict.message)] : [];
    });
  const mistakes = told('refused');
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  return told('doubtful');
}

/** Another version of linesman or of V8 may judge otherwise. */
function keyOf(source = ''): string {
  return stableId(VERSION, process.versions.v8, source);
}

async function readKept(folder: string): Promise<Kept> {
  const text = await readSmallFile(join(folder, FILE), FILE_BYTES_MAX).catch(() => undefined);
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

/** What cannot be kept is judged again; a folder that cannot be written is told of by whoever needs it. */
async function keep(folder: string, verdicts: Kept): Promise<void> {
  const latest = Object.entries(verdicts).slice(-MAX_KEPT);
  await replaceFile(join(folder, FILE), `${JSON.stringify(Object.fromEntries(latest))}\n`).catch(() => {});
}
