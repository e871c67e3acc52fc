/** `linesman sources`: asks the linesman that runs how each of its sources is read. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import type { SourceReport } from '../core/reading/report.ts';

const ANSWER_WITHIN_MS = 5_000;

interface SourcesOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

export function command(): Command {
  return new Command('sources')
    .description('Ask the running linesman how each source is read: state, lag, ledger, problems, files.')
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .option('--json', 'print the answer as JSON')
    .option('--all', 'list every file that is remembered, not the newest 20 of a source')
    .action(run);
}

async function run(options: SourcesOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const { visibleJson } = await import('../core/render/sanitise.ts');
  const { sourcesText } = await import('../core/render/sources.ts');
  const { http, timezone } = loadConfig({ file: options.config, env: process.env, hostname: hostname() });
  const answer = await ask(http, options.all === true);
  const text = options.json ? `${visibleJson(JSON.stringify(answer))}\n` : sourcesText({ ...answer, timezone });
  process.stdout.write(text);
}

interface Answer {
  readonly host: string;
  readonly sources: readonly SourceReport[];
  readonly standby?: string;
}

/** Throws UserError('NOT_RUNNING') where no linesman answers. */
async function ask(http: { readonly host: string; readonly port: number }, all: boolean): Promise<Answer> {
  const { messageOf, UserError } = await import('../core/errors.ts');
  const { serviceUrl } = await import('../app/service-url.ts');
  const base = serviceUrl(http);
  const remedy = 'start it with linesman run, or name its address by LINESMAN_HTTP or the file it uses by --config';
  try {
    const response = await fetch(`${base}/sources${all ? '?all' : ''}`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer: unknown = response.ok ? await response.json() : undefined;
    if (isAnswer(answer)) return answer;
    throw new UserError('NOT_RUNNING', `What answers at ${base} is no linesman, or an older one: ${remedy}.`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UserError('NOT_RUNNING', `No linesman answers at ${base} (${messageOf(cause)}): ${remedy}.`, { cause });
  }
}

function isAnswer(answer: unknown): answer is Answer {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'host' in answer &&
    'sources' in answer &&
    Array.isArray(answer.sources) &&
    (!('standby' in answer) || typeof answer.standby === 'string')
  );
}
