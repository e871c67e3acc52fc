/** A judged series as a picture: SVG, by itself, readable on light and dark. Names in it may be anybody's text and are escaped. */
import type { LabelledWindow } from '../detect/label-score.ts';
import { timeMarks, valueMarks } from './plot-axes.ts';
import type { PlotAlarm, PlotPoint } from './plot-points.ts';
import { cut, escapeHtml, visible } from './sanitise.ts';

export interface Plot {
  readonly title: string;
  readonly points: readonly PlotPoint[];
  readonly alarms: readonly PlotAlarm[];
  readonly labels: readonly LabelledWindow[];
  readonly timezone: string;
}

const WIDTH = 1_100;
const HEIGHT = 420;
const EDGE = { left: 76, right: 22, top: 64, bottom: 44 };
const TITLE_CHARS = 90;
/** What is expected is drawn as far as this many heights of the values beyond them. */
const BEYOND = 0.15;
const LABELS_MAX = 1_000;
/** Times the larger one; marks are exact to twelve digits. */
const LEAST_APART = 1e-9;

const STYLE = `:root{color-scheme:light dark}
text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#444}
.paper{fill:#fff}.title{font-size:16px;font-weight:600;fill:#111}.grid{stroke:#e4e4e4}
.band{fill:#2f7ed8;fill-opacity:.16}.value{stroke:#23507f;stroke-width:1.3;fill:none;stroke-linejoin:round}
.label{fill:#e0a100;fill-opacity:.24}.alarm{fill:#c8102e;stroke:#fff;stroke-width:1}.stem{stroke:#c8102e;stroke-width:1;stroke-opacity:.4}
@media(prefers-color-scheme:dark){text{fill:#b6bcc4}.paper{fill:#15181c}.title{fill:#f2f2f2}.grid{stroke:#2c3138}
.band{fill:#5aa2f0;fill-opacity:.24}.value{stroke:#a9cdf5}.label{fill:#f0b400;fill-opacity:.26}.alarm{fill:#ff5a6e;stroke:#15181c}.stem{stroke:#ff5a6e}}`;

