/** What can be asked of the bench. */
import { parseArgs } from 'node:util';

/** A figure is the median of so many. */
const RUNS = 5;
const LINES = 5_000_000;
const PIPED_LINES = 10_000_000;
/** As many as the goal asks for; they take a minute more. */
const PIPED_LINES_FULL = 50_000_000;

export interface BenchOptions {
  readonly runs: number;
  readonly lines: number;
  readonly pipedLines: number;
  /** Names of rows; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** The folder that gets profiles of the rows in `only`. */
  readonly profiles: string | undefined;
  readonly isJson: boolean;
}

export function usage(rows: readonly string[]): string {
  return `npm run bench [-- OPTIONS]
  --only ROW       these rows alone, again for more of them: ${rows.join(', ')}
  --runs N         measurements a figure is the median of (${RUNS})
  --lines N        lines of the large logs (${LINES}), --piped N of those on standard input (${PIPED_LINES})
  --full           ${PIPED_LINES_FULL} lines on standard input
  --profile ROW    this row once, with a .cpuprofile of each process in ./profiles
  --json           figures as JSON instead of the table`;
}

/** Throws where an option or a row is not known. */
export function readOptions(words: readonly string[], rows: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ only: { type: 'string', multiple: true }, profile: { type: 'string' }, runs: { type: 'string' } },
      ...{ lines: { type: 'string' }, piped: { type: 'string' }, full: { type: 'boolean' }, json: { type: 'boolean' } },
    },
  });
  const only = values.profile === undefined ? values.only : [values.profile];
  const unknown = only?.find((name) => !rows.includes(name));
  if (unknown !== undefined) throw new Error(`There is no row '${unknown}'`);
  return {
    runs: values.profile === undefined ? numberOf(values.runs, RUNS) : 1,
    lines: numberOf(values.lines, LINES),
    pipedLines: values.full ? PIPED_LINES_FULL : numberOf(values.piped, PIPED_LINES),
    only,
    profiles: values.profile === undefined ? undefined : 'profiles',
    isJson: values.json === true,
  };
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`'${text}' is not a whole number above 0`);
  return number;
}
