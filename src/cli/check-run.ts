/** Asks checks once and prints each answer as soon as those before it are there. */
import { type Answer, askCheck } from '../app/checking/ask-check.ts';
import type { KnownCheck } from '../app/knowing/checks.ts';
import { knowChecks } from '../app/knowing/know-checks.ts';
import { unknownName } from '../app/knowing/named.ts';
import type { Config } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import type { Canvas } from '../core/render/paint.ts';
import { visibleJson } from '../core/render/sanitise.ts';
import { answerFacts, answerText } from './check-lines.ts';

/** As many as the service asks at once. */
const AT_ONCE = 8;

/** All well, one failed; a bug of ours. */
const EXIT = { well: 0, failed: 1, bug: 70 } as const;

const NO_CHECKS = `There is nothing to ask: linesman.yaml has no checks. For example:

checks:
  - { name: api, kind: port, port: 3000 }
`;

/** Gives the exit code. Throws UserError where a check has a mistake, or there is none of a name. */
export async function checkNow(parts: {
  readonly config: Config;
  /** None: all. */
  readonly names: readonly string[];
  readonly isJson: boolean;
  readonly canvas: Canvas;
  readonly write: (text: string) => void;
}): Promise<number> {
  const { config, isJson, canvas, write } = parts;
  const { checks, mistakes } = await knowChecks(config);
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const wanted = wantedOf(checks, parts.names);
  if (wanted.length === 0 && !isJson) write(NO_CHECKS);
  const answers: { check: KnownCheck; answer: Answer }[] = [];
  for (const { check, asked } of askAll(wanted)) {
    const answer = await asked;
    answers.push({ check, answer });
    if (!isJson) write(answerText(check, answer, canvas));
  }
  if (isJson) write(jsonOf(answers.map(({ check, answer }) => answerFacts(check, answer))));
  if (answers.some(({ answer }) => answer.bug !== undefined)) return EXIT.bug;
  return answers.some(({ answer }) => answer.reading?.cause !== undefined) ? EXIT.failed : EXIT.well;
}

function wantedOf(checks: readonly KnownCheck[], names: readonly string[]): readonly KnownCheck[] {
  if (names.length === 0) return checks;
  const known = checks.map(({ name }) => name);
  const mistakes = names.filter((name) => !known.includes(name)).map((name) => mistakeOf(name, known));
  if (mistakes.length > 0) throw new UserError('USAGE', mistakes.join('\n'), { exitCode: 64 });
  return checks.filter(({ name }) => names.includes(name));
}

function mistakeOf(name: string, known: readonly string[]): string {
  if (known.length === 0) return `There is no check "${name.slice(0, 60)}": linesman.yaml has none.`;
  return unknownName('check', name.slice(0, 60), known);
}

/** Each begins when one that began before it is done, AT_ONCE side by side. */
function askAll(
  checks: readonly KnownCheck[],
): readonly { readonly check: KnownCheck; readonly asked: Promise<Answer> }[] {
  const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return checks.map((check, index) => {
    const lane = index % AT_ONCE;
    const asked = (lanes[lane] ?? Promise.resolve()).then(async () => await askCheck(check, Date.now));
    lanes[lane] = asked;
    return { check, asked };
  });
}

function jsonOf(checks: readonly object[]): string {
  return `${visibleJson(JSON.stringify({ checks }, undefined, 2))}\n`;
}
