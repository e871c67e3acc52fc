/** `linesman pattern from-nginx`: what an nginx.conf says of its logs, as pattern files. */
import { Command } from 'commander';

export function patternFromNginxCommand(): Command {
  return new Command('from-nginx')
    .description('Make a pattern file of each log_format in use, and say what it leaves out that could be watched.')
    .argument('<file>', "nginx.conf, or what nginx -T printed; '-' takes that from standard input")
    .option('--out <folder>', 'write the files there instead of printing them')
    .action(async (file: string, options: { readonly out?: string }) => {
      const { fromNginx } = await import('./pattern-from-nginx-run.ts');
      await fromNginx(file, options);
    });
}