export function renderPlot(plot: Plot): string {
  const scale = scaleOf(plot.points);
  const parts = [
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${EDGE.left}" y="28">${escapeHtml(cut(visible(plot.title, TITLE_CHARS), TITLE_CHARS))}</text>`,
    legend(plot),
    ...axes(scale, plot.timezone),
    ...plot.labels.slice(0, LABELS_MAX).map((label) => labelMark(label, scale)),
    expectedBand(plot.points, scale),
    `<polyline class="value" points="${valueLine(plot.points, scale)}"/>`,
    ...plot.alarms.map((alarm) => alarmMark(alarm, scale)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"><style>${STYLE}</style>${parts.join('\n')}</svg>\n`;
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  x(time: number): number;
  y(value: number): number;
}

/** The values fill it; what is expected is cut where it lies far beyond them. */
function scaleOf(points: readonly PlotPoint[]): Scale {
  const from = points[0]?.from ?? 0;
  const to = Math.max(from + 1, points.at(-1)?.to ?? 0);
  const lowest = points.reduce((least, { low }) => Math.min(least, low), points[0]?.low ?? 0);
  const highest = points.reduce((most, { high }) => Math.max(most, high), points[0]?.high ?? 0);
  const room = roomFor(lowest, highest);
  const bands = points.flatMap((point) => point.band ?? []);
  const low = Math.max(
    lowest - room * BEYOND,
    bands.reduce((least, one) => Math.min(least, one.low), lowest - room * 0.04),
  );
  const high = Math.min(
    highest + room * BEYOND,
    bands.reduce((most, one) => Math.max(most, one.high), highest + room * 0.06),
  );
  const [width, height] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
  const within = (part: number) => Math.min(1, Math.max(0, part));
  return {
    ...{ from, to, low, high },
    x: (time) => round(EDGE.left + width * within((time - from) / (to - from))),
    y: (value) => round(EDGE.top + height * (1 - within((value - low) / (high - low)))),
  };
}

/** Values too close to have marks between them are drawn as one that stays the same. */
function roomFor(lowest: number, highest: number): number {
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  const apart = highest - lowest;
  return apart > Math.max(size * LEAST_APART, Number.MIN_VALUE / LEAST_APART) ? apart : Math.max(1, size) * 0.2;
}

function axes(scale: Scale, timezone: string): string[] {
  const right = WIDTH - EDGE.right;
  const bottom = HEIGHT - EDGE.bottom;
  const values = valueMarks(scale.low, scale.high, 6).map(
    ({ at, text }) =>
      `<line class="grid" x1="${EDGE.left}" x2="${right}" y1="${scale.y(at)}" y2="${scale.y(at)}"/><text text-anchor="end" x="${EDGE.left - 8}" y="${scale.y(at) + 4}">${text}</text>`,
  );
  const times = timeMarks(scale.from, scale.to, 9, timezone).map(
    ({ at, text }) =>
      `<line class="grid" x1="${scale.x(at)}" x2="${scale.x(at)}" y1="${EDGE.top}" y2="${bottom}"/><text text-anchor="middle" x="${scale.x(at)}" y="${bottom + 20}">${text}</text>`,
  );
  return [...values, ...times];
}

function legend({ alarms, labels }: Plot): string {
  const entries = [
    { mark: (x: number) => `<line class="value" x1="${x}" x2="${x + 22}" y1="45" y2="45"/>`, text: 'value' },
    { mark: (x: number) => `<rect class="band" x="${x}" y="39" width="22" height="12"/>`, text: 'expected' },
    {
      mark: (x: number) => `<circle class="alarm" cx="${x + 11}" cy="45" r="5"/>`,
      text: alarms.length === 1 ? '1 alarm' : `${alarms.length} alarms`,
    },
    ...(labels.length === 0
      ? []
      : [{ mark: (x: number) => `<rect class="label" x="${x}" y="39" width="22" height="12"/>`, text: 'labelled' }]),
  ];
  return entries
    .map(
      ({ mark, text }, at) =>
        `${mark(EDGE.left + at * 170)}<text x="${EDGE.left + at * 170 + 30}" y="49">${text}</text>`,
    )
    .join('');
}

/** One that is shorter than a pixel is seen all the same. */
function labelMark({ from, to }: LabelledWindow, scale: Scale): string {
  if (to < scale.from || from > scale.to) return '';
  const x = scale.x(from);
  const width = Math.max(2, round(scale.x(to) - x));
  return `<rect class="label" x="${x}" y="${EDGE.top}" width="${width}" height="${HEIGHT - EDGE.top - EDGE.bottom}"/>`;
}

function expectedBand(points: readonly PlotPoint[], scale: Scale): string {
  const known = points.flatMap(({ from, to, band }) =>
    band === undefined ? [] : [{ x: scale.x((from + to) / 2), band }],
  );
  const above = known.map(({ x, band }) => `${x},${scale.y(band.high)}`);
  const below = known.map(({ x, band }) => `${x},${scale.y(band.low)}`);
  return `<polygon class="band" points="${[...above, ...below.reverse()].join(' ')}"/>`;
}

/** Of values that were joined both ends are drawn, so that no peak is lost. */
function valueLine(points: readonly PlotPoint[], scale: Scale): string {
  return points
    .map(({ from, to, low, high }) =>
      low === high
        ? `${scale.x(from)},${scale.y(low)}`
        : `${scale.x(from)},${scale.y(low)} ${scale.x(to)},${scale.y(high)}`,
    )
    .join(' ');
}

function alarmMark({ time, value }: PlotAlarm, scale: Scale): string {
  const [x, y] = [scale.x(time), scale.y(value)];
  return `<line class="stem" x1="${x}" x2="${x}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}"/><circle class="alarm" cx="${x}" cy="${y}" r="5"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
