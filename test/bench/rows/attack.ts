/** What an attacker's lines cost beside ordinary ones, in processor time and in Redis. */
import { writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestRedis } from '../../support/redis.ts';
import { askRedis } from '../../support/redis-ask.ts';
import { backtrackingLines, freshLines } from '../log/hostile.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { timed } from '../timed.ts';
import { replayOnce } from './replay.ts';

const MEGABYTE = 1e6;
const LOG_BYTES = 64 * MEGABYTE;
/** About as many plain bytes. */
const PLAIN_LINES = 240_000;
const FEW_LINES = 100;
/** A byte of an attack, to a byte of ordinary lines. */
const TIMES_MAX = 10;
/** 400,000 lines of so many bytes. */
const FRESH_VALUES = 400_000;
const FRESH_LINE_BYTES = 190;
const REDIS_MB_MAX = 16;

export const attack: Row = {
  name: 'attack',
  async measure(bench) {
    const plain = await bench.log('timed', PLAIN_LINES);
    const few = await bench.log('timed', FEW_LINES);
    const logs = [
      {
        name: 'attack: lines of 8 KiB made to backtrack',
        path: written(bench, 'backtracking', backtrackingLines(LOG_BYTES)),
      },
      { name: 'attack: lines of 8 KiB, every value fresh', path: written(bench, 'fresh', freshLines(LOG_BYTES)) },
    ];
    const figures: Figure[] = [];
    for (const { name, path } of logs) {
      const perMegabyte = { plain: [] as number[], attack: [] as number[] };
      for (let run = 0; run < bench.runs; run += 1) {
        bench.say(`${name}, ${run + 1} of ${bench.runs}`);
        const start = (await replayOnce(bench, few, 1)).cpuS;
        perMegabyte.plain.push(await cpuAMegabyte(bench, plain, start));
        perMegabyte.attack.push(await cpuAMegabyte(bench, path, start));
      }
      figures.push(figure(name, perMegabyte));
    }
    return [...figures, await redisGrowth(bench)];
  },
};

function figure(
  name: string,
  perMegabyte: { readonly plain: readonly number[]; readonly attack: readonly number[] },
): Figure {
  const times = median(perMegabyte.attack.map((cpu, run) => cpu / (perMegabyte.plain[run] ?? Number.NaN)));
  return {
    name,
    goal: `<= ${TIMES_MAX} x plain lines, a byte`,
    measured: `${inDigits(times)} x, ${inDigits(median(perMegabyte.attack) * 1_000)} CPU ms a MB`,
    isMet: times <= TIMES_MAX,
    beside: `plain lines ${inDigits(median(perMegabyte.plain) * 1_000)} CPU ms a MB; start-up left out`,
  };
}

async function cpuAMegabyte(bench: Bench, log: string, startS: number): Promise<number> {
  const { cpuS } = await replayOnce(bench, log, 1);
  return (cpuS - startS) / ((await stat(log)).size / MEGABYTE);
}

async function redisGrowth(bench: Bench): Promise<Figure> {
  bench.say('attack: fresh values in Redis');
  const log = written(bench, 'fresh-short', freshLines(FRESH_VALUES * FRESH_LINE_BYTES, 0));
  const redis = await startTestRedis();
  return await bench.during(redis.stop, async () => {
    const before = await usedMemory(redis.url);
    const { stderr } = await timed([process.execPath, bench.main, 'replay', log, '--store', redis.url], { codes: [1] });
    const growth = ((await usedMemory(redis.url)) - before) / MEGABYTE;
    return {
      name: 'attack: fresh paths, addresses, agents, hosts: Redis grows by',
      goal: `<= ${REDIS_MB_MAX} MB`,
      measured: `${inDigits(growth)} MB`,
      isMet: growth <= REDIS_MB_MAX,
      beside: `${/^\d+ lines/m.exec(stderr)?.[0] ?? 'no'}, replayed over a Redis`,
    };
  });
}

async function usedMemory(url: string): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(String(await askRedis(url, 'INFO', 'memory')))?.[1]);
}

function written({ folder }: Bench, name: string, text: string): string {
  const path = join(folder, `${name}.log`);
  writeFileSync(path, text);
  return path;
}
