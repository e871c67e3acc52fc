/** What linesman watches of itself, through the same engine as everything else: figures of the machine's source. */
import type { WatchSpec } from '../core/plugin.ts';
import { PEER_WATCH } from './peers/peer-watch.ts';
import { READING_WATCHES } from './reading/reading-watches.ts';

export const DEAD_DELIVERIES = 'linesman.delivery.dead';
export const EVICTING_REDIS = 'linesman.redis.evicting';
export const STATE_LOST = 'linesman.state.lost';
export const PATTERN_TOO_SLOW = 'linesman.pattern.too_slow';

/** An open fault of the machine with a better rank would keep these from being told. */
const RANK = 3;

export const SELF_WATCHES: readonly WatchSpec[] = [
  ...READING_WATCHES,
  PEER_WATCH,
  {
    name: DEAD_DELIVERIES,
    detector: 'threshold',
    options: { series: DEAD_DELIVERIES, statistic: 'count', window: 60_000, above: 1, unit: 'count' },
    severity: 'warning',
    clearAfterMs: 60_000,
    rank: RANK,
    title: 'Notifications that could not be delivered',
    why: 'A mail server refused a receiver for good, or could not be reached for a day. Somebody who should have been told was not.',
    whatToDo:
      'Read why in the log of linesman ("Gave up a notification"), then mend the address in LINESMAN_MAIL_TO or the server in LINESMAN_SMTP_URL.',
  },
  {
    name: EVICTING_REDIS,
    detector: 'threshold',
    options: { series: EVICTING_REDIS, statistic: 'count', window: 180_000, above: 1, unit: 'count' },
    severity: 'critical',
    clearAfterMs: 60_000,
    rank: RANK,
    title: 'Redis may evict what linesman remembers',
    why: 'The maxmemory-policy of Redis was changed to one that drops keys. What linesman has counted and learnt can vanish.',
    whatToDo: 'Run `redis-cli CONFIG SET maxmemory-policy noeviction`, and set it in redis.conf too.',
  },
  {
    name: PATTERN_TOO_SLOW,
    detector: 'threshold',
    options: { series: PATTERN_TOO_SLOW, statistic: 'count', window: 60_000, above: 1, unit: 'count' },
    severity: 'warning',
    clearAfterMs: 60_000,
    isEvent: true,
    rank: RANK,
    title: 'Pattern too slow for a line',
    why: 'One line took an expression of a pattern more than a second, as lines made for that purpose do. linesman goes on without that expression: other sources are read as before, and of this pattern only lines that need no expression are watched.',
    whatToDo:
      'The line above says which pattern and which line.\nMake its expressions plain: no repetition within a repetition, no two ways to read the same text (docs/PATTERNS.md).\nlinesman takes the mended file by itself.',
  },
  {
    name: STATE_LOST,
    detector: 'threshold',
    options: { series: STATE_LOST, statistic: 'count', window: 60_000, above: 1, unit: 'count' },
    severity: 'warning',
    clearAfterMs: 60_000,
    isEvent: true,
    rank: RANK,
    title: 'Redis found emptied',
    why: 'What linesman keeps in Redis was gone. Counting goes on from where it stood, as far as this linesman knows that, and nothing is counted twice. What was learnt may begin anew: until linesman knows again what is usual it judges by cautious defaults, and a fault that was open may be told again.',
    whatToDo:
      'Find out who emptied it: `FLUSHALL`, another database in REDIS_URL, or a Redis that was restarted without its data (set `appendonly yes`). linesman itself needs no hand.',
  },
];
