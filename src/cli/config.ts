/** `linesman config check`: everything that is written down, checked at once, and nothing else done. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import type { Watching } from '../app/knowing/watching.ts';
import type { Config, SourceConfig } from '../config/config.ts';
import { visible } from '../core/render/sanitise.ts';
import { addressText } from '../sources/syslog-address.ts';

export function command(): Command {
  const check = new Command('check')
    .description(
      'Check linesman.yaml, the environment, all pattern files with their samples, and all watches. Exit 78 on mistakes.',
    )
    .option('--config <file>', 'linesman.yaml to check')
    .action(run);
  return new Command('config').description('Look at the configuration.').addCommand(check);
}

async function run(options: { readonly config?: string }): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const { loadWatching } = await import('../app/knowing/watching.ts');
  const { untoldText } = await import('../app/knowing/untold.ts');
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname(), isOfThisMachine: true });
  const mail = await mailLine(config);
  const redis = await redisLine(config);
  const watching = await loadWatching(config, { judgeAgain: true });
  const untold = untoldText(config, watching);
  const warnings = [...config.warnings, ...watching.warnings, ...(untold === undefined ? [] : [untold])].map(
    (warning) => `warning: ${warning}`,
  );
  process.stdout.write(`${[...warnings, ...whatWasRead(config, watching, { mail, redis })].join('\n')}\n`);
}

function whatWasRead(
  config: Config,
  { patterns, lineWatches, machineWatches, nginx, checks }: Watching,
  { mail, redis }: { readonly mail: string; readonly redis: string },
): string[] {
  const watches = [...lineWatches, ...machineWatches].map(({ watch }) => watch.name);
  return [
    `OK: ${config.file ?? 'no linesman.yaml, defaults and environment'}`,
    `host ${config.host}, data in ${config.data}, ${redis}, http://${config.http.host}:${config.http.port}`,
    ...config.sources.map((source) => `source ${source.name}: ${inputText(source)}`),
    mail,
    ...(config.mail.smtp === undefined ? [] : [`digest: ${digestText(config.digest)}`]),
    ...(nginx ? [`nginx: ${nginxText(nginx)}`] : []),
    ...checks.map(({ name, runner }) => visible(`check ${name}: ${runner.target}`, CHECK_CHARS)),
    `patterns: ${patterns.map(({ name }) => name).join(', ')}`,
    `watches: ${watches.join(', ')}`,
  ];
}

const CHECK_CHARS = 400;

function nginxText({ file, formats }: NonNullable<Watching['nginx']>): string {
  const read = formats.map(({ format, pattern }) => `${format.name} by ${pattern ?? 'no pattern'}`);
  return visible(
    `${file}${read.length > 0 ? `: log_format ${read.join(', ')}` : ' names no log_format in use'}`,
    2_000,
  );
}

function inputText({ files, stdin, fifo, syslog, journal, from }: SourceConfig): string {
  if (stdin) return 'standard input';
  if (fifo !== undefined) return `fifo ${fifo}`;
  if (syslog) return `syslog at ${addressText(syslog)}`;
  if (journal) return `journal${journal.length > 0 ? ` of ${journal.join(', ')}` : ''} from ${from}`;
  return `${files?.join(', ')} from ${from}`;
}

/** Without user and password. Throws UserError where the address cannot be read. */
async function mailLine({ mail }: Config): Promise<string> {
  if (mail.smtp === undefined) return 'mail: none';
  const { readSmtpUrl, serverName } = await import('../notifiers/mail-server.ts');
  return `mail: to ${mail.to.join(', ')} from ${mail.from} by ${serverName(readSmtpUrl(mail.smtp))}`;
}

/** Without user and password. Throws UserError where the address cannot be read. */
async function redisLine({ redis }: Config): Promise<string> {
  if (redis === undefined) return 'embedded Redis';
  const { describeUrl, parseRedisUrl } = await import('../redis/connect.ts');
  parseRedisUrl(redis);
  return `Redis at ${describeUrl(redis)}`;
}

function digestText(digest: Config['digest']): string {
  if (digest === undefined) return 'off';
  const minutes = digest / 60_000;
  const two = (count: number) => String(count).padStart(2, '0');
  return `at ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
