/** Reads of an nginx.conf, or of what `nginx -T` printed, what it says of logs. */
import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../core/errors.ts';
import { type ConfFiles, confOfDump, confOnDisk, MAX_CONF_BYTES } from './conf-files.ts';
import { type LogDirectives, logDirectives } from './log-directives.ts';
import { readConf } from './read-conf.ts';

/** Of what nginx -T prints: all files at once. */
const MAX_DUMP_BYTES = 16 * MAX_CONF_BYTES;

/** Never throws: what cannot be read is a problem, the file itself as well. */
export function readNginxLogs(file: string): LogDirectives {
  return logsIn(dumpAt(file) ?? confOnDisk(file));
}

/** Of the text on standard input. Throws UserError('INPUT') where it is not what nginx -T prints. */
export function nginxLogsOfText(text: string): LogDirectives {
  const dump = confOfDump(text);
  if (!dump)
    throw new UserError(
      'INPUT',
      'Standard input is not what nginx -T prints; write: nginx -T | linesman pattern from-nginx -',
    );
  return logsIn(dump);
}

function logsIn(files: ConfFiles): LogDirectives {
  const { directives, problems } = readConf(files);
  const logs = logDirectives(directives);
  return { ...logs, problems: [...problems, ...logs.problems] };
}

/** What nginx -T printed, kept in a file. */
function dumpAt(file: string): ConfFiles | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MAX_DUMP_BYTES ? confOfDump(readFileSync(file, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}
