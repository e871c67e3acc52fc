/** Each limit of the machine's figures, from the settings as shipped over the engine: told, kept between both values, over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import { seriesKey } from '../../src/core/observe/series.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { T0 } from '../engine/parts.ts';
import { machineStory } from '../support/machine-story.ts';

/** host.cpu.busy is left out: the story has its own. */
const OURS = /^(host\.(cpu\.[^b]|load|memory|swap|pressure|processes)|container\.)/;
const { machineWatches } = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);
const means = machineWatches.filter(
  ({ watch }) => OURS.test(watch.name) && watch.detector === 'threshold' && watch.options.statistic === 'mean',
);

test('there are such limits', () => {
  assert.ok(means.length >= 10, means.map(({ watch }) => watch.name).join());
});

for (const armed of means) {
  const { name, options } = armed.watch;
  const windowS = Number(options.window) / 1_000;
  const leave = Number(options.leave);
  const limit = Number(options.above ?? options.below);
  const [bad, between, well] = [limit + (limit - leave) / 4, (limit + leave) / 2, leave - (limit - leave) / 2];

  test(`${name}: told at ${bad}, not over at ${between}, over at ${well}`, async () => {
    const values = [well, bad, between, well];

    const mails = await story(armed, { values, eachS: 1.5 * windowS });

    assert.deepEqual(
      mails.map(({ watch, transition }) => [watch, transition]),
      [
        [name, 'firing'],
        [name, 'resolved'],
      ],
    );
    const [told = 0, over = 0] = mails.map(({ at }) => (at - T0) / 1_000 / windowS);
    assert.ok(told > 1.5 && told < 2.9, `told after ${told} windows`);
    assert.ok(over > 4.5, `over after ${over} windows`);
  });

  test(`${name}: what is bad for a quarter of its window is not told`, async () => {
    assert.deepEqual(await story(armed, { values: [well, well, bad, well], eachS: windowS / 4 }), []);
  });
}

/** One value after the other; what waits for the digest is mailed here. */
async function story(
  { watch, ...rest }: ArmedWatch,
  { values, eachS }: { readonly values: readonly number[]; readonly eachS: number },
) {
  const series = seriesKey(String(watch.options.series), watch.by === undefined ? {} : { [watch.by]: 'one' });
  return await machineStory({
    ...{ watches: [{ ...rest, watch: { ...watch, delivery: 'mail' } }], start: T0, everySeconds: 20 },
    seconds: eachS * values.length - 20,
    measure: (seconds) => [{ series, value: values[Math.floor(seconds / eachS)] ?? Number.NaN }],
  });
}
