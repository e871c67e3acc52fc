/** Charts of the quality bench: plain SVG, readable on light and dark. */

const WIDTH = 860;
const STYLE = `<style>
:root{color-scheme:light dark}
svg{background:#fff}text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}.quiet{fill:#666}
.grid{stroke:#ddd}.axis{stroke:#888}
@media(prefers-color-scheme:dark){svg{background:#16181c}text{fill:#e6e6e6}.quiet{fill:#9aa0a6}.grid{stroke:#33373d}.axis{stroke:#777}}
</style>`;
const COLOURS = ['#2f7ed8', '#d9622b', '#3a9a5b', '#9b59b6', '#b8860b', '#c0392b', '#16a0a0', '#7f8c8d'];

const APART_PX = 1;

interface TimesRow {
  readonly name: string;
  /** Infinity: never. */
  readonly seconds: readonly number[];
}

/** One row a kind, one dot a run on a scale of logarithms; what was never told stands at the right edge as a number. */
export function timesChart(title: string, rows: readonly TimesRow[]): string {
  const [left, right, top, rowHeight] = [410, 90, 60, 26];
  const height = top + rows.length * rowHeight + 40;
  const ticks = [1, 10, 60, 600, 3_600, 10_800];
  const x = (seconds: number) => left + ((WIDTH - left - right) * Math.log(Math.max(1, seconds))) / Math.log(10_800);
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${top - 12}" y2="${height - 34}"/><text class="quiet" text-anchor="middle" x="${x(tick)}" y="${height - 16}">${tickText(tick)}</text>`,
  );
  const lines = rows.map(({ name, seconds }, at) => {
    const y = top + at * rowHeight;
    const missed = seconds.filter((one) => !Number.isFinite(one)).length;
    const dots = seconds
      .filter(Number.isFinite)
      .map(
        (one, run) =>
          `<circle cx="${x(one).toFixed(1)}" cy="${(y + (((run * 7) % 11) - 5) * 0.9).toFixed(1)}" r="2.6"/>`,
      );
    const told = `<text class="quiet" x="${WIDTH - right + 14}" y="${y + 4}">${missed === 0 ? '' : `${missed} missed`}</text>`;
    return `<text text-anchor="end" x="${left - 14}" y="${y + 4}">${escapeXml(name)}</text><g fill="${COLOURS[0]}" fill-opacity=".45">${dots.join('')}</g>${told}`;
  });
  return svg(height, title, [...grid, ...lines]);
}

export interface ChartLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Axes {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Scales of logarithms. */
  readonly isLog?: boolean;
  /** Dotted: what would be right. */
  readonly ideal?: ChartLine;
}

/** Lines over two axes with a legend below. */
export function linesChart(
  { title, x: xName, y: yName, isLog = false, ideal }: Axes,
  lines: readonly ChartLine[],
): string {
  const [left, right, top, bottom] = [70, 20, 50, 60 + 20 * Math.ceil(lines.length / 3)];
  const height = 380 + bottom;
  const all = [...lines, ...(ideal ? [ideal] : [])].flatMap(({ points }) => points);
  const xScale = scaleOf(
    all.map(([x]) => x),
    [left, WIDTH - right],
    isLog,
  );
  const yScale = scaleOf(
    all.map(([, y]) => y),
    [height - bottom, top],
    isLog,
  );
  const grid = [
    ...xScale.ticks.map(
      (tick) =>
        `<line class="grid" x1="${xScale.at(tick)}" x2="${xScale.at(tick)}" y1="${top}" y2="${height - bottom}"/><text class="quiet" text-anchor="middle" x="${xScale.at(tick)}" y="${height - bottom + 18}">${tick}</text>`,
    ),
    ...yScale.ticks.map(
      (tick) =>
        `<line class="grid" y1="${yScale.at(tick)}" y2="${yScale.at(tick)}" x1="${left}" x2="${WIDTH - right}"/><text class="quiet" text-anchor="end" x="${left - 8}" y="${yScale.at(tick) + 4}">${tick}</text>`,
    ),
  ];
  const path = ({ points }: ChartLine) =>
    apart(points.map(([x, y]) => [xScale.at(x), yScale.at(y)] as const))
      .map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(' ');
  const drawn = lines.map(
    (line, at) =>
      `<polyline fill="none" stroke="${COLOURS[at % COLOURS.length]}" stroke-width="2" points="${path(line)}"/>`,
  );
  const dotted = ideal ? [`<polyline fill="none" class="axis" stroke-dasharray="4 4" points="${path(ideal)}"/>`] : [];
  const legend = lines.map(({ name }, at) => {
    const [x, y] = [left + (at % 3) * 260, height - bottom + 52 + 20 * Math.floor(at / 3)];
    return `<rect x="${x}" y="${y - 9}" width="16" height="4" fill="${COLOURS[at % COLOURS.length]}"/><text x="${x + 22}" y="${y}">${escapeXml(name)}</text>`;
  });
  const names = [
    `<text class="quiet" text-anchor="middle" x="${(left + WIDTH - right) / 2}" y="${height - bottom + 36}">${escapeXml(xName)}</text>`,
    `<text class="quiet" text-anchor="middle" transform="translate(18 ${(top + height - bottom) / 2}) rotate(-90)">${escapeXml(yName)}</text>`,
  ];
  return svg(height, title, [...grid, ...dotted, ...drawn, ...legend, ...names]);
}

/** Without those on which a point lies already: curves of thousands of rows are large files else. */
function apart(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const point of points) {
    const [x, y] = kept.at(-1) ?? [Number.NEGATIVE_INFINITY, 0];
    if (Math.hypot(point[0] - x, point[1] - y) >= APART_PX) kept.push(point);
  }
  return kept;
}

function scaleOf(values: readonly number[], [from, to]: readonly [number, number], isLog: boolean) {
  const kept = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  const [low, high] = isLog
    ? [Math.floor(Math.log10(Math.min(...kept))), Math.ceil(Math.log10(Math.max(...kept)))]
    : [Math.min(0, ...kept), Math.max(1, ...kept)];
  const place = (value: number) => (isLog ? Math.log10(Math.max(value, 10 ** low)) : value);
  return {
    at: (value: number) => from + ((to - from) * (Math.min(high, place(value)) - low)) / Math.max(1e-9, high - low),
    ticks: isLog
      ? Array.from({ length: high - low + 1 }, (_, at) => Number((10 ** (low + at)).toPrecision(1)))
      : [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => Number((low + part * (high - low)).toPrecision(2))),
  };
}

function tickText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}

function svg(height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${STYLE}<text class="title" x="20" y="28">${escapeXml(title)}</text>${parts.join('')}</svg>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
