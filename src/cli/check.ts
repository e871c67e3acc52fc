/** `linesman check`: asks the checks of linesman.yaml now, and says what they find. */
import { hostname } from 'node:os';
import { Command } from 'commander';

export interface CheckOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly color?: boolean;
}

export function command(): Command {
  return new Command('check')
    .description('Ask the checks of linesman.yaml now. Exit 0 if all are well, 1 if one failed.')
    .argument('[names...]', 'those to ask (default: all)')
    .option('--config <file>', 'linesman.yaml that has them')
    .option('--json', 'print the answers as JSON')
    .option('--color', 'colour the output even where it is no terminal')
    .option('--no-color', 'do not colour it')
    .action(run);
}

async function run(names: readonly string[], { config: file, json, color }: CheckOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const { checkNow } = await import('./check-run.ts');
  const { isColourWanted } = await import('./colour.ts');
  const config = loadConfig({ file, env: process.env, hostname: hostname(), isLooking: true });
  process.exitCode = await checkNow({
    ...{ config, names, isJson: json === true },
    canvas: { isColoured: isColourWanted(color, process.stdout) },
    write: (text) => void process.stdout.write(text),
  });
  // One that hangs must not keep the command; what is still to be written goes out first.
  process.stdout.write('', () => process.exit());
}
