/** What came of an nginx.conf, for a person: which pattern reads which log, and what its log_format leaves out. */
import { fullerFormat } from './lacks.ts';
import type { NginxAccessLog } from './log-directives.ts';
import { logFormatText } from './log-format.ts';
import type { NginxPattern } from './nginx-patterns.ts';
import { placeText } from './read-conf.ts';

/** Logs that are named; a server of a thousand sites has one each. */
const MAX_NAMED_LOGS = 10;

/** `outcome` says what was done with the pattern that was made, `names` are those of all log_formats. Lines; texts of the file stand in them as they are. */
export function patternReport(made: NginxPattern, outcome: string, names: readonly string[]): readonly string[] {
  const fuller = fullerFormat(made.format, names);
  const { format, pattern, spec, usedBy, doubts, lacks } = made;
  const where = format.at ? ` (${placeText(format.at)})` : '';
  const reads = spec ? outcome : pattern ? `the shipped pattern ${pattern} reads it` : 'no pattern can read it';
  return [
    `log_format ${format.name}${where}: ${reads}`,
    ...usedBy.slice(0, MAX_NAMED_LOGS).map((log) => `  ${accessLogText(log)}`),
    ...(usedBy.length > MAX_NAMED_LOGS ? [`  and ${usedBy.length - MAX_NAMED_LOGS} more`] : []),
    ...doubts.map((doubt) => `  ${doubt}`),
    ...(lacks.length > 0
      ? [
          ...lacks.map(({ unseen, variable }) => `  cannot be watched: ${unseen} ($${variable} is not logged)`),
          '  To watch all of it write instead, then nginx -t && nginx -s reload:',
          `    ${logFormatText(fuller)}`,
          ...(format.at
            ? []
            : usedBy.slice(0, MAX_NAMED_LOGS).map((log) => `    access_log ${log.path} ${fuller.name};`)),
        ]
      : []),
  ];
}

function accessLogText({ path, block, condition, options, at }: NginxAccessLog): string {
  const notes = [
    ...(condition === undefined ? [] : [`only requests where ${condition} holds`]),
    ...options.map((option) => `with ${option}`),
    ...(options.some((option) => option.startsWith('gzip'))
      ? ['packed while it is written, which linesman cannot read: leave gzip out']
      : []),
  ];
  return `access_log ${path} of ${block} (${placeText(at)})${notes.length > 0 ? `: ${notes.join('; ')}` : ''}`;
}
