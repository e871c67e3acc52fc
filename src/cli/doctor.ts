/** `linesman doctor`: everything that linesman needs on this machine, as a list with remedies. */
import { hostname, userInfo } from 'node:os';
import { Command } from 'commander';
import type { Checkup } from '../core/checkup.ts';

interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly sendTest?: boolean;
  readonly fix?: boolean;
}

export function command(): Command {
  return new Command('doctor')
    .description('Look at everything linesman needs here, and say how to mend what is wrong. Exit 1 if something is.')
    .option('--config <file>', 'linesman.yaml to use')
    .option('--send-test', 'send a test mail to every receiver')
    .option('--fix', "install Redis with the system's package manager where there is none (needs root)")
    .option('--json', 'print the list as JSON')
    .action(run);
}

async function run(options: DoctorOptions): Promise<void> {
  const { examine } = await import('../app/doctor/doctor.ts');
  const { countOf } = await import('../core/checkup.ts');
  if (options.fix) await fix(options);
  const checkups = await examine({
    readConfig: async () => await readConfig(options),
    sendTest: options.sendTest === true,
    now: Date.now(),
  });
  process.stdout.write(options.json ? await jsonText(checkups) : await plainText(checkups));
  process.exitCode = countOf(checkups, 'wrong') > 0 ? 1 : 0;
}

async function readConfig({ config }: DoctorOptions) {
  const { loadConfig } = await import('../config/config.ts');
  return loadConfig({ file: config, env: process.env, hostname: hostname(), isOfThisMachine: true });
}

async function plainText(checkups: readonly Checkup[]): Promise<string> {
  const { checkupsText } = await import('../core/render/checkups.ts');
  const { VERSION } = await import('../version.ts');
  return checkupsText({ host: hostname(), version: VERSION, user: userName(), checkups });
}

async function jsonText(checkups: readonly Checkup[]): Promise<string> {
  const { visibleJson } = await import('../core/render/sanitise.ts');
  return `${visibleJson(JSON.stringify({ checkups }, undefined, 2))}\n`;
}

/** A container may run as a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

/** Throws UserError where it cannot be done. */
async function fix(options: DoctorOptions): Promise<void> {
  const { findRedisProgram } = await import('../redis/find-program.ts');
  if (!(await isRedisWanted(options)) || (await findRedisProgram()) !== undefined) return;
  const { installCommand, runInstall } = await import('../app/doctor/install-redis.ts');
  const { UserError } = await import('../core/errors.ts');
  const command = await installCommand();
  if (!command)
    throw new UserError(
      'REDIS_MISSING',
      'None of the known package managers (apt-get, apk, dnf, yum, zypper, pacman) is here to install Redis with; install redis 7 or valkey, or set REDIS_URL to a Redis that is there.',
    );
  const shown = command.join(' ');
  process.stderr.write(`linesman: ${shown}\n`);
  if (await runInstall(command)) return;
  const why = process.getuid?.() === 0 ? 'its output above says why' : `run it as root: sudo ${shown}`;
  throw new UserError('REDIS_MISSING', `'${shown}' did not install Redis; ${why}.`);
}

/** Not where another Redis is named, in a variable or a file, nor where mistakes leave that open: the list says them. */
async function isRedisWanted(options: DoctorOptions): Promise<boolean> {
  return await readConfig(options).then(
    ({ redis }) => redis === undefined,
    () => false,
  );
}
