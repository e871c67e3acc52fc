/** Other settings while linesman runs: what changed, whether it takes a new start of the service, and whether it is right. */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/config.ts';
import { parseRedisUrl } from '../../redis/connect.ts';
import { createNotifier } from '../telling/delivering.ts';
import { askKnown } from './ask-patterns.ts';
import { folderOf } from './reloading.ts';

/** Keys of linesman.yaml, in the order in which docs/CONFIG.md has them. */
const KEYS = [
  ...(['host', 'data', 'redis', 'http', 'timezone', 'log', 'sources', 'mail'] as const),
  ...(['falseAlarmsPerMonth', 'digest', 'learnFrom', 'patterns', 'nginxConf'] as const),
  ...(['watches', 'collectors', 'checks', 'machine', 'events'] as const),
] as const;
export type Key = (typeof KEYS)[number];

/** The others are read when the service starts. */
const IN_PLACE: readonly Key[] = [
  ...([
    'log',
    'mail',
    'falseAlarmsPerMonth',
    'digest',
    'learnFrom',
    'patterns',
    'nginxConf',
    'watches',
    'checks',
  ] as const),
];

/** In what two differ; values may be secrets, and are not told. */
export function changedKeys(before: Config, next: Config): readonly Key[] {
  return KEYS.filter((key) => !isDeepStrictEqual(before[key], next[key]));
}

export function isInPlace(before: Config, next: Config): boolean {
  const areMailsSent = [before, next].map(({ mail }) => mail.smtp !== undefined);
  return areMailsSent[0] === areMailsSent[1] && changedKeys(before, next).every((key) => IN_PLACE.includes(key));
}

/** Throws UserError where the address of the mail server or of Redis cannot be read. */
export function checkServers(next: Config): void {
  createNotifier(next);
  if (next.redis !== undefined) parseRedisUrl(next.redis);
}

/** Throws UserError with all mistakes that a start would find in pattern files, and in what is said of watches and collectors. */
export async function checkPatterns(next: Config, signal: AbortSignal): Promise<void> {
  const folder = next.patterns === undefined ? undefined : await folderOf(next.patterns);
  await askKnown({ config: next, folder: next.patterns ?? '', found: folder?.files ?? new Map() }, signal);
}
