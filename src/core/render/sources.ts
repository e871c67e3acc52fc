/** `linesman sources` as a person reads it: 100 columns, everything from outside made harmless. */
import type { AuditReport, GenerationReport, SourceReport } from '../reading/report.ts';
import type { ByteReason } from '../types.ts';
import { visible } from './sanitise.ts';
import { countText, durationText, valueText } from './units.ts';
import { timestamp } from './when.ts';

export const SOURCES_COLUMNS = 100;
const NAME_COLUMNS = 41;
const LABEL = '  ';
const INDENT = ' '.repeat(12);
/** An attacker's name for a file may be very long. */
const NAME_CHARS = 1_000;

/** What each word means for the reader. */
const CONDITIONS: Readonly<Record<SourceReport['condition'], string>> = {
  starting: 'not opened yet',
  blind: 'NOTHING of it can be read',
  impaired: 'SOMETHING of it cannot be read',
  behind: 'what was written is not read yet',
  empty: 'nothing was ever written to it',
  reading: 'lines come',
  waiting: 'all is read, nothing new comes',
};

export function sourcesText(parts: {
  readonly host: string;
  readonly timezone: string;
  readonly sources: readonly SourceReport[];
  /** Why it stands by, where it does. */
  readonly standby?: string | undefined;
}): string {
  const head = wrapped('', `linesman on ${visible(parts.host, NAME_CHARS)}: ${headText(parts)}`).join('\n');
  const blocks = parts.sources.map((source) => sourceLines(source, parts.timezone).join('\n'));
  return `${[head, ...blocks].join('\n\n')}\n`;
}

function headText({ sources, standby }: Pick<Parameters<typeof sourcesText>[0], 'sources' | 'standby'>): string {
  if (standby !== undefined) return `standing by, it reads nothing. ${visible(standby, NAME_CHARS)}`;
  if (sources.length === 0) return 'starting, no source is opened yet';
  return `${sources.length} source${sources.length === 1 ? '' : 's'}`;
}

function sourceLines(source: SourceReport, timezone: string): readonly string[] {
  const { name, kind, condition, lagMs, watermark } = source;
  const lag = lagMs > 0 ? `, ${durationText(lagMs)} behind` : '';
  return [
    ...wrapped(
      '',
      `${visible(name, NAME_CHARS)} (${kind}): ${condition.toUpperCase()}, ${CONDITIONS[condition]}${lag}`,
    ),
    ...row('lines', linesText(source)),
    ...(watermark === undefined ? [] : row('newest', timestamp(watermark, timezone))),
    ...ledgerRows(source),
    ...(source.audit ? row('audit', auditText(source.audit, timezone)) : []),
    ...source.problems.flatMap((problem) => row('problem', visible(problem, NAME_CHARS))),
    ...unseenRows(source),
    ...generationLines(source),
  ];
}

function unseenRows({ unseen = [] }: SourceReport): readonly string[] {
  if (unseen.length === 0) return [];
  const what = unseen.map((one) => visible(one, NAME_CHARS)).join('; ');
  return row('unseen', `${what}. \`linesman sources --contract\` prints the log_format that says it.`);
}

function linesText({ lines, patterns, unparsedShare, skipped }: SourceReport): string {
  const formats = patterns.map(({ pattern, lines: some }) => `${visible(pattern, 60)} ${countText(some)}`);
  const unparsed = lines === 0 ? [] : [`unparsed ${percent(unparsedShare)}`];
  const odd = [
    ...(skipped.late ? [`late ${countText(skipped.late)}`] : []),
    ...(skipped.off_clock ? [`off clock ${countText(skipped.off_clock)}`] : []),
  ];
  const details = [...formats, ...unparsed, ...odd].join(', ');
  return details === '' ? countText(lines) : `${countText(lines)}: ${details}`;
}

function ledgerRows({ ledger }: SourceReport): readonly string[] {
  if (!ledger) return [];
  const skipped = (Object.entries(ledger.skipped) as [ByteReason, number][])
    .filter(([, bytes]) => bytes > 0)
    .map(([reason, bytes]) => `${exact(bytes)} ${reason}`);
  const taken = [`${exact(ledger.taken)} taken`, ...skipped, `${exact(ledger.unread)} unread`].join(' + ');
  const gap = ledger.gap === 0 ? '' : ` (${exact(ledger.gap)} are unaccounted for: please report this)`;
  return row('bytes', `${exact(ledger.present)} present = ${taken}${gap}`);
}

/** Bytes are told one by one: the ledger adds up or it does not. */
function exact(bytes: number): string {
  return String(bytes).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function auditText({ verdict, since, requests, lines, gap, problem }: AuditReport, timezone: string): string {
  const counted = `${countText(requests)} requests since ${timestamp(since ?? 0, timezone)}, ${countText(lines)} lines`;
  if (problem !== undefined) return `cannot be done: ${visible(problem, NAME_CHARS)}`;
  if (verdict === 'beginning') return 'has begun';
  if (verdict === 'agrees') return `agrees: ${counted}, none missing`;
  if (verdict === 'unclear') return `cannot say: ${counted}, so a gap could hide behind them`;
  const grows = verdict === 'growing' ? ' and more by the minute' : '';
  return `${countText(gap)} LINES ARE MISSING${grows}: ${counted}`;
}

function generationLines({ generations, generationsMore }: SourceReport): readonly string[] {
  if (generations.length === 0) return [];
  const rows = generations.map(cellsOf);
  const wide = Math.max(4, ...generations.map(({ name }) => [...visible(name, NAME_CHARS)].length));
  const columns = Math.min(wide, NAME_COLUMNS);
  const head = ['file', 'state', 'pattern', 'size', 'unread', 'skipped'];
  const more = generationsMore > 0 ? [`${LABEL}and ${countText(generationsMore)} more; --all lists them`] : [];
  return [...[head, ...rows].map((cells) => tableRow(cells, columns)), ...more];
}

function cellsOf({ name, state, pattern, size, unread, skipped }: GenerationReport): readonly string[] {
  return [
    visible(name, NAME_CHARS),
    state,
    visible(pattern ?? '-', 16),
    valueText(size, 'bytes'),
    unread === 0 ? '-' : valueText(unread, 'bytes'),
    skipped === 0 ? '-' : valueText(skipped, 'bytes'),
  ];
}

/** A longer name stands on a line of its own, whole: half a path helps nobody. */
function tableRow([name = '', state = '', pattern = '', ...sizes]: readonly string[], columns: number): string {
  const rest = `${state.padEnd(8)}${pattern.padEnd(17)}${sizes.map((size) => size.padStart(10)).join('')}`.trimEnd();
  const isLong = [...name].length > columns;
  return isLong ? `${LABEL}${name}\n${LABEL}${' '.repeat(columns)}  ${rest}` : `${LABEL}${pad(name, columns)}  ${rest}`;
}

function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - [...text].length));
}

function row(label: string, text: string): readonly string[] {
  return wrapped(`${LABEL}${label}`.padEnd(INDENT.length), text);
}

/** Breaks at spaces only: a path can be copied whole. */
function wrapped(first: string, text: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  for (const word of text.split(' ')) {
    if (!isFresh && line.length + 1 + word.length > SOURCES_COLUMNS) {
      lines.push(line);
      line = INDENT;
      isFresh = true;
    }
    line += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  return [...lines, line];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
