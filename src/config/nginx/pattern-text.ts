/** The text of a pattern file for a log_format. */
import { stringify } from 'yaml';
import type { NginxPattern } from './nginx-patterns.ts';
import { placeText } from './read-conf.ts';

/** The first line of such a file: one that begins otherwise is somebody's own, and is left alone. */
export const MADE_BY = '# Made by linesman pattern from-nginx';

/** Undefined where there is nothing to write: a shipped pattern reads the lines, or none can. */
export function patternText({ format, spec }: NginxPattern): string | undefined {
  if (!spec) return undefined;
  const { expressions, json, samples, rejects, configure, ...rest } = spec;
  const file = {
    ...rest,
    ...(json ? { json } : { expressions }),
    ...(!format.isStream && { observe: 'http.yaml' }),
    configure,
    samples: samples.map(({ time, ...sample }) => ({
      ...sample,
      ...(time !== undefined && { time: new Date(time).toISOString() }),
    })),
    rejects,
  };
  const from = format.at ? ` of ${placeText(format.at)}` : '';
  return `${MADE_BY}${from.replace(/[^\x20-\x7e]/g, '?')}\n${stringify(file, { lineWidth: 0 })}`;
}
