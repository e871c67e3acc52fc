/** Numbers as a person reads them at night: few digits, with their unit. */
import type { Unit } from '../types.ts';

/** 0.124 as a share is '12.4%', 250 as seconds '4 min 10 s', 1288490188 as bytes '1.2 GB'. */
export function valueText(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (unit === 'share') return `${digits(value * 100)}%`;
  if (unit === 'percent') return `${digits(value)}%`;
  if (unit === 'seconds') return secondsText(value);
  if (unit === 'bytes') return bytesText(value);
  if (unit === 'bytes-per-second') return `${bytesText(value)}/s`;
  if (unit === 'per-second') return `${countText(value)}/s`;
  if (unit === 'celsius') return `${digits(value)} °C`;
  return countText(value);
}

/** 4613 is '4,613', 3.24 is '3.2'. */
export function countText(value: number): string {
  const [whole = '0', fraction] = digits(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A length of time: '850 ms', '45 s', '4 min 10 s', '14 min', '3 h 20 min', '2 days 4 h'. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) return twoUnits(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return twoUnits(minutes, 60, 'h', 'min');
  return twoUnits(Math.round(minutes / 60), 24, 'days', 'h');
}

function twoUnits(total: number, size: number, big: string, small: string): string {
  const rest = total % size;
  return rest === 0 ? `${total / size} ${big}` : `${Math.floor(total / size)} ${big} ${rest} ${small}`;
}

/** Under ten seconds the part of a second matters, as for response times. */
function secondsText(seconds: number): string {
  if (seconds >= 10) return durationText(seconds * 1_000);
  return seconds >= 1 || seconds === 0 ? `${digits(seconds)} s` : `${digits(seconds * 1_000)} ms`;
}

function bytesText(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
  return `${digits(bytes / 1_000 ** power)} ${units[power]}`;
}

/** One decimal, from a hundred on none; below one, two significant digits, so that a small usual value does not become 0. */
function digits(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(Math.abs(value) < 1 ? value.toPrecision(2) : value.toFixed(1)));
}
