/** `linesman dump` as a person reads it: what each chain holds, everything from outside made harmless. */
import type { DescribedBlob, DescribedPage } from '../window/described.ts';
import type { DescribedSketches } from '../window/described-sketches.ts';
import { cut, visible, visibleJson } from './sanitise.ts';
import { countText, valueText } from './units.ts';

/** Series shown of a page, and rows of a list in a head: the rest is counted, and --json has it all. */
const SERIES_SHOWN = 5;
const ITEMS_SHOWN = 20;
/** Keys shown of a list of heavy hitters. */
const TOPS_SHOWN = 3;
const TOP_CHARS = 40;
const VALUE_CHARS = 2_000;
/** A list of more numbers is told by how many they are. */
const NUMBERS_SHOWN = 8;
const KEY_CHARS = 120;

export interface DumpedChain {
  readonly chain: string;
  readonly blobs: readonly DescribedBlob[];
}

export function dumpText(chains: readonly DumpedChain[]): string {
  return `${chains.map((chain) => chainLines(chain).join('\n')).join('\n\n')}\n`;
}

function chainLines({ chain, blobs }: DumpedChain): readonly string[] {
  const bytes = blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const series = new Set(blobs.flatMap((blob) => (blob.kind === 'page' ? blob.page.series.map(({ key }) => key) : [])));
  const windows = blobs.filter(isWindow).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const each =
    series.size === 0 ? '' : `, ${countText(series.size)} series, ${size(windows / series.size)} of windows each`;
  const pages = [...blobs.filter(isWindow)].sort((a, b) => startOf(a) - startOf(b));
  const others = blobs.filter((blob) => !isWindow(blob));
  return [
    `chain ${visible(chain, KEY_CHARS)}: ${countText(blobs.length)} blobs, ${size(bytes)}${each}`,
    ...[...others, ...pages].flatMap(blobLines),
  ];
}

function blobLines(blob: DescribedBlob): readonly string[] {
  const title = `  ${visible(blob.name, KEY_CHARS).padEnd(12)} ${size(blob.sizeBytes).padStart(9)}  `;
  if (blob.kind === 'head') return [`${title}commit ${visible(blob.id, KEY_CHARS)}`, ...fieldLines(blob.body)];
  if (blob.kind === 'page') return pageLines(title, blob.page);
  if (blob.kind === 'sketches') return sketchLines(title, blob.page);
  if (blob.kind === 'lease') {
    const [agent, place] = [visible(blob.agent, KEY_CHARS), visible(blob.place, KEY_CHARS)];
    return [`${title}held by agent ${agent} on ${place} until ${second(blob.until)}`];
  }
  if (blob.kind === 'json')
    return isLearnt(blob.body) ? learntLines(title, blob.body) : [`${title}${oneLine(blob.body)}`];
  return [`${title}cannot be read: ${visible(blob.why, VALUE_CHARS)}`];
}

function pageLines(title: string, { ring, from, to, series }: DescribedPage): readonly string[] {
  const steps = ring === 's' ? 'seconds' : 'minutes';
  const rows = series.slice(0, SERIES_SHOWN).map((one) => {
    const sum = one.sum === one.count ? '' : `, sum ${countText(one.sum)}`;
    return `      ${visible(one.key, KEY_CHARS)}: ${countText(one.count)} in ${one.steps} steps${sum}`;
  });
  const more = series.length - rows.length;
  return [
    `${title}${steps} ${instant(from)} to ${instant(to)}: ${countText(series.length)} series`,
    ...rows,
    ...(more > 0 ? [`      and ${countText(more)} more series; --json has them`] : []),
  ];
}

