/** `linesman parse FILE…`: what patterns make of each line, for programs. */
import { Command } from 'commander';

export interface ParseOptions {
  readonly pattern?: string;
  readonly patterns?: string;
  readonly config?: string;
}

export function command(): Command {
  return new Command('parse')
    .description(
      'Print one JSON object a line: {line, pattern, time, fields}, or {line, unmatched: reason}. Exit 1 if a line matched no pattern.',
    )
    .argument('<files...>', "log files, .gz too; '-' is standard input")
    .option('--pattern <name>', 'try only this pattern')
    .option('--patterns <folder>', 'folder with patterns of your own')
    .option('--config <file>', 'linesman.yaml: its patterns, and the time zone and pattern of its first source')
    .action(async (files: readonly string[], options: ParseOptions) => {
      const { parseFiles } = await import('./parse-run.ts');
      process.exitCode = await parseFiles(files, options);
    });
}
