/** `linesman pattern`: pattern files, made and tested. */
import { Command } from 'commander';
import { patternFromNginxCommand } from './pattern-from-nginx.ts';
import { patternTestCommand } from './pattern-test.ts';

export function command(): Command {
  return new Command('pattern')
    .description('Make and test pattern files.')
    .addCommand(patternTestCommand())
    .addCommand(patternFromNginxCommand());
}
