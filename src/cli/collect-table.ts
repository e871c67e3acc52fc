/** This machine's figures as a table, a block a collector; texts from outside are made harmless. */
import { parseSeriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, Measurement } from '../core/plugin.ts';
import { cutTo, widthOf } from '../core/render/paint.ts';
import { visible } from '../core/render/sanitise.ts';
import { valueText } from '../core/render/units.ts';

/** What one collector said. */
export interface Collected {
  readonly plugin: CollectorPlugin;
  readonly measured: readonly Measurement[];
  /** Why it said nothing. */
  readonly problem?: string;
}

/** Label values are cut, so that the numbers stay in sight. */
const LABEL_COLUMNS = 40;
const LINE_CHARS = 300;
const GAP = '  ';

interface Row {
  readonly series: string;
  readonly label: string;
  readonly value: string;
  readonly describe: string;
  readonly lines: readonly string[];
}

/** `columns`: no line is wider. */
export function collectedText(collected: readonly Collected[], columns: number): string {
  const blocks = collected.filter(({ measured }) => measured.length > 0).map((one) => ({ ...one, rows: rowsOf(one) }));
  const all = blocks.flatMap(({ rows }) => rows);
  const widths = {
    series: Math.max(0, ...all.map(({ series }) => widthOf(series))),
    label: Math.max(0, ...all.map(({ label }) => widthOf(label))),
    value: Math.max(0, ...all.map(({ value }) => widthOf(value))),
  };
  const texts = blocks.map(({ plugin, rows }) =>
    [plugin.name, ...rows.flatMap((row) => rowLines(row, widths))].map((line) => cutTo(line, columns)).join('\n'),
  );
  const silent = collected.filter(({ measured }) => measured.length === 0).map(({ plugin }) => plugin.name);
  const missing = silent.length === 0 ? [] : [`Nothing to say here: ${silent.join(', ')}`];
  return `${[...texts, ...missing].join('\n\n')}\n`;
}

function rowsOf({ plugin, measured }: Collected): readonly Row[] {
  const specs = new Map(plugin.series.map((spec) => [spec.name, spec]));
  return measured.map(({ series, value, lines = [] }) => {
    const { name, labels } = parseSeriesKey(series);
    const spec = specs.get(name);
    return {
      series: name,
      label: cutTo(visible(Object.values(labels).join(' '), LINE_CHARS), LABEL_COLUMNS),
      value: spec ? valueText(value, spec.unit) : String(value),
      describe: spec?.describe ?? '',
      lines: lines.map((line) => visible(line, LINE_CHARS)),
    };
  });
}

function rowLines(
  { series, label, value, describe, lines }: Row,
  widths: { readonly series: number; readonly label: number; readonly value: number },
): readonly string[] {
  const cells = [
    padded(series, widths.series),
    padded(label, widths.label),
    `${' '.repeat(widths.value - widthOf(value))}${value}`,
    describe,
  ];
  return [`${GAP}${cells.join(GAP)}`.trimEnd(), ...lines.map((line) => `${GAP}${GAP}${line}`)];
}

function padded(text: string, columns: number): string {
  return `${text}${' '.repeat(Math.max(0, columns - widthOf(text)))}`;
}
