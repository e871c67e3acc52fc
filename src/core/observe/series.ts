/**
 * The key of a series: `name` or `name{label=value,label=value}`, labels sorted. Values may come from log lines, so
 * everything but [A-Za-z0-9._:/@*-] and space is escaped as %XX of its UTF-8 bytes, and a value is cut at LABEL_CHARS.
 */

export const LABEL_CHARS = 100;

export function seriesKey(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return name;
  return `${name}{${names.map((label) => `${label}=${escapeValue(labels[label] ?? '')}`).join(',')}}`;
}

export interface SeriesParts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function parseSeriesKey(key: string): SeriesParts {
  const brace = key.indexOf('{');
  if (brace === -1) return { name: key, labels: {} };
  const pairs = key.slice(brace + 1, -1).split(',');
  return {
    name: key.slice(0, brace),
    labels: Object.fromEntries(
      pairs.map((pair) => {
        const equals = pair.indexOf('=');
        return [pair.slice(0, equals), decodeURIComponent(pair.slice(equals + 1))];
      }),
    ),
  };
}

function escapeValue(value: string): string {
  const whole = value.slice(0, LABEL_CHARS).toWellFormed();
  return whole.replace(/[^A-Za-z0-9._:/@* -]+/g, escapeRun);
}

/** encodeURIComponent leaves five letters that are no part of a key. A fresh value costs this much, so it is one call. */
function escapeRun(run: string): string {
  return encodeURIComponent(run).replace(/[!~'()]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
