/** `linesman pattern test`: the samples of pattern files, run as tests. */
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { SampleTest } from '../config/sample-tests.ts';
import { visible } from '../core/render/sanitise.ts';

interface PatternTestOptions {
  readonly config?: string;
  readonly shipped?: boolean;
  readonly junit?: string;
}

/** A subcommand of `linesman pattern`. */
export function patternTestCommand(): Command {
  return new Command('test')
    .description('Run the samples and rejects of pattern files as tests. Exit 0 if all are well, 1 if one is not.')
    .argument('[paths...]', 'pattern files or folders of them (default: the folder that linesman.yaml names)')
    .option('--shipped', 'those that come with linesman')
    .option('--config <file>', 'linesman.yaml that names the folder of patterns')
    .option('--junit <file>', 'write the results there as JUnit XML')
    .action(async (paths: readonly string[], options: PatternTestOptions) => {
      process.exitCode = await run(paths, options);
    });
}

async function run(paths: readonly string[], options: PatternTestOptions): Promise<number> {
  const { sampleTests } = await import('../config/sample-tests.ts');
  const tests = sampleTests(await pathsOf(paths, options));
  process.stdout.write(tests.map((test, index) => `${resultText(test, index + 1)}\n`).join(''));
  const failed = tests.filter(({ mistakes }) => mistakes.length > 0);
  process.stdout.write(`1..${tests.length}\n# ${tests.length - failed.length} of ${tests.length} ok\n`);
  if (options.junit !== undefined) await writeResults(options.junit, tests);
  return failed.length > 0 ? 1 : 0;
}

async function pathsOf(
  paths: readonly string[],
  { config: file, shipped }: PatternTestOptions,
): Promise<readonly string[]> {
  const { shippedPatternsFolder } = await import('../config/patterns.ts');
  const given = shipped ? [...paths, shippedPatternsFolder()] : paths;
  if (given.length > 0) return given;
  const { readConfig } = await import('../config/read-config.ts');
  const { patterns } = await readConfig({ ...(file && { file }), env: process.env, hostname: hostname() });
  if (patterns !== undefined) return [patterns];
  const { UserError } = await import('../core/errors.ts');
  throw new UserError(
    'USAGE',
    'No folder of patterns is configured; name files or a folder, or give --shipped for those that come with linesman',
    { exitCode: 64 },
  );
}

/** Of a line and of a mistake. */
const LINE_CHARS = 60;
const MISTAKE_CHARS = 2_000;

/** As TAP writes it, https://testanything.org: other programs can read it too. */
function resultText({ file, name, line, mistakes }: SampleTest, number: number): string {
  const what = name === 'file' ? file : `${basename(file, '.yaml')} ${name}`;
  const shown = line === '' ? '' : `: ${visible(line, LINE_CHARS).replaceAll('#', '\\#')}`;
  const result = `${mistakes.length === 0 ? 'ok' : 'not ok'} ${number} - ${visible(what, MISTAKE_CHARS)}${shown}`;
  return [result, ...mistakes.map((mistake) => `    ${visible(mistake, MISTAKE_CHARS)}`)].join('\n');
}

async function writeResults(file: string, tests: readonly SampleTest[]): Promise<void> {
  const { writeJunit } = await import('./report-file.ts');
  const cases = tests.map(({ file: of, name, line, mistakes }) => ({
    ...{ of: basename(of, '.yaml'), name: line === '' ? name : `${name}: ${visible(line, LINE_CHARS)}` },
    failure: mistakes.length === 0 ? undefined : mistakes.join('\n'),
  }));
  await writeJunit(file, 'linesman pattern test', cases);
}
