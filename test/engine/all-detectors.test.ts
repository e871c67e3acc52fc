/** Every detector finds something in one log, and the same however its steps are cut into ticks, over whichever store. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { DetectorPlugin, WindowView } from '../../src/core/plugin.ts';
import type { Store } from '../../src/core/ports.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { compiled, STORIES, worldOf } from '../property/detector-stories.ts';
import { judgeAt, NOTHING } from '../property/detector-world.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';
import { createTextReader, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;
/** After a minute as ever everything goes wrong, and then nothing comes any more. */
const WRONG_FROM = 60;
const WRONG_TO = 480;
const END = 720;
const FOLDER = new URL('../../src/detectors/', import.meta.url);

/** What stands in the log for the series of a story; values are times. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ s: 'http.requests', 's.bad': 'http.5xx', 's.fatal': 'http.404' },
  ...{ 'check.failed{check=s}': 'http.5xx', 'check.cause{cause=timeout,check=s}': 'http.5xx' },
};

const WATCHES = await Promise.all(readdirSync(FOLDER).map(armed));
const redis = await startTestRedis();
const client = connectTestClient(redis.url);
after(async () => {
  client.close();
  await redis.stop();
});

test('live or in a replay, ticks of any length, starts in between, another store: the same findings of every detector', async () => {
  const once = await storyOf(createMemoryStore(), [END], true);
  const found = new Set(once.transitions.map(({ fault }) => fault.watch));
  assert.deepEqual([...found].sort(), WATCHES.map(({ watch }) => watch.name).sort());

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: END }), { maxLength: 12 }),
      fc.boolean(),
      async (cuts, isNew) => {
        const ends = [...new Set([...cuts, END])].sort((a, b) => a - b);
        assert.deepEqual(await storyOf(createMemoryStore(), ends, isNew), once);
      },
    ),
    { numRuns: 3 },
  );
  assert.deepEqual(await storyOf(client.store, [50, 61, 130, 239, 241, 355, END], true), once);
});

/** Lines are read up to each tick, as live, or all before the only one, as in a replay. Each tick is made by one that was just started, or all by the same. */
async function storyOf(store: Store, ends: readonly number[], isNew: boolean) {
  const reader = createTextReader();
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  const start = () => startTicker(store, { watches: { [SOURCE]: WATCHES }, digestAtMs: undefined });
  const results = [];
  let ticker = start();
  let written = 0;
  for (const end of ends) {
    const seconds = Array.from({ length: Math.max(0, Math.min(end, WRONG_TO) - written) }, (_, i) => written + i);
    written += seconds.length;
    reader.write(seconds.map(linesOf).join(''));
    while (!(await engine.round(NOW)).idle);
    if (isNew) ticker = start();
    results.push(await ticker.tick({ complete: { [SOURCE]: T0 + end * 1_000 }, delivered: () => false }));
  }
  return {
    transitions: results.flatMap(({ transitions }) => transitions),
    notifications: results.flatMap(({ notifications }) => notifications),
    book: ticker.state()?.book,
  };
}

/** As ever: eleven clients a second, of a hundred and ten. Wrong: sixty requests, half of them fail, most are one client's. */
function linesOf(second: number): string {
  const isWrong = second >= WRONG_FROM;
  return Array.from({ length: isWrong ? 60 : 11 }, (_, i) => {
    const address = isWrong ? (i % 4 === 3 ? i % 8 : 200) : ((second % 10) * 11 + i) % 110;
    const time = new Date(T0 + second * 1_000).toISOString().slice(11, 19);
    const [path, status, took] = isWrong
      ? ['/disk/lost', i % 2 === 0 ? 502 : 200, '200.000']
      : ['/usual', 200, '2.000'];
    return `203.0.113.${address} - - [25/Nov/2026:${time} +0000] "GET ${path} HTTP/1.1" ${status} 10 "-" "test" rt=${took} urt=0.009\n`;
  }).join('');
}

/** A watch that has learnt what is usual before the log begins. */
async function armed(file: string): Promise<ArmedWatch> {
  const { detector } = (await import(new URL(file, FOLDER).href)) as { detector: DetectorPlugin };
  const story = STORIES[detector.name] ?? assert.fail(`${file} needs a story`);
  const runner = compiled(detector, story.options);
  const start = T0 - Math.ceil(story.wrongAt / runner.everyMs) * runner.everyMs;
  const world = worldOf({ ...story, wrongAt: Number.POSITIVE_INFINITY }, { start, nth: 0 });
  let kept = NOTHING;
  for (let now = start + runner.everyMs; now <= T0; now += runner.everyMs) {
    kept = { ...judgeAt(runner, { world, now, kept }).after, open: false };
  }
  return {
    watch: {
      ...{ name: `all.${detector.name}`, detector: detector.name, options: story.options, severity: 'warning' },
      ...{ clearAfterMs: 60_000, rank: 1, title: 'things', why: 'because', whatToDo: 'look' },
    },
    runner: {
      ...runner,
      inputs: runner.inputs.map((name) => NAMES[name] ?? name),
      judge: (input) =>
        runner.judge({ ...input, view: renamed(input.view), baseline: input.baseline ?? kept.baseline }),
    },
  };
}

/** The log with the names of a story: its values are times, its templates routes. */
function renamed(view: WindowView): WindowView {
  const name = (series: string) => NAMES[series] ?? series;
  return {
    ...view,
    count: (series, from, to) => view.count(name(series), from, to),
    sum: (series, from, to) => view.sum(series === 's' ? 'http.latency' : name(series), from, to),
    firstSeen: (series, from, to) => view.firstSeen(name(series), from, to),
    lastSeen: (series, from, to) => view.lastSeen(name(series), from, to),
    distinct: (series, by, from, to) => view.distinct(name(series), by, from, to),
    top: (series, by, from, to) => view.top(name(series), by === 'template' ? 'route' : by, from, to),
  };
}
