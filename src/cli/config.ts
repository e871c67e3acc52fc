/** `linesman config check`: everything that is written down, checked at once, and nothing else done. */
import { hostname } from 'node:os';
import { Command } from 'commander';

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
  const { loadWatching } = await import('../app/watching.ts');
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname() });
  const { patterns, lineWatches, machineWatches } = await loadWatching(config);
  const watches = [...lineWatches, ...machineWatches].map(({ watch }) => watch.name);
  for (const warning of config.warnings) process.stdout.write(`warning: ${warning}\n`);
  process.stdout.write(
    [
      `OK: ${config.file ?? 'no linesman.yaml, defaults and environment'}`,
      `host ${config.host}, data in ${config.data}`,
      ...config.sources.map(({ name, files, from }) => `source ${name}: ${files.join(', ')} from ${from}`),
      `patterns: ${patterns.map(({ name }) => name).join(', ')}`,
      `watches: ${watches.join(', ')}`,
      '',
    ].join('\n'),
  );
}
