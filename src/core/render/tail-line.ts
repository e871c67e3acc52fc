/** One line of a log as a person follows it: its fields in columns, in tones that a terminal makes colours of. */
import type { Event, FieldValue } from '../types.ts';
import { visible } from './sanitise.ts';

export type Tone = 'plain' | 'dim' | 'good' | 'moved' | 'warning' | 'bad' | 'worst';

export interface Piece {
  /** Harmless: what came from the log is made visible. */
  readonly text: string;
  readonly tone: Tone;
  /** Cut first where the line is too wide. */
  readonly isElastic?: boolean;
}

/** Longest text shown of a line or field, in characters. */
export const SHOWN_CHARS = 4_000;

export interface TailLine {
  readonly event: Event;
  /** Names of all fields that lines of its pattern can have: they have their column even where a line lacks them. */
  readonly fieldNames: readonly string[];
  /** What the pattern took, for patterns that are neither of access nor of error logs. */
  readonly text: string;
  /** The event's time as it is shown. */
  readonly time: string;
}

export function eventPieces(line: TailLine): readonly Piece[] {
  const { fields } = line.event;
  const time: Piece = { text: line.time, tone: 'dim' };
  if (fields.status !== undefined) return [time, ...requestPieces(line)];
  if (fields.level !== undefined && fields.message !== undefined) return [time, ...messagePieces(fields)];
  return [time, { text: shown(line.text), tone: levelTone(fields.level), isElastic: true }];
}

/** A line that no pattern takes, as it is. */
export function unmatchedPieces(text: string): readonly Piece[] {
  return [{ text: shown(text), tone: 'dim', isElastic: true }];
}

function requestPieces({ event: { fields }, fieldNames }: TailLine): readonly Piece[] {
  const { status, method, path, vhost, client } = fields;
  const pieces: Piece[] = [{ text: shown(status), tone: statusTone(Number(status)) }];
  if (fieldNames.includes('request_time')) pieces.push(secondsPiece(fields.request_time));
  if (fieldNames.includes('bytes')) pieces.push({ text: bytesText(fields.bytes).padStart(6), tone: 'dim' });
  pieces.push({ text: shown(method ?? '-').padEnd(4), tone: 'plain' });
  if (path !== undefined) pieces.push({ text: shown(path), tone: 'plain', isElastic: true });
  const ends = [upstreamText(fields), vhost, client].filter((text) => text !== undefined && text !== '');
  return [...pieces, ...ends.map((text): Piece => ({ text: shown(text), tone: 'dim' }))];
}

function messagePieces(fields: Event['fields']): readonly Piece[] {
  const { level, message, request, upstream, client, server, host } = fields;
  const ends = [
    request === undefined ? '' : `"${request}"`,
    upstream === undefined ? '' : `→ ${upstream}`,
    host ?? server ?? '',
    client ?? '',
  ];
  return [
    { text: shown(level).padEnd(6), tone: levelTone(level) },
    // What was said counts more than who was concerned, so that is cut off first.
    { text: shown(message), tone: 'plain' },
    ...ends.filter((text) => text !== '').map((text): Piece => ({ text: shown(text), tone: 'dim' })),
  ];
}

/** Where it went, how long that took, and its status where nginx answered with another. */
function upstreamText(fields: Event['fields']): string {
  const { upstream, upstream_response_time: time, upstream_status: status } = fields;
  if (upstream === undefined) return '';
  const parts = [
    `→ ${upstream}`,
    time === undefined ? '' : secondsText(time),
    status === fields.status ? '' : (status ?? ''),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** From here on a request is slow enough to be seen. */
const SLOW_S = 1;
const VERY_SLOW_S = 5;

function secondsPiece(value: FieldValue | undefined): Piece {
  const seconds = Number(value);
  const tone = seconds >= VERY_SLOW_S ? 'bad' : seconds >= SLOW_S ? 'warning' : 'plain';
  return { text: (value === undefined ? '-' : secondsText(value)).padStart(8), tone };
}

function secondsText(value: FieldValue): string {
  return `${Number(value).toFixed(3)}s`;
}

const UNITS = ['', 'k', 'M', 'G', 'T'];

/** 1534 is '1.5k'. */
function bytesText(value: FieldValue | undefined): string {
  if (typeof value !== 'number') return '-';
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || scaled >= 99.95 ? Math.round(scaled) : scaled.toFixed(1)}${UNITS[unit]}`;
}

function statusTone(status: number): Tone {
  if (status >= 500) return 'bad';
  if (status >= 400) return 'warning';
  if (status >= 300) return 'moved';
  return status >= 200 ? 'good' : 'dim';
}

function levelTone(level: FieldValue | undefined): Tone {
  const name = String(level ?? '').toLowerCase();
  if (/^(emerg|alert|crit|fatal|severe)/.test(name)) return 'worst';
  if (/^err/.test(name)) return 'bad';
  if (/^warn/.test(name)) return 'warning';
  if (/^notice/.test(name)) return 'moved';
  return /^(debug|trace)/.test(name) ? 'dim' : 'plain';
}

function shown(value: FieldValue | undefined): string {
  return visible(String(value ?? ''), SHOWN_CHARS);
}
