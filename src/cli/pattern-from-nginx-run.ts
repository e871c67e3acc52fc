/** Prints or writes the patterns of an nginx.conf, and reports what reads which log. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LogDirectives } from '../config/nginx/log-directives.ts';
import { type NginxPattern, nginxPatterns } from '../config/nginx/nginx-patterns.ts';
import { patternReport } from '../config/nginx/pattern-report.ts';
import { MADE_BY, patternText } from '../config/nginx/pattern-text.ts';
import { nginxLogsOfText, readNginxLogs } from '../config/nginx/read-logs.ts';
import { loadPatterns, shippedPatternsFolder } from '../config/patterns.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { shellWord } from '../core/reading/shell-word.ts';
import { visible } from '../core/render/sanitise.ts';

/** What nginx -T prints is read whole; beyond this it is refused. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;
/** Of a line of the report; a log_format may be long. */
const REPORT_CHARS = 8_000;
const WHICH_FILE = 'give the nginx.conf that includes the others, such as /etc/nginx/nginx.conf';

/** Throws UserError. Files go to standard output and the report to standard error, unless there is a folder. */
export async function fromNginx(file: string, { out }: { readonly out?: string }): Promise<void> {
  const logs = file === '-' ? nginxLogsOfText(await readInput()) : readNginxLogs(file);
  const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  const made = nginxPatterns(logs, patterns);
  if (made.length === 0) throw nothingFound(file, logs);
  const report = logs.problems.map((problem) => `warning: ${problem}`);
  let isWritten = false;
  for (const one of made) {
    const text = patternText(one);
    isWritten ||= text !== undefined;
    const outcome = text === undefined ? '' : await give(one, text, out);
    report.push(
      ...patternReport(
        one,
        outcome,
        logs.formats.map(({ name }) => name),
      ),
    );
  }
  if (out !== undefined && isWritten) report.push(...usingThem(out));
  const stream = out === undefined ? process.stderr : process.stdout;
  stream.write(`${report.map((line) => visible(line, REPORT_CHARS)).join('\n')}\n`);
}

/** Says what became of it. */
async function give({ pattern }: NginxPattern, text: string, out: string | undefined): Promise<string> {
  const name = `${pattern}.yaml`;
  if (out === undefined) {
    process.stdout.write(`---\n# ${name}\n${text}`);
    return `the pattern ${pattern}, printed above`;
  }
  const path = join(out, name);
  if (existsSync(path) && !readFileSync(path, 'utf8').startsWith(MADE_BY))
    return `${path} is there and was not made by this command, so it is left as it is; rename it to have another one made`;
  try {
    await mkdir(out, { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw new UserError('INPUT', `--out ${out}: ${name} cannot be written (${messageOf(cause)}); name another folder`, {
      cause,
    });
  }
  return `written to ${path}`;
}

/** A running linesman sees what changes in a folder that it reads, and no other. */
function usingThem(out: string): readonly string[] {
  const folder = resolve(out);
  return [
    `linesman reads them where it is started with LINESMAN_PATTERNS=${shellWord(folder, 'FOLDER')} (patterns in linesman.yaml); test them by`,
    `  linesman pattern test ${shellWord(folder, 'FOLDER')}`,
  ];
}

function nothingFound(file: string, { problems }: LogDirectives): UserError {
  if (file !== '-' && !existsSync(file))
    return new UserError('INPUT', visible(`${file} is not there; ${WHICH_FILE}`, REPORT_CHARS));
  const reasons = problems.length > 0 ? `: ${problems.join('; ')}` : '';
  return new UserError(
    'INPUT',
    visible(`${file} names no access_log and no log_format${reasons}; ${WHICH_FILE}`, REPORT_CHARS),
  );
}

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MAX_INPUT_BYTES)
      throw new UserError(
        'INPUT',
        `Standard input has more than ${MAX_INPUT_BYTES / 1024 / 1024} MiB; give the file itself`,
      );
  }
  return Buffer.concat(pieces).toString('utf8');
}
