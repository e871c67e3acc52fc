/** `linesman collect`: one reading of all figures of this machine, as a table or as JSON. */
import { hostname } from 'node:os';
import { Command } from 'commander';

interface CollectOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('collect')
    .description("Read all of this machine's figures once (twice, a second apart, for rates) and print them.")
    .option('--config <file>', 'linesman.yaml to use')
    .option('--json', 'print one figure a line as JSON')
    .action(run);
}

async function run({ config: file, json }: CollectOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const { findMachinePlaces } = await import('../app/place/machine-places.ts');
  const { lookAround } = await import('../app/place/surroundings.ts');
  const { collectOnce } = await import('./collect-run.ts');
  const config = loadConfig({ file, env: process.env, hostname: hostname(), isLooking: true });
  const { place } = await lookAround();
  const places = await findMachinePlaces(config.machine, place !== 'host');
  await collectOnce(config, { places, isJson: json === true, output: process.stdout, complaints: process.stderr });
}
