import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions } from '../../src/config/options.ts';
import type { OptionSpecs } from '../../src/core/plugin.ts';

const SPECS: OptionSpecs = {
  series: { type: 'series', describe: 'What is judged.', example: 'http.5xx' },
  window: { type: 'duration', describe: 'How far back.', example: '60s', default: 60_000, min: 1_000, max: 3_600_000 },
  above: { type: 'number', describe: 'From which value on.', example: 0.5, default: 1, min: 0 },
  count: { type: 'integer', describe: 'How many.', example: 3, optional: true },
  unit: {
    type: 'choice',
    describe: 'For messages.',
    example: 'count',
    choices: ['count', 'percent'],
    default: 'count',
  },
  strict: { type: 'boolean', describe: 'Whether.', example: true, default: false },
  ignore: { type: 'text', describe: 'What not.', example: '/mnt', default: '' },
};

test('what is not given has its default, what is optional stays away', () => {
  assert.deepEqual(checkOptions(SPECS, { series: 'http.5xx' }), {
    options: { series: 'http.5xx', window: 60_000, above: 1, unit: 'count', strict: false, ignore: '' },
    mistakes: [],
  });
});

test('a duration is a text with a unit, or milliseconds', () => {
  for (const [given, ms] of [
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1500ms', 1_500],
    [2_000, 2_000],
  ] as const)
    assert.equal(checkOptions(SPECS, { series: 'a', window: given }).options.window, ms);
});

test('each wrong option says what was given and what is right', () => {
  for (const [given, expected] of [
    [{ window: '60' }, /"window" is "60"; write a duration such as 60s/],
    [{ window: '2h' }, /"window" is "2h"; write a value from 1000 to 3600000 ms/],
    [{ window: '10ms' }, /"window" is "10ms"/],
    [{ above: -1 }, /"above" is -1; write at least 0/],
    [{ above: 'many' }, /"above" is "many"; write a number such as 0\.5/],
    [{ above: Number.NaN }, /"above"/],
    [{ count: 1.5 }, /"count" is 1\.5; write a whole number such as 3/],
    [{ unit: 'liter' }, /"unit" is "liter"; write one of count, percent/],
    [{ strict: 'yes' }, /"strict" is "yes"; write true or false/],
    [{ series: 'HTTP 5xx' }, /"series" is "HTTP 5xx"; write the name of a series such as http\.5xx/],
    [{ ignore: true }, /"ignore" is true; write a text such as \/mnt/],
  ] as const) {
    const { mistakes } = checkOptions(SPECS, { series: 'a', ...given });

    assert.equal(mistakes.length, 1, JSON.stringify(given));
    assert.match(mistakes[0] ?? '', expected);
  }
});

test('an unknown option is named with the nearest known one', () => {
  assert.match(
    checkOptions(SPECS, { series: 'a', windwo: '60s' }).mistakes.join('\n'),
    /unknown option "windwo"; did you mean "window"\? allowed are series, window/,
  );
});

test('an option that must be given says what it is for', () => {
  assert.match(
    checkOptions(SPECS, {}).mistakes.join('\n'),
    /"series" is missing; What is judged\. For example http\.5xx/,
  );
});

test('all mistakes come at once', () => {
  assert.equal(checkOptions(SPECS, { window: 'x', above: 'y', zebra: 1 }).mistakes.length, 4);
});

test('what every object has is no option', () => {
  assert.equal(checkOptions(SPECS, { series: 'a', toString: 'x', constructor: 1 }).mistakes.length, 2);
});
