/** `linesman why ID`: what a fault was decided on, and whether it would be decided so again. Reads only. */
import { hostname } from 'node:os';
import { Command } from 'commander';

interface WhyOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('why')
    .description(
      'Show what a fault was decided on, and decide it again. Exit 0 if the verdict is the same, 1 if not. Changes nothing.',
    )
    .argument('<id>', 'id of the fault as mails print it: 7F3K, or the long one')
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .option('--json', 'print everything as JSON')
    .action(run);
}

async function run(id: string, options: WhyOptions): Promise<void> {
  const [{ loadConfig }, { storedDecision }, { tellWhy }] = await Promise.all([
    import('../config/config.ts'),
    import('./stored-decision.ts'),
    import('./tell-why.ts'),
  ]);
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname(), isLooking: true });
  process.exitCode = await tellWhy(await storedDecision(config, id), config.timezone, options.json === true);
}
