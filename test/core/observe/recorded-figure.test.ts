import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFigure } from '../../../src/core/observe/recorded-figure.ts';
import { seriesKey } from '../../../src/core/observe/series.ts';

const TIME = '2026-11-24T03:20:09Z';
const given = { time: TIME, series: 'check.failed{check=shop}', value: 1 };

function mistakeOf(value: unknown): string {
  const parsed = parseFigure(typeof value === 'string' ? value : JSON.stringify(value));
  return typeof parsed === 'string' ? parsed : assert.fail(`taken: ${JSON.stringify(value)}`);
}

test('a number of a machine is taken as it was written down', () => {
  const lines = ['No process shop-app was found.'];
  assert.deepEqual(parseFigure(JSON.stringify({ ...given, lines })), { ...given, time: Date.parse(TIME), lines });
  assert.deepEqual(parseFigure(JSON.stringify({ ...given, time: 1_700_000_000_000 })), {
    ...given,
    time: 1_700_000_000_000,
  });
});

test('whatever is measured can be written down and read again', () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'binary', maxLength: 20 }), {
    maxKeys: 3,
  });
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(labels, value, fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }), (named, number, lines) => {
      const figure = { time: 1_700_000_000_000, series: seriesKey('host.x', named), value: number, lines };
      assert.deepEqual(parseFigure(JSON.stringify(figure)), JSON.parse(JSON.stringify(figure)));
    }),
  );
});

for (const [what, value, said] of [
  ['no JSON', '{"time":', /no JSON object/],
  ['a list', [given], /no JSON object/],
  ['a number', 7, /no JSON object/],
  ['an unknown key', { ...given, unit: 'percent' }, /"unit" is unknown; known are time, series, value, lines/],
  ['a time without a zone', { ...given, time: '2026-11-24T03:20:09' }, /with a zone/],
  ['a time that is none', { ...given, time: '2026-11-44T03:20:09Z' }, /its time is none/],
  ['a time before 1970', { ...given, time: -1 }, /its time is none/],
  ['no time', { ...given, time: undefined }, /its time is none/],
  ['a series without a name', { ...given, series: '{check=a}' }, /its series is none/],
  ['a series with half its braces', { ...given, series: 'check.failed{check=a' }, /its series is none/],
  ['labels in another order', { ...given, series: 'x{b=1,a=2}' }, /its series is none/],
  ['a broken escape', { ...given, series: 'x{a=%E0%A4%A}' }, /its series is none/],
  ['a value that is text', { ...given, value: '1' }, /its value is no number/],
  ['lines that are no texts', { ...given, lines: [1] }, /its lines are none/],
  ['too many lines', { ...given, lines: Array.from({ length: 21 }, () => 'x') }, /up to 20/],
] as const) {
  test(`${what} is a mistake`, () => {
    assert.match(mistakeOf(value), said);
  });
}

test('whatever stands in a line, it is taken or a mistake', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      const parsed = parseFigure(text);
      assert.ok(typeof parsed === 'string' || Number.isFinite(parsed.value));
    }),
  );
});
