/** Sizes, ages and paths of the machine as sentences have them. */

const STEP = 1_000;
const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const PATH_CHARS = 120;

/** 12.3 MB: powers of ten, as disks are sold. */
export function shownBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= STEP && unit < SIZE_UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${SIZE_UNITS[unit]}`;
}

/** '3 h', '2 days'; of what lies ahead '0 s'. */
export function shownAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** Both ends of a long one. */
export function shownPath(path: string): string {
  if (path.length <= PATH_CHARS) return path;
  return `${path.slice(0, PATH_CHARS / 2)}...${path.slice(-PATH_CHARS / 2)}`;
}
