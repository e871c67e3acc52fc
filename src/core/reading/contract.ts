/** What is watched and what is not, said at the start: facts to be rendered, and which watches the lines of a source allow. */

import type { SeriesSpec } from '../observe/observation.ts';
import { parseSeriesKey } from '../observe/series.ts';
import type { WatchSpec } from '../plugin.ts';

/** The last lines of one file, held against the patterns. */
export interface FileFormat {
  readonly name: string;
  /** Lines looked at, and those that a pattern took. */
  readonly lines: number;
  readonly matched: number;
  /** The one that took most. */
  readonly pattern?: string | undefined;
}

export interface ContractSource {
  readonly name: string;
  /** Globs, an address, a unit: as it is configured. */
  readonly reads: readonly string[];
  readonly files: readonly FileFormat[];
  /** Further ones that were not looked at. */
  readonly filesMore: number;
  readonly problems: readonly string[];
  readonly armed: readonly string[];
  readonly cannot: readonly CannotWatch[];
  /** What its lines do not say: 'how long requests take (no request_time)'. */
  readonly unseen: readonly string[];
}

export interface CannotWatch {
  readonly watch: string;
  readonly why: string;
  /** It is for another kind of log, which may come or not. */
  readonly isOtherKind: boolean;
}

export interface Contract {
  readonly host: string;
  readonly version: string;
  readonly at: number;
  readonly timezone: string;
  readonly receivers: readonly string[];
  readonly sources: readonly ContractSource[];
  /** Watches of the machine and of linesman itself. */
  readonly machine: readonly string[];
  /** What else is not seen, or not told; sentences. */
  readonly notes: readonly string[];
}

/** What is known of the lines of a source. */
export interface SourceLines {
  /** Patterns that took lines of it. */
  readonly takers?: readonly string[];
  /** Of all of them. */
  readonly observed: readonly SeriesSpec[];
  /** Keys of the series its last lines gave; none where there were no lines to look at. */
  readonly keys: readonly string[];
}

/** A watch and the names of the series it reads. */
export interface NamedWatch {
  readonly watch: Pick<WatchSpec, 'name' | 'by'>;
  readonly inputs: readonly string[];
}

/** Undefined where it can judge what comes. */
export function cannotWatch(named: NamedWatch, lines: SourceLines): CannotWatch | undefined {
  const watch = named.watch.name;
  if (lines.observed.length === 0) return { watch, why: unobserved(lines), isOtherKind: false };
  if (named.inputs.some((input) => !lines.observed.some(({ name }) => name === input)))
    return { watch, why: 'no line of such a log has come yet', isOtherKind: true };
  const why = lines.keys.length === 0 ? undefined : missingIn(named, lines);
  return why === undefined ? undefined : { watch, why, isOtherKind: false };
}

function unobserved({ takers = [] }: SourceLines): string {
  if (takers.length === 0) return 'no line has come yet that a pattern takes';
  return `what takes its lines (${takers.join(', ')}) has no 'observe', which says what is counted in them (docs/PATTERNS.md)`;
}

function missingIn({ watch, inputs }: NamedWatch, { observed, keys }: SourceLines): string | undefined {
  const specs = inputs.map((input) => observed.find(({ name }) => name === input));
  const { by } = watch;
  if (by !== undefined && !keys.some((key) => hasLabel(key, by, inputs))) return `its lines do not say the ${by}`;
  const value = specs.find((spec) => spec?.value !== undefined && !keys.some((key) => isOf(key, spec.name)))?.value;
  return value === undefined ? undefined : `its lines do not have ${value}`;
}

/** Fields of requests that make a mail useful, and what is not seen without each. */
const WANTED: Readonly<Record<string, string>> = {
  request_time: 'how long requests take',
  vhost: 'which virtual host fails',
  upstream: 'which upstream fails',
};

/** Fields that patterns observe and the last lines did not have, as ends of sentences; none where no lines were seen. */
export function unseenOf({ observed, keys }: SourceLines): readonly string[] {
  if (keys.length === 0) return [];
  const fields = Object.keys(WANTED).filter((field) => {
    const byValue = observed.filter(({ value }) => value === field);
    const byLabel = observed.filter(({ by }) => by.includes(field));
    const isWanted = byValue.length + byLabel.length > 0;
    const isThere =
      byValue.some(({ name }) => keys.some((key) => isOf(key, name))) ||
      keys.some((key) => field in parseSeriesKey(key).labels);
    return isWanted && !isThere;
  });
  return fields.map((field) => `${WANTED[field]} (no ${field})`);
}

/** Everything that the mails can say of an access log of Nginx. */
export const FULL_LOG_FORMAT = [
  `log_format timed '$remote_addr - $remote_user [$time_local] "$request" '`,
  `                 '$status $body_bytes_sent "$http_referer" '`,
  `                 '"$http_user_agent" rt=$request_time '`,
  `                 'urt=$upstream_response_time us=$upstream_status '`,
  `                 'ua=$upstream_addr host=$host';`,
  'access_log /var/log/nginx/access.log timed;',
] as const;

function hasLabel(key: string, label: string, names: readonly string[]): boolean {
  const { name, labels } = parseSeriesKey(key);
  return names.includes(name) && label in labels;
}

function isOf(key: string, name: string): boolean {
  return key === name || key.startsWith(`${name}{`);
}
