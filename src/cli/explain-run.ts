/** Prints the tree of one line. */
import { UserError } from '../core/errors.ts';
import { explainLine } from '../core/parse/explained.ts';
import { MAX_WRAPPED_BYTES } from '../core/parse/lines.ts';
import { explainedLines } from '../core/render/explained.ts';
import { paint } from '../core/render/paint.ts';
import { isColourWanted } from './colour.ts';
import type { ExplainOptions } from './explain.ts';
import { loadTriedPatterns } from './tried-patterns.ts';

/** Where the output is no terminal. */
const COLUMNS = 120;
/** Of standard input no more is read: what is longer is too long for any pattern. */
const INPUT_BYTES_MAX = 2 * MAX_WRAPPED_BYTES;

const WHAT_TO_DO = `To have such lines read: of a log_format of Nginx that linesman does not see a pattern is made by
  linesman pattern from-nginx /etc/nginx/nginx.conf --out FOLDER
for other programs write one (docs/PATTERNS.md) into a folder that LINESMAN_PATTERNS names.
`;

/** Gives the exit code: 1 where no pattern takes the line. Throws UserError. */
export async function explain(given: string, options: ExplainOptions): Promise<number> {
  const { patterns, watches, timezone, config } = await loadTriedPatterns(options);
  const line = given === '-' ? await firstLine() : withoutEnd(given);
  const only = options.pattern ?? config.sources[0]?.pattern;
  const explained = explainLine(line, {
    ...{ patterns, timezone, only, near: Date.now() },
    watches: watches.filter(({ name }) => config.watches[name]?.enabled !== false),
  });
  const { stdout } = process;
  const columns = stdout.columns ?? COLUMNS;
  const canvas = { isColoured: isColourWanted(options.color, stdout), columns };
  stdout.write(
    explainedLines(explained, columns)
      .map((pieces) => `${paint(pieces, canvas)}\n`)
      .join(''),
  );
  if (explained.taken) return 0;
  process.stderr.write(WHAT_TO_DO);
  return 1;
}

async function firstLine(): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin) {
    pieces.push(piece);
    bytes += piece.length;
    if (piece.includes('\n') || bytes > INPUT_BYTES_MAX) break;
  }
  if (bytes === 0)
    throw new UserError('INPUT', 'Standard input holds no line; pipe one: tail -n 1 app.log | linesman explain -');
  return withoutEnd(Buffer.concat(pieces).toString());
}

/** As a file's line is read: up to its LF, without a CR before it. */
function withoutEnd(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
