/** `linesman tail FILE…`: follows logs as a person reads them, parsed and in colour. */
import { Command, InvalidArgumentError } from 'commander';

/** Enough for a screen; more is read with a pager. */
const LINES_MAX = 10_000;

export interface TailOptions {
  readonly lines: number;
  readonly pattern?: string;
  readonly patterns?: string;
  readonly color?: boolean;
}

export function command(): Command {
  return new Command('tail')
    .description('Follow log files: parsed, in colour on a terminal, out of their wrappers. Ctrl-C ends it.')
    .argument('<files...>', "log files; one that is missing is waited for; '-' is standard input")
    .option('-n, --lines <number>', 'begin with so many last lines of each file', count, 10)
    .option('--pattern <name>', 'try only this pattern')
    .option('--patterns <folder>', 'folder with patterns of your own')
    .option('--color', 'colours, also where the output is no terminal')
    .option('--no-color', 'no colours (so does NO_COLOR)')
    .action(async (files: readonly string[], options: TailOptions) => {
      const { tail } = await import('./tail-run.ts');
      await tail(files, options);
    });
}

function count(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > LINES_MAX)
    throw new InvalidArgumentError(`give a number from 0 to ${LINES_MAX}`);
  return number;
}
