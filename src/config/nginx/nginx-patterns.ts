/** From what an nginx.conf says of logs to patterns: one for each log_format in use that no shipped pattern reads. */
import { type CompiledPattern, compilePattern } from '../../core/parse/pattern.ts';
import { formatPattern, type UnobservedSpec } from './format-pattern.ts';
import { type Lack, lacksOf } from './lacks.ts';
import type { LogDirectives, NginxAccessLog, NginxFormat } from './log-directives.ts';

export type ShippedPattern = Pick<CompiledPattern, 'name' | 'spec'>;

/** A log_format in use. */
export interface NginxPattern {
  readonly format: NginxFormat;
  /** The shipped pattern that reads its lines, else the one that was made; undefined where nothing reads them. */
  readonly pattern: string | undefined;
  /** Of the one that was made. */
  readonly spec: UnobservedSpec | undefined;
  readonly usedBy: readonly NginxAccessLog[];
  /** Sentences on what is not read, or not for certain. */
  readonly doubts: readonly string[];
  /** What cannot be watched, since the format does not log it. */
  readonly lacks: readonly Lack[];
}

/**
 * `shipped` are those to compare with; `own` are names of the operator's files, of which one takes the place of a pattern
 * that would have its name.
 */
export function nginxPatterns(
  { formats, accessLogs }: Pick<LogDirectives, 'formats' | 'accessLogs'>,
  shipped: readonly ShippedPattern[],
  own: readonly string[] = [],
): readonly NginxPattern[] {
  const taken = new Set(shipped.map(({ name }) => name).filter((name) => !own.includes(name)));
  const ofNginxFirst = [...shipped].sort((one, other) => rank(one) - rank(other));
  const compiled = compileOnce();
  return formats.flatMap((format): NginxPattern[] => {
    const usedBy = accessLogs.filter((one) => one.format === format.name && one.isStream === format.isStream);
    // A file that only defines formats is one of several, and the others use them.
    if (usedBy.length === 0 && (accessLogs.length > 0 || format.at === undefined)) return [];
    const lacks = format.isStream ? [] : lacksOf(format);
    // Most machines have no other, and a start need not find out anew that it is read.
    if (format.at === undefined && taken.has(READS_COMBINED))
      return [{ format, usedBy, doubts: [], lacks, pattern: READS_COMBINED, spec: undefined }];
    const name = freeName(format.name, taken);
    const { spec, doubts } = formatPattern(name, format);
    const told = { format, usedBy, doubts, lacks };
    if (own.includes(name)) return [{ ...told, pattern: name, spec: undefined }];
    const covering =
      spec && doubts.length === 0 ? ofNginxFirst.find((one) => readsAll(compiled(one), spec)) : undefined;
    if (covering) return [{ ...told, pattern: covering.name, spec: undefined }];
    if (spec) taken.add(name);
    return [{ ...told, pattern: spec && name, spec }];
  });
}

function rank({ name }: ShippedPattern): number {
  return name.startsWith('nginx') ? 0 : 1;
}

/** Of Nginx' own format, which a test holds. */
const READS_COMBINED = 'nginx-combined';

function compileOnce(): (pattern: ShippedPattern) => CompiledPattern {
  const known = new Map<string, CompiledPattern>();
  return ({ name, spec }) => {
    const compiled = known.get(name) ?? compilePattern(spec);
    known.set(name, compiled);
    return compiled;
  };
}

const NAME_CHARS = 40;

/** 'nginx-' and the format's name, with what tells it from those there are. */
function freeName(format: string, taken: ReadonlySet<string>): string {
  const plain = format
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const base = `nginx-${plain.replace(/^nginx-?/, '') || 'log'}`;
  const tries = ['', '-conf', ...Array.from({ length: taken.size + 1 }, (_, index) => `-conf-${index + 2}`)];
  const names = tries.map((more) => `${base.slice(0, NAME_CHARS - more.length).replace(/-+$/, '')}${more}`);
  return names.find((name) => !taken.has(name)) as string;
}

/** It says of every sample what the sample says. */
function readsAll(pattern: CompiledPattern, { samples, time }: UnobservedSpec): boolean {
  if ((pattern.spec.time === undefined) !== (time === undefined)) return false;
  return samples.every(({ line, fields }) => {
    const raw = pattern.match(line);
    if (!raw) return false;
    return Object.entries(fields).every(([name, wanted]) => pattern.readerOf(name)?.(raw) === (wanted ?? undefined));
  });
}
