import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UserError } from '../../src/core/errors.ts';
import { type MeasuredSecond, readFigures } from '../../src/sources/recorded-figures.ts';

const folder = mkdtempSync(join(tmpdir(), 'figures-'));
after(() => rmSync(folder, { recursive: true }));
const T0 = Date.UTC(2026, 10, 24, 3);

function figure(afterMs: number, series = 'x'): string {
  return JSON.stringify({ time: T0 + afterMs, series, value: afterMs });
}

async function read(name: string, bytes: string | Buffer): Promise<readonly MeasuredSecond[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const seconds: MeasuredSecond[] = [];
  for await (const second of readFigures(path)) seconds.push(second);
  return seconds;
}

async function mistake(text: string): Promise<string> {
  try {
    await read('broken.jsonl', text);
  } catch (error) {
    if (error instanceof UserError && error.code === 'INPUT') return error.message;
    throw error;
  }
  return assert.fail('it was taken');
}

test('what was measured in one second comes together, packed or not, with or without a newline at the end', async () => {
  const text = `${[figure(0), figure(900, 'y'), '', figure(1_000), figure(61_500)].join('\n')}\n`;
  const expected = [
    {
      time: T0,
      measurements: [
        { series: 'x', value: 0 },
        { series: 'y', value: 900 },
      ],
    },
    { time: T0 + 1_000, measurements: [{ series: 'x', value: 1_000 }] },
    { time: T0 + 61_000, measurements: [{ series: 'x', value: 61_500 }] },
  ];
  assert.deepEqual(await read('a.jsonl', text), expected);
  assert.deepEqual(await read('b.jsonl', text.trimEnd()), expected);
  assert.deepEqual(await read('c.jsonl.gz', gzipSync(text)), expected);
  assert.deepEqual(await read('d.jsonl', ''), []);
});

test('a file longer than what is read at once loses no line', async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => figure(i * 1_000, `s${i}`));
  const seconds = await read('long.jsonl', lines.join('\n'));
  assert.equal(seconds.length, 5_000);
  assert.deepEqual(seconds[4_999]?.measurements, [{ series: 's4999', value: 4_999_000 }]);
});

test('a mistake is told with its line', async () => {
  assert.match(await mistake(`${figure(0)}\n\n{"time": 1}\n`), /broken\.jsonl:3: its series is none;/);
  assert.match(await mistake(`${figure(5_000)}\n${figure(4_999)}\n`), /:2: its time is before that of a line above;/);
  const long = JSON.stringify({ time: T0, series: 'x', value: 1, lines: ['y'.repeat(70_000)] });
  assert.match(await mistake(`${figure(0)}\n${long}\n`), /:2: it is longer than 64 KiB;/);
});

test("a file that is not there is the user's mistake", async () => {
  await assert.rejects(readFigures(join(folder, 'none.jsonl')).next(), /no such file/);
});
