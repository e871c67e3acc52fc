import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack } from '../../../src/core/detect/packed.ts';
import { addDistinct, distinctHash, REGISTERS } from '../../../src/core/observe/distinct.ts';
import { bucketOf } from '../../../src/core/observe/histogram.ts';
import { dumpText } from '../../../src/core/render/dump.ts';
import { describeBlob } from '../../../src/core/window/described.ts';
import { createWindows } from '../../../src/core/window/windows.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);

test('a page of sketches is shown with its percentiles, numbers of different values and most frequent keys', () => {
  const registers = new Uint8Array(REGISTERS);
  for (let i = 0; i < 40; i += 1) addDistinct(registers, distinctHash(`10.0.0.${i}`));
  const windows = createWindows();
  windows.add({
    cells: [{ series: 'http.requests', time: T0, count: 100, sum: 100 }],
    tops: [
      {
        series: 'http.requests',
        by: 'route',
        time: T0,
        entries: [
          ['/\u001b[2J', 60],
          ['/a', 3],
          ['/b', 2],
          ['/c', 1],
        ],
      },
    ],
    histograms: [
      {
        series: 'http.time',
        time: T0,
        buckets: [
          [bucketOf(0.1), 90],
          [bucketOf(2), 10],
        ],
      },
    ],
    distincts: [{ series: 'http.requests', by: 'client', time: T0, registers }],
    exemplars: [{ series: 'http.requests', time: T0, line: 'GET /' }],
  });

  const blobs = windows.takeChanged().map(({ name, bytes }) => describeBlob(name, bytes));
  const shown = dumpText([{ chain: 'web-1/nginx', blobs }]);

  const sketches = shown.slice(shown.indexOf('  w:t:')).split('\n');
  assert.match(
    sketches[0] ?? '',
    /sketches 2026-11-25T03:00:00Z to 2026-11-25T03:00:10Z: 1 histograms, 1 distinct counts, 1 top lists, 1 exemplars$/,
  );
  assert.deepEqual(sketches.slice(1, 4), [
    '      http.time: p50 0.1, p95 2.1, p99 2.1 of 100',
    '      http.requests: about 40 different of client',
    '      http.requests by route: /\\u001B[2J 60, /a 3, /b 2',
  ]);
  assert.match(shown, /^chain web-1\/nginx: 3 blobs, \d+ bytes, 1 series, \d+ bytes of windows each\n/);
});

test('what was learnt is shown by label, and long lists of numbers by how many they are', () => {
  const samples = Float32Array.from({ length: 433 }, (_, i) => (i < 2 ? i + 0.25 : Number.NaN));
  const learnt = [
    ['', { until: T0, season: new Float32Array(387), pair: [1, 2] }],
    ['a\u001b[2J', { samples, none: new Float32Array(9).fill(Number.NaN), counts: [1, 2, 3, 4, 5, 6, 7, 8, 9] }],
  ];

  const blob = describeBlob('b:nginx:made-up', pack({ judges: '["level","\u001b[2J"]', learnt }));
  const shown = dumpText([{ chain: 'web-1', blobs: [blob] }]);

  assert.deepEqual(shown.split('\n').slice(1), [
    '  b:nginx:made-up    3.5 kB  learnt by ["level","\\u001B[2J"]',
    `      ["",{"until":${T0},"season":"387 numbers, all 0","pair":[1,2]}]`,
    '      ["a\\u001b[2J",{"samples":"433 numbers, 2 of them known, 0.25 to 1.25","none":"9 numbers, 0 of them known","counts":"9 numbers, 1 to 9"}]',
    '',
  ]);
});

test('damaged bytes are said to be so', () => {
  assert.deepEqual(describeBlob('w:t:1', Uint8Array.of(2, 116, 1)), {
    ...{ name: 'w:t:1', sizeBytes: 3, kind: 'unknown', why: 'another version of pages, or damaged' },
  });
});
