/** What a file has to be like, read from the options of a check. */
import { UserError } from '../../core/errors.ts';
import type { Options } from '../../core/plugin.ts';

interface Mode {
  readonly bits: number;
  /** False: it may have fewer rights, not others. */
  readonly isExact: boolean;
}

export interface Owner {
  readonly user: string;
  readonly group?: string | undefined;
}

export interface Expectations {
  readonly path: string;
  readonly isThere: boolean;
  readonly isUnchanged: boolean;
  readonly maxAgeMs?: number | undefined;
  readonly minBytes?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly checksum?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly owner?: Owner | undefined;
  readonly contains?: string | undefined;
  readonly lacks?: string | undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, b: 1 },
  ...{ kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};
const PATH_CHARS = 1_024;
const TEXT_CHARS = 1_024;
/** In one name: the time to compare a name of 255 letters grows by that much a star. */
const MAX_STARS = 3;

/** Throws UserError for what nobody can mean. */
export function expectationsOf(options: Options): Expectations {
  const read = <T>(name: string, as: (given: string) => T) =>
    options[name] === undefined ? undefined : as(String(options[name]));
  const expected = {
    path: pathOf(String(options.path)),
    isThere: options.exists !== 'no',
    isUnchanged: options.unchanged === 'yes',
    maxAgeMs: read('maxAge', Number),
    minBytes: read('minSize', (given) => bytesOf('minSize', given)),
    maxBytes: read('maxSize', (given) => bytesOf('maxSize', given)),
    checksum: read('checksum', checksumOf),
    mode: read('mode', modeOf),
    owner: read('owner', ownerOf),
    contains: read('contains', (given) => textOf('contains', given)),
    lacks: read('lacks', (given) => textOf('lacks', given)),
  };
  mustGoTogether(expected);
  return expected;
}

function mustGoTogether(expected: Expectations): void {
  const { path, isThere, minBytes, maxBytes, ...more } = expected;
  if (minBytes !== undefined && maxBytes !== undefined && minBytes > maxBytes)
    throw mistake('minSize is more than maxSize, so that no file has the right size; exchange them');
  const others = [minBytes, maxBytes, more.maxAgeMs, more.checksum, more.mode, more.owner, more.contains, more.lacks];
  if (!isThere && (more.isUnchanged || others.some((value) => value !== undefined)))
    throw mistake(`exists is "no", and more is asked of ${path}; leave exists out, or all other options`);
}

function pathOf(given: string): string {
  if (given.length > PATH_CHARS) throw mistake(`path has more than ${PATH_CHARS} characters; write a shorter one`);
  if (!given.startsWith('/'))
    throw mistake(`path "${given}" begins with no slash; write it from the top, as /etc/nginx/nginx.conf`);
  if (given.split('/').some((part) => part.split('*').length - 1 > MAX_STARS))
    throw mistake(`path "${given}" has more than ${MAX_STARS} stars in a name; leave some out`);
  if (given.includes('**'))
    throw mistake(`path "${given}" has **, which may mean any number of files; write the folders, as /backup/*/db.sql`);
  return given;
}

function bytesOf(option: string, given: string): number {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(given) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (number === undefined || factor === undefined)
    throw mistake(`${option} "${given}" is no size; write a number and B, KB, MB, GB, KiB, MiB or GiB, as "10MB"`);
  return Math.round(Number(number) * factor);
}

function checksumOf(given: string): string {
  const hex = given
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '');
  if (!/^[0-9a-f]{64}$/.test(hex))
    throw mistake(`checksum "${given}" is no SHA-256; write the 64 digits that sha256sum prints`);
  return hex;
}

function modeOf(given: string): Mode {
  const [, most, digits] = /^\s*(at most\s+)?0?([0-7]{3,4})\s*$/.exec(given) ?? [];
  if (digits === undefined)
    throw mistake(`mode "${given}" is none; write it in quotes as ls and chmod have it, "0640", or "at most 0640"`);
  return { bits: Number.parseInt(digits, 8), isExact: most === undefined };
}

function ownerOf(given: string): Owner {
  const [, user, group] = /^([\w.-]{1,64}\$?)(?::([\w.-]{1,64}))?$/.exec(given.trim()) ?? [];
  if (user === undefined)
    throw mistake(`owner "${given}" is none; write a user, as www-data, or a user and a group, as root:adm`);
  return { user, group };
}

function textOf(option: string, given: string): string {
  if (given === '' || given.length > TEXT_CHARS)
    throw mistake(`${option} is empty or has more than ${TEXT_CHARS} characters; write the text to look for`);
  return given;
}

function mistake(message: string): UserError {
  return new UserError('CONFIG', message);
}
