import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TimeFormat } from '../../../src/core/parse/stamps.ts';
import { createTimeReader } from '../../../src/core/parse/timestamp.ts';

const TABLE: readonly (readonly [format: TimeFormat, zone: string, text: string, wanted: string])[] = [
  ['clf', 'UTC', '25/Nov/2026:05:22:42 +0000', '2026-11-25T05:22:42Z'],
  ['clf', 'Europe/Berlin', '25/Nov/2026:05:22:42 -0530', '2026-11-25T10:52:42Z'],
  ['clf', 'UTC', '29/Feb/2028:23:59:59 +0100', '2028-02-29T22:59:59Z'],
  ['iso8601', 'Europe/Berlin', '2026-11-25T05:22:42.123Z', '2026-11-25T05:22:42.123Z'],
  ['iso8601', 'Europe/Berlin', '2026-11-25 05:22:42,5', '2026-11-25T04:22:42.500Z'],
  ['iso8601', 'UTC', '2026-11-25T05:22:42.123456789+01:00', '2026-11-25T04:22:42.123Z'],
  ['redis', 'UTC', '25-Nov-2026 05:22:42.123', '2026-11-25T05:22:42.123Z'],
  ['mysql-old', 'Europe/Berlin', '261125  5:22:42', '2026-11-25T04:22:42Z'],
  ['nginx-error', 'UTC', '2026/11/25 05:22:42', '2026-11-25T05:22:42Z'],
  ['nginx-error', 'Asia/Kolkata', '2026/11/25 05:22:42', '2026-11-24T23:52:42Z'],
  ['nginx-error', 'Europe/Berlin', '2026/07/01 12:00:00', '2026-07-01T10:00:00Z'],
  ['nginx-error', 'America/New_York', '2026/11/25 05:22:42', '2026-11-25T10:22:42Z'],
  // In spring 02:30 does not exist; the clock that has not yet been changed is meant.
  ['nginx-error', 'Europe/Berlin', '2026/03/29 02:30:00', '2026-03-29T01:30:00Z'],
  ['nginx-error', 'Europe/Berlin', '2026/03/29 03:00:00', '2026-03-29T01:00:00Z'],
  // Lord Howe Island changes by half an hour.
  ['nginx-error', 'Australia/Lord_Howe', '2026/04/05 01:29:00', '2026-04-04T14:29:00Z'],
  ['nginx-error', 'Australia/Lord_Howe', '2026/04/05 02:00:00', '2026-04-04T15:30:00Z'],
  ['nginx-error', 'Pacific/Apia', '2026/11/25 05:00:00', '2026-11-24T16:00:00Z'],
];

for (const [format, zone, text, wanted] of TABLE) {
  test(`${format} '${text}' in ${zone} is ${wanted}`, () => {
    assert.equal(iso(createTimeReader(format, zone)(text, undefined)), iso(Date.parse(wanted)));
  });
}

for (const [format, text] of [
  ['clf', '31/Feb/2026:05:22:42 +0000'],
  ['clf', '25/Nov/2026:25:22:42 +0000'],
  ['clf', '25/Nov/2026:05:22:42'],
  ['iso8601', '2026-13-01T00:00:00Z'],
  ['iso8601', '2026-11-25'],
  ['mysql-old', '261325 05:22:42'],
  ['nginx-error', '2026/11/00 05:22:42'],
  ['nginx-error', '2026/11/25 05:60:42'],
  ['nginx-error', '0000/11/25 05:22:42'],
] as const) {
  test(`${format} '${text}' is no time`, () => {
    assert.equal(createTimeReader(format, 'UTC')(text, undefined), undefined);
  });
}

test('in the hour that comes twice, lines go on from the line before', () => {
  const read = createTimeReader('nginx-error', 'Europe/Berlin');
  const texts = ['02:10:00', '02:59:59', '02:00:00', '02:58:00', '03:00:00'].map((time) => `2026/10/25 ${time}`);
  let after: number | undefined;

  const times = texts.map((text) => {
    after = read(text, after);
    return iso(after);
  });

  assert.deepEqual(times, [
    '2026-10-25T00:10:00.000Z',
    '2026-10-25T00:59:59.000Z',
    '2026-10-25T01:00:00.000Z',
    '2026-10-25T01:58:00.000Z',
    '2026-10-25T02:00:00.000Z',
  ]);
});

test('wall clocks written by Intl are read back, in every zone and over every change of clocks', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/St_Johns',
    'UTC',
  ];
  const readers = new Map(zones.map((zone) => [zone, createTimeReader('nginx-error', zone)]));
  const second = fc.integer({ min: Date.UTC(1990, 0) / 1_000, max: Date.UTC(2040, 0) / 1_000 });

  fc.assert(
    fc.property(fc.constantFrom(...zones), second, (zone, seconds) => {
      const time = seconds * 1_000;
      const read = readers.get(zone)?.(written(time, zone), time);

      assert.equal(iso(read), iso(time));
    }),
  );
});

function written(time: number, zone: string): string {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    time,
  );
  return text.replaceAll('-', '/');
}

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
