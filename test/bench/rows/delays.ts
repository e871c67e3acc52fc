/** How long it takes from a write into a log until somebody can see that it was counted. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { SourceState } from '../../../src/core/types.ts';
import { decodeHead } from '../../../src/core/window/head.ts';
import type { Running, World } from '../../support/service.ts';
import { redisUrl } from './world.ts';

/** Looks are this far apart; a delay is right to it. */
const LOOK_EVERY_MS = 3;
/** The source that LINESMAN_LOGS makes, on the host of the tests' world. */
const HEAD = '{test/nginx}:head';

/** How many lines were there at this time, of `clock`. */
export interface LinesAt {
  readonly at: number;
  readonly lines: number;
}

export interface Looks {
  readonly counted: readonly LinesAt[];
  readonly inRedis: readonly LinesAt[];
}

/** The clock of log/append.ts, in ms. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Looks at both until told that it is enough. */
export async function lookAt(world: World, running: Running, isEnough: (looks: Looks) => boolean): Promise<Looks> {
  const redis = new Redis(redisUrl(world));
  const looks = { counted: [] as LinesAt[], inRedis: [] as LinesAt[] };
  async function look(found: LinesAt[], read: () => Promise<number>): Promise<void> {
    while (!isEnough(looks)) {
      const lines = await read();
      found.push({ at: clock(), lines });
      await pause(LOOK_EVERY_MS);
    }
  }
  try {
    await Promise.all([
      look(looks.counted, async () => (await running.health()).counted),
      look(looks.inRedis, async () => linesIn(await redis.getBuffer(HEAD))),
    ]);
    return looks;
  } finally {
    redis.disconnect();
  }
}

/** From each write to the first look that saw it; writes that no look saw are left out, as those after the last one. */
export function delays(written: readonly LinesAt[], looks: readonly LinesAt[]): readonly number[] {
  let next = 0;
  const found: number[] = [];
  for (const { at, lines } of written) {
    while (next < looks.length && (looks[next] as LinesAt).lines < lines) next += 1;
    const seen = looks[next];
    if (seen !== undefined) found.push(seen.at - at);
  }
  return found;
}

function linesIn(head: Buffer | null): number {
  if (head === null) return 0;
  const { totals } = decodeHead(head).body as SourceState;
  return totals.reduce((sum, { count }) => sum + count, 0);
}
