#!/usr/bin/env node
/** The command line: picks a command, prints its error, sets the exit code. A command is loaded only when it is run. */
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from 'commander';
import { UserError } from './core/errors.ts';
import { VERSION } from './version.ts';

/** sysexits(3): the command line was wrong; our own bug. */
const EXIT_USAGE = 64;
const EXIT_BUG = 70;
const EXIT_WITHIN_MS = 2_000;
/**
 * Threads that read files and look up names, of which Node has four: dead disks hold two of checks and two of the disk
 * collector, dead name servers at most half of all (libuv), and what is left reads the logs.
 */
const THREADS = '12';

const COMMANDS = [
  'run',
  'replay',
  'config',
  'demo',
  'sources',
  'dump',
  'budget',
  'why',
  'export',
  'tail',
  'doctor',
  'check',
  'collect',
  'parse',
  'explain',
  'pattern',
  'test',
  'judge',
  'peers',
] as const;

const LOADERS: Readonly<Record<(typeof COMMANDS)[number], () => Promise<{ command(): Command }>>> = {
  run: async () => await import('./cli/run.ts'),
  replay: async () => await import('./cli/replay.ts'),
  config: async () => await import('./cli/config.ts'),
  demo: async () => await import('./cli/demo.ts'),
  sources: async () => await import('./cli/sources.ts'),
  dump: async () => await import('./cli/dump.ts'),
  budget: async () => await import('./cli/budget.ts'),
  why: async () => await import('./cli/why.ts'),
  export: async () => await import('./cli/export.ts'),
  tail: async () => await import('./cli/tail.ts'),
  doctor: async () => await import('./cli/doctor.ts'),
  check: async () => await import('./cli/check.ts'),
  collect: async () => await import('./cli/collect.ts'),
  parse: async () => await import('./cli/parse.ts'),
  explain: async () => await import('./cli/explain.ts'),
  pattern: async () => await import('./cli/pattern.ts'),
  test: async () => await import('./cli/test.ts'),
  judge: async () => await import('./cli/judge.ts'),
  peers: async () => await import('./cli/peers.ts'),
};

async function main(): Promise<void> {
  // An expression that backtracks too often goes on in V8's linear engine, in every thread; docs/adr/0008-regex-safety.md.
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  // The pool is made when it is first used, and nothing has used it yet.
  process.env.UV_THREADPOOL_SIZE ??= THREADS;
  const program = new Command('linesman')
    .description('Reads logs as they are written, learns what is normal, and mails about confirmed faults.')
    .version(VERSION)
    .showHelpAfterError('(linesman --help lists the commands)');
  const wanted = COMMANDS.find((name) => name === process.argv[2]);
  // For the list of commands all are loaded; they import what they need only when they run.
  for (const name of wanted ? [wanted] : COMMANDS) program.addCommand((await LOADERS[name]()).command());
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
    command.exitOverride();
  await program.parseAsync();
}

function exitCodeOf(error: unknown): number {
  // --help and --version end by an exception that is no error; everything else has printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UserError) {
    process.stderr.write(`linesman: ${error.message}\n(${error.code}, see docs/ERRORS.md)\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `linesman: this is a bug, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT_BUG;
}

// Whoever reads our output may stop reading it, as `linesman replay … | head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  if (error.code !== 'ENOSPC') throw error;
  const what = 'Standard output cannot be written (ENOSPC: no space left on device): write it to a disk with room.';
  throw new UserError('INPUT', what, { cause: error });
});
// Where nobody awaits, a bug ends the process all the same; whoever supervises it starts it again.
process.once('uncaughtException', (error) => process.exit(exitCodeOf(error)));
try {
  await main();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // What is still open must not keep a failed program alive; its container starts it again.
  setTimeout(() => process.exit(), EXIT_WITHIN_MS).unref();
}
