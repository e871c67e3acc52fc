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
  ['iso8601', 'Europe/Berlin', '2026-11-25 05:22:42.123 UTC', '2026-11-25T05:22:42.123Z'],
  ['iso8601', 'Europe/Berlin', '2026-11-25 05:22:42 GMT', '2026-11-25T05:22:42Z'],
  ['iso8601', 'Europe/Berlin', '2026-11-25 05:22:42.123+02', '2026-11-25T03:22:42.123Z'],
  ['iso8601', 'UTC', '2026-11-25  5:22:42', '2026-11-25T05:22:42Z'],
  ['iso8601', 'UTC', '2026-06-30T23:59:60Z', '2026-07-01T00:00:00Z'],
  ['iso8601-utc', 'Europe/Berlin', '2026-11-25 05:22:42', '2026-11-25T05:22:42Z'],
  ['iso8601-utc', 'Europe/Berlin', '2026-11-25\t05:22:42', '2026-11-25T05:22:42Z'],
  ['iso8601-utc', 'Europe/Berlin', '2026-11-25T05:22:42+01:00', '2026-11-25T04:22:42Z'],
  ['epoch', 'Europe/Berlin', '1795584162', '2026-11-25T05:22:42Z'],
  ['epoch', 'UTC', '1795584162.123', '2026-11-25T05:22:42.123Z'],
  ['epoch', 'UTC', '1795584162.9999999', '2026-11-25T05:22:42.999Z'],
  ['epoch', 'UTC', '1795584162.5', '2026-11-25T05:22:42.500Z'],
  ['epoch', 'UTC', '1795584162123', '2026-11-25T05:22:42.123Z'],
  ['epoch', 'UTC', '1795584162123.9', '2026-11-25T05:22:42.123Z'],
  ['epoch', 'UTC', '1795584162123456', '2026-11-25T05:22:42.123Z'],
  ['epoch', 'UTC', '1795584162123456789', '2026-11-25T05:22:42.123Z'],
  ['epoch', 'UTC', '0', '1970-01-01T00:00:00Z'],
  ['apache-error', 'Europe/Berlin', 'Wed Nov 25 05:22:42.123456 2026', '2026-11-25T04:22:42.123Z'],
  ['apache-error', 'UTC', 'Sun Feb 29 05:22:42 2032', '2032-02-29T05:22:42Z'],
  ['haproxy', 'Europe/Berlin', '25/Nov/2026:05:22:42.123', '2026-11-25T04:22:42.123Z'],
  ['redis', 'UTC', '25 Nov 2026 05:22:42.123', '2026-11-25T05:22:42.123Z'],
  ['redis', 'UTC', '25-Nov-2026 05:22:42.123', '2026-11-25T05:22:42.123Z'],
  ['mysql-old', 'UTC', '261125  5:22:42', '2026-11-25T05:22:42Z'],
  ['nginx-error', 'UTC', '2026/11/25 05:22:42', '2026-11-25T05:22:42Z'],
  ['nginx-error', 'UTC', '2026/11/25 05:22:42.123456', '2026-11-25T05:22:42.123Z'],
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
  ['clf', '29/Feb/2027:05:22:42 +0000'],
  ['clf', '29/Feb/2100:05:22:42 +0000'],
  ['iso8601', '2026-02-29T00:00:00Z'],
  ['iso8601', '2026-11-25 05:22:42 CET'],
  ['iso8601-utc', '2026-11-31 05:22:42'],
  ['epoch', '-1'],
  ['epoch', '1e9'],
  ['epoch', ''],
  ['epoch', '17955841621234567890'],
  ['syslog', 'Nov 31 05:22:42'],
  ['syslog', 'Feb 30 05:22:42'],
  ['syslog', 'Nov  0 05:22:42'],
  ['syslog', 'Nop 25 05:22:42'],
  ['syslog', 'Nov 25 24:00:00'],
  ['apache-error', 'Wed Nov 31 05:22:42 2026'],
  ['haproxy', '25/Nov/2026:05:22:42.123 +0000'],
  ['redis', '25 Nov 05:22:42.123'],
  ['mysql-old', '261325  5:22:42'],
] as const) {
  test(`${format} '${text}' is no time`, () => {
    assert.equal(createTimeReader(format, 'UTC')(text, undefined, Date.UTC(2026, 10)), undefined);
  });
}

/** Stamps without a year, and a time close to them. */
for (const [zone, text, near, wanted] of [
  ['UTC', 'Nov 25 05:22:42', '2026-11-25T05:23:00Z', '2026-11-25T05:22:42Z'],
  ['UTC', 'Nov  5 05:22:42', '2026-11-25T05:23:00Z', '2026-11-05T05:22:42Z'],
  ['UTC', 'Nov 05 05:22:42', '2026-11-25T05:23:00Z', '2026-11-05T05:22:42Z'],
  ['UTC', 'Dec 31 23:59:59', '2027-01-01T00:00:05Z', '2026-12-31T23:59:59Z'],
  ['UTC', 'Jan  1 00:00:01', '2026-12-31T23:59:58Z', '2027-01-01T00:00:01Z'],
  ['Asia/Tokyo', 'Jan  1 00:00:01', '2026-12-31T14:00:00Z', '2026-12-31T15:00:01Z'],
  ['America/New_York', 'Dec 31 23:59:59', '2027-01-01T05:00:00Z', '2027-01-01T04:59:59Z'],
  ['UTC', 'Feb 29 12:00:00', '2028-03-01T00:00:00Z', '2028-02-29T12:00:00Z'],
  ['UTC', 'Feb 29 12:00:00', '2027-12-31T00:00:00Z', '2028-02-29T12:00:00Z'],
  ['UTC', 'Feb 29 12:00:00', '2026-03-01T00:00:00Z', undefined],
  ['UTC', 'Jul  1 00:00:00', '2026-12-25T00:00:00Z', '2026-07-01T00:00:00Z'],
] as const) {
  test(`syslog '${text}' in ${zone} near ${near} is ${wanted ?? 'no time'}`, () => {
    const read = createTimeReader('syslog', zone);

    assert.equal(iso(read(text, undefined, Date.parse(near))), wanted && iso(Date.parse(wanted)));
    assert.equal(iso(read(text, Date.parse(near), Date.UTC(2001, 0))), wanted && iso(Date.parse(wanted)));
    assert.equal(read(text, undefined), undefined);
  });
}

test('of several formats the first that reads the text counts', () => {
  const read = createTimeReader(['iso8601', 'epoch', 'clf'], 'UTC');

  const times = ['2026-11-25T05:22:42Z', '1795584162', '25/Nov/2026:05:22:42 +0000', 'none'].map((text) =>
    iso(read(text, undefined)),
  );

  assert.deepEqual(times, [...Array.from({ length: 3 }, () => '2026-11-25T05:22:42.000Z'), undefined]);
});

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

test('a line before it of quite another year does not date a stamp without a year', () => {
  const read = createTimeReader('syslog', 'UTC');
  const near = Date.UTC(2026, 10, 25, 6);

  const times = [0, Date.UTC(1990, 0), Date.UTC(2026, 10, 24), undefined].map((after) =>
    read('Nov 25 05:22:42', after, near),
  );

  assert.deepEqual(times, new Array(4).fill(Date.UTC(2026, 10, 25, 5, 22, 42)));
});
