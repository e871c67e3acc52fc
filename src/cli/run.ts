/** `linesman run`: the service. */
import { hostname } from 'node:os';
import { Command } from 'commander';

export function command(): Command {
  return new Command('run')
    .description('Watch the logs and this machine, and mail about confirmed faults.')
    .option('--config <file>', 'linesman.yaml to use')
    .action(run);
}

async function run(options: { readonly config?: string }): Promise<void> {
  const [{ readConfig }, { createLogger }, { startService }] = await Promise.all([
    import('../config/read-config.ts'),
    import('../telemetry/logger.ts'),
    import('../app/live.ts'),
  ]);
  const config = await readConfig({ file: options.config, env: process.env, hostname: hostname() });
  const log = createLogger(config.log);
  const stopped = untilSignal();
  for (let isOver = false; !isOver; ) {
    const service = await Promise.race([startService({ config, log }), stopped.then(() => undefined)]);
    if (!service) process.exit(0);
    try {
      const again = service.takenOver.then(() => false);
      isOver = await Promise.race([stopped.then(() => true), again, service.failed]);
    } finally {
      await service.stop();
    }
  }
  log.info({}, 'linesman has stopped');
  process.exit(0);
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