/** Quantiles without a unit: a series has none. */
function sketchLines(title: string, page: DescribedSketches): readonly string[] {
  const { from, to, tops, histograms, distincts, exemplars } = page;
  const rows = [
    ...histograms.map(
      ({ series, count, p50, p95, p99 }) =>
        `${visible(series, KEY_CHARS)}: p50 ${countText(p50)}, p95 ${countText(p95)}, p99 ${countText(p99)} of ${countText(count)}`,
    ),
    ...distincts.map(
      ({ series, by, different }) =>
        `${visible(series, KEY_CHARS)}: about ${countText(different)} different of ${visible(by, KEY_CHARS)}`,
    ),
    ...tops.map(({ series, by, entries }) => {
      const most = entries.slice(0, TOPS_SHOWN).map(([key, count]) => `${visible(key, TOP_CHARS)} ${countText(count)}`);
      return `${visible(series, KEY_CHARS)} by ${visible(by, KEY_CHARS)}: ${most.join(', ')}`;
    }),
  ];
  const lists = `${countText(tops.length)} top lists, ${countText(exemplars)} exemplars`;
  const shown = rows.slice(0, ITEMS_SHOWN).map((row) => `      ${row}`);
  const more = rows.length - shown.length;
  return [
    `${title}sketches ${second(from)} to ${second(to)}: ${countText(histograms.length)} histograms, ${countText(distincts.length)} distinct counts, ${lists}`,
    ...shown,
    ...(more > 0 ? [`      and ${countText(more)} more; --json has them`] : []),
  ];
}

/** One line a field; of a list its first items, each on a line. */
function fieldLines(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null) return [`      ${oneLine(body)}`];
  return Object.entries(body).flatMap(([name, value]) => {
    const label = `      ${visible(name, KEY_CHARS)}:`;
    if (!Array.isArray(value) || value.length === 0) return [`${label} ${oneLine(value)}`];
    const items = value.slice(0, ITEMS_SHOWN).map((item) => `        ${oneLine(item)}`);
    const more = value.length - items.length;
    return [label, ...items, ...(more > 0 ? [`        and ${countText(more)} more; --json has them`] : [])];
  });
}

/** What a watch has learnt: what it is of, then a line for each label value. */
interface StoredLearnt {
  readonly judges: unknown;
  readonly learnt: readonly unknown[];
}

function isLearnt(body: unknown): body is StoredLearnt {
  return (
    typeof body === 'object' && body !== null && 'judges' in body && 'learnt' in body && Array.isArray(body.learnt)
  );
}

function learntLines(title: string, { judges, learnt }: StoredLearnt): readonly string[] {
  const rows = learnt.slice(0, ITEMS_SHOWN).map((one) => `      ${oneLine(one)}`);
  const more = learnt.length - rows.length;
  return [
    `${title}learnt by ${visible(String(judges), KEY_CHARS)}`,
    ...rows,
    ...(more > 0 ? [`      and ${countText(more)} more; --json has them`] : []),
  ];
}

function oneLine(value: unknown): string {
  return cut(visibleJson(JSON.stringify(shortened(value)) ?? 'undefined'), VALUE_CHARS);
}

/** Long lists of numbers as how many they are: nobody reads five hundred of them. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isLong = value.length > NUMBERS_SHOWN && value.every((one) => typeof one === 'number');
    return isLong ? numbersText(value) : value.map(shortened);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one)]));
}

/** What is not known yet is no number. */
function numbersText(numbers: readonly number[]): string {
  const known = numbers.filter(Number.isFinite);
  const least = known.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const most = known.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const of = known.length === numbers.length ? '' : `, ${known.length} of them known`;
  const range = least === most ? `all ${rounded(most)}` : `${rounded(least)} to ${rounded(most)}`;
  return `${numbers.length} numbers${of}${known.length === 0 ? '' : `, ${range}`}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function isWindow(blob: DescribedBlob): boolean {
  return blob.kind === 'page' || blob.kind === 'sketches';
}

function startOf(blob: DescribedBlob): number {
  return blob.kind === 'page' || blob.kind === 'sketches' ? blob.page.from : 0;
}

function size(bytes: number): string {
  return valueText(Math.round(bytes), 'bytes');
}

function instant(time: number): string {
  return new Date(time).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}

function second(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
