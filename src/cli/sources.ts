/** `linesman sources`: asks the linesman that runs how each of its sources is read. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import type { SourceReport } from '../core/reading/report.ts';

const ANSWER_WITHIN_MS = 5_000;

interface SourcesOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly contract?: boolean;
}

export function command(): Command {
  return new Command('sources')
    .description('Ask the running linesman how each source is read: state, lag, ledger, problems, files.')
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .option('--json', 'print the answer as JSON')
    .option('--contract', 'print what is watched and what is not, as it was said at the start')
    .option('--all', 'list every file that is remembered, not the newest 20 of a source')
    .action(run);
}

async function run(options: SourcesOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const { http, timezone } = loadConfig({
    file: options.config,
    env: process.env,
    hostname: hostname(),
    isLooking: true,
  });
  process.stdout.write(options.contract ? await contractOf(http, options) : await sourcesOf(http, options, timezone));
}

async function sourcesOf(http: Http, { json, all }: SourcesOptions, timezone: string): Promise<string> {
  const answer = await ask(http, { path: `/sources${all ? '?all' : ''}`, isAnswer });
  if (json) return await jsonText(answer);
  const { sourcesText } = await import('../core/render/sources.ts');
  return sourcesText({ ...answer, timezone });
}

/** Its text was made harmless where it was made. */
async function contractOf(http: Http, { json }: SourcesOptions): Promise<string> {
  const answer = await ask(http, { path: '/watching', isAnswer: isContract });
  return json ? await jsonText(answer) : answer.text;
}

async function jsonText(answer: unknown): Promise<string> {
  const { visibleJson } = await import('../core/render/sanitise.ts');
  return `${visibleJson(JSON.stringify(answer))}\n`;
}

interface Http {
  readonly host: string;
  readonly port: number;
}

interface Question<Result> {
  readonly path: string;
  readonly isAnswer: (answer: unknown) => answer is Result;
}

interface Answer {
  readonly host: string;
  readonly sources: readonly SourceReport[];
  readonly standby?: string;
}

/** Throws UserError('NOT_RUNNING') where no linesman answers. */
async function ask<Result>(http: Http, { path, isAnswer }: Question<Result>): Promise<Result> {
  const { messageOf, UserError } = await import('../core/errors.ts');
  const { serviceUrl } = await import('../app/place/service-url.ts');
  const base = serviceUrl(http);
  const remedy = 'start it with linesman run, or name its address by LINESMAN_HTTP or the file it uses by --config';
  try {
    const response = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
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

function isContract(answer: unknown): answer is { readonly text: string } {
  return typeof answer === 'object' && answer !== null && 'text' in answer && typeof answer.text === 'string';
}
