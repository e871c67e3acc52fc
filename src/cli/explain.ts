/** `linesman explain 'LINE'`: how linesman reads one line, for people. */
import { Command } from 'commander';

export interface ExplainOptions {
  readonly pattern?: string;
  readonly patterns?: string;
  readonly config?: string;
  readonly color?: boolean;
}

export function command(): Command {
  return new Command('explain')
    .description(
      'Show how a line is read: what is taken off it, which patterns were tried and how far each came, its fields, series and watches. Exit 1 if no pattern takes it.',
    )
    .argument('<line>', "the line, in quotes; '-' is the first line of standard input")
    .option('--pattern <name>', 'try only this pattern')
    .option('--patterns <folder>', 'folder with patterns of your own')
    .option(
      '--config <file>',
      'linesman.yaml: its patterns and watches, and the time zone and pattern of its first source',
    )
    .option('--color', 'colours, also where the output is no terminal')
    .option('--no-color', 'no colours (so does NO_COLOR)')
    .action(async (line: string, options: ExplainOptions) => {
      const { explain } = await import('./explain-run.ts');
      process.exitCode = await explain(line, options);
    });
}
