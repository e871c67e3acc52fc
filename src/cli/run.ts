/** `linesman run`: the service. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import { listenToHangUps } from '../app/reload/hang-ups.ts';

export function command(): Command {
  return new Command('run')
    .description('Watch the logs and this machine, and mail about confirmed faults.')
    .option('--config <file>', 'linesman.yaml to use; SIGHUP reads it again')
    .action(run);
}

async function run(options: { readonly config?: string }): Promise<void> {
  const stop = Promise.withResolvers<void>();
  // First of all: a SIGHUP that comes while linesman starts must not end it.
  const hangUps = listenToHangUps(stop.resolve);
  const [{ readConfig }, { createLogger }, { runService }] = await Promise.all([
    import('../config/read-config.ts'),
    import('../telemetry/logger.ts'),
    import('../app/running.ts'),
  ]);
  const read = async () =>
    await readConfig({ file: options.config, env: process.env, hostname: hostname(), isOfThisMachine: true });
  const config = await read();
  const log = createLogger(config.log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.resolve());
  await runService({ config, read, log, hangUps, stopped: stop.promise });
  log.info({}, 'linesman has stopped');
  process.exit(0);
}
