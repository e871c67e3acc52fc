/** What rotation does to names: which files beside a log can be its earlier generations. */
import { basename, dirname } from 'node:path';

/** access.log.1, access.log-20260101, access.log.1.gz; not access.log.json, which is another log. */
const ROTATED_SUFFIX = /^[-._]\d[\dT:Z._+-]*(\.(gz|old))?$|^\.(old|gz)$/;

/** app.1.log, app-20260101.log, each also .gz: what logrotate makes of app.log where it keeps the extension. */
const KEPT_EXTENSION = /^(?:\.\d{1,3}|[-._]\d{4}[\dT:Z._+-]{4,})$/;
const PACKED = /\.gz$/;

/** Whether `path` is a name that rotation gives to the log at `live`. */
export function isRotatedName(path: string, live: string): boolean {
  if (dirname(path) !== dirname(live)) return false;
  const name = basename(path);
  const base = basename(live);
  if (name.startsWith(base)) return ROTATED_SUFFIX.test(name.slice(base.length));
  return keepsExtension(name, base);
}

/** Other kinds of files that programs keep beside a log: the same requests in another form, positions, locks, halves. */
const OTHER_KIND =
  /\.(json|csv|tsv|xml|html?|txt|db|sqlite|pos|offset|position|state|lock|lck|pid|sock|tmp|temp|part|swp|swo)$|~$/i;

/** Whether `path` can be what somebody made of the log at `live`: its name, and whatever was put behind it. */
export function isAnyRotatedName(path: string, live: string): boolean {
  if (isRotatedName(path, live)) return true;
  const rest = basename(path).slice(basename(live).length);
  return isSibling(path, live) && /^[-._]/.test(rest) && !OTHER_KIND.test(rest);
}

/** The names it can have been rotated from, as by isRotatedName. */
export function namesBefore(path: string): readonly string[] {
  const start = path.length - basename(path).length;
  const names: string[] = [];
  for (let end = path.length - 1; end > start; end -= 1) {
    if (/[-._]/.test(path.charAt(end)) && ROTATED_SUFFIX.test(path.slice(end))) names.push(path.slice(0, end));
  }
  return [...names, ...withoutMiddle(path, start)];
}

/** Whether `path` lies beside `live` and its name goes on after it, or keeps its extension: where copies and rotated files are looked for. */
export function isSibling(path: string, live: string): boolean {
  if (dirname(path) !== dirname(live)) return false;
  const name = basename(path);
  const base = basename(live);
  return (name.length > base.length && name.startsWith(base)) || keepsExtension(name, base);
}

function keepsExtension(name: string, base: string): boolean {
  const extension = base.lastIndexOf('.');
  if (extension < 1) return false;
  const plain = name.replace(PACKED, '');
  const stem = base.slice(0, extension);
  const end = plain.length - (base.length - extension);
  return (
    end > stem.length &&
    plain.startsWith(stem) &&
    plain.endsWith(base.slice(extension)) &&
    KEPT_EXTENSION.test(plain.slice(stem.length, end))
  );
}

function withoutMiddle(path: string, start: number): readonly string[] {
  const plain = path.replace(PACKED, '');
  const extension = plain.lastIndexOf('.');
  const names: string[] = [];
  for (let end = extension - 1; end > start; end -= 1) {
    if (/[-._]/.test(plain.charAt(end)) && KEPT_EXTENSION.test(plain.slice(end, extension)))
      names.push(`${plain.slice(0, end)}${plain.slice(extension)}`);
  }
  return names;
}
