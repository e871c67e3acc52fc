/** `linesman test [DIR]`: stories as tests of what somebody would be told. */
import { Command } from 'commander';

export interface TestOptions {
  readonly update?: boolean;
  readonly junit?: string;
  readonly mails?: string;
}

export function command(): Command {
  return new Command('test')
    .description(
      'Replay a folder of stories, and compare what would be told with what they expect. Exit 0 if all are well, 1 if one is not.',
    )
    .argument('[folder]', 'folder of stories, or one story: input/, expected.txt, linesman.yaml if it needs one', '.')
    .option('--update', 'write what was told into expected.txt, and say what changed')
    .option('--junit <file>', 'write the results there as JUnit XML')
    .option('--mails <folder>', 'write the mails there as .eml, a folder a story')
    .action(async (folder: string, options: TestOptions) => {
      const { runStories } = await import('./test-run.ts');
      process.exitCode = await runStories(folder, options);
    });
}
