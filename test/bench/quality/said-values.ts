/** Values in what drawn applications log: ids, times, addresses, names, as programs write them. */

export type Random = () => number;

export const FIRST =
  'alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent'.split(' ');

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

export function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

export function hex(random: Random, length: number): string {
  return Array.from({ length }, () => whole(random, 16).toString(16)).join('');
}

export function uuid(random: Random): string {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
}

export function id(random: Random): string {
  return pick(random, [
    () => String(whole(random, 1e6)),
    () => uuid(random),
    () => hex(random, 24),
    () => `${pick(random, ['ab', 'cd'])}_${whole(random, 1e4)}`,
  ])();
}

export function duration(random: Random): string {
  return pick(random, [
    `${whole(random, 900)}ms`,
    `${(random() * 60).toFixed(2)}s`,
    `${whole(random, 9)}m${whole(random, 60)}s`,
  ]);
}

export function ip(random: Random): string {
  return pick(random, [`10.0.${whole(random, 256)}.${whole(random, 256)}`, `2001:db8::${hex(random, 4)}`]);
}

export function address(random: Random): string {
  return `10.0.${whole(random, 9)}.${whole(random, 256)}:${1024 + whole(random, 60_000)}`;
}

export function email(random: Random): string {
  return `${pick(random, FIRST)}.${whole(random, 99)}@example.${pick(random, ['com', 'org'])}`;
}

export function host(random: Random): string {
  return `${pick(random, ['db', 'node', 'cache'])}-${whole(random, 20)}.internal.example`;
}

export function path(random: Random, word: string): string {
  return `/${word}/${hex(random, 6)}/${pick(random, FIRST)}`;
}

export function url(random: Random): string {
  return `https://${host(random)}/api/v1${path(random, 'x')}?page=${whole(random, 9)}`;
}

export function stamp(random: Random): string {
  return new Date(1.7e12 + whole(random, 1e9)).toISOString();
}
