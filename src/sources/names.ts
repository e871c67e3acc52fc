/** What rotation does to names: which files beside a log can be its earlier generations. */
import { basename, dirname } from 'node:path';

/** access.log.1, access.log-20260101, access.log.1.gz; not access.log.json, which is another log. */
const ROTATED_SUFFIX = /^[-._]\d[\dT:Z._+-]*(\.(gz|old))?$|^\.(old|gz)$/;

/** Whether `path` is a name that rotation gives to the log at `live`. */
export function isRotatedName(path: string, live: string): boolean {
  return isSibling(path, live) && ROTATED_SUFFIX.test(basename(path).slice(basename(live).length));
}

/** The names it can have been rotated from, as by isRotatedName. */
export function namesBefore(path: string): readonly string[] {
  const start = path.length - basename(path).length;
  const names: string[] = [];
  for (let end = path.length - 1; end > start; end -= 1) {
    if (/[-._]/.test(path.charAt(end)) && ROTATED_SUFFIX.test(path.slice(end))) names.push(path.slice(0, end));
  }
  return names;
}

/** Whether `path` lies beside `live` and its name goes on after it: where copies and rotated files are looked for. */
export function isSibling(path: string, live: string): boolean {
  const name = basename(path);
  const base = basename(live);
  return dirname(path) === dirname(live) && name.length > base.length && name.startsWith(base);
}
