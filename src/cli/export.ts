/** `linesman export ID`: a fixture of what a fault was decided on, without anything that names somebody. */
import { hostname } from 'node:os';
import { Command } from 'commander';

interface ExportOptions {
  readonly out: string;
  readonly config?: string;
}

export function command(): Command {
  return new Command('export')
    .description(
      'Write what a fault was decided on as a story that linesman test runs: addresses, hosts, texts of logs and labels are placeholders.',
    )
    .argument('<id>', 'id of the fault as mails print it: 7F3K, or the long one')
    .requiredOption('--out <folder>', 'a new folder for it')
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .action(run);
}

async function run(id: string, options: ExportOptions): Promise<void> {
  const [{ loadConfig }, { storedDecision }, { writeDecisionStory }] = await Promise.all([
    import('../config/config.ts'),
    import('./stored-decision.ts'),
    import('./decision-story.ts'),
  ]);
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname(), isLooking: true });
  await writeDecisionStory(await storedDecision(config, id), options.out);
  process.stdout.write(
    `${options.out} holds it; read it before you give it away, and run: linesman test ${options.out}\n`,
  );
}
