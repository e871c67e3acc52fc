/** `linesman judge`: mostly called as the command calls it, once as a process, since that is slow to start. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { JudgeOptions } from '../../src/cli/judge.ts';
import { judgeFile } from '../../src/cli/judge-run.ts';
import { UserError } from '../../src/core/errors.ts';
import { chance, gaussian } from '../detectors/traffic.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const START = Date.UTC(2026, 5, 1);
const folder = mkdtempSync(join(tmpdir(), 'linesman-judge-'));
after(() => rmSync(folder, { recursive: true }));

/** Five-minute values around 50; a spike in row 900. */
const ROWS = drawn(1_000);
write('cpu.csv', ['timestamp,value', ...ROWS]);

test('a line an alarm, and what it comes to', async () => {
  const { out } = await judge('cpu.csv');

  const [alarm, blank, values, verdict] = out.split('\n');
  assert.match(
    alarm ?? '',
    /^2026-06-04 03:00:00 UTC {2}90, usually 4[0-9.]+ to 5[0-9.]+; score [0-9.]+; the highest since 2026-06-01$/,
  );
  assert.equal(blank, '');
  assert.equal(values, '1000 values, 2026-06-01 00:00:00 UTC to 2026-06-04 11:15:00 UTC, one every 5 min');
  assert.match(
    verdict ?? '',
    /^1 alarm; a healthy series gives about 0\.12 in this time \(1 a month: score [0-9.]+ or more\)$/,
  );
});

test('--json: an object a value, and the rest on standard error', async () => {
  const { out, err } = await judge('cpu.csv', { json: true });

  const judged = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(Object.keys(judged[0]), ['time', 'value', 'expected', 'score', 'alarm']);
  assert.deepEqual(
    judged.filter(({ alarm }) => alarm).map(({ time, value }) => ({ time, value })),
    [{ time: '2026-06-04T03:00:00.000Z', value: 90 }],
  );
  assert.equal(judged.length, 1_000);
  assert.match(err, /^1000 values/);
});

test('the same of other columns, separators, quotes, line ends and times', async () => {
  const cells = ROWS.map((row) => row.split(','));
  const odd = cells.map(([time, value]) => `"x;y";"${value}";"${time}"`);
  writeFileSync(join(folder, 'odd.csv'), `\uFEFFhost;load;when\r\n${odd.join('\r\n\r\n')}\r\n`);
  write(
    'seconds.csv',
    cells.map(([time, value]) => `${Date.parse(`${time?.replace(' ', 'T')}Z`) / 1_000},${value}`),
  );

  const told = await judge('cpu.csv', { json: true });

  assert.deepEqual(await judge('odd.csv', { json: true, time: 'when', value: '2' }), told);
  assert.deepEqual(await judge('seconds.csv', { json: true }), told);
});

test('decimal commas, as a spreadsheet of half of Europe writes them, without names too', async () => {
  const rows = ROWS.map((row) => row.replace(',', ';').replace('.', ','));
  write('comma.csv', rows);
  assert.match(rows[0] ?? '', /^2026-06-01 00:00:00;\d\d,\d{3}$/);

  assert.deepEqual(await judge('comma.csv', { json: true }), await judge('cpu.csv', { json: true }));
});

test('points between thousands, in rows before the first that shows it too', async () => {
  const values = ROWS.map((_, i) => 900 + ((i * 37) % 200) + (i === 100 ? 0.5 : 0));
  const times = ROWS.map((row) => row.split(',')[0]);
  write(
    'points.csv',
    values.map((value, i) => `${times[i]};${value.toLocaleString('de-DE')}`),
  );
  write(
    'plain.csv',
    values.map((value, i) => `${times[i]},${value}`),
  );

  assert.deepEqual(await judge('points.csv', { json: true }), await judge('plain.csv', { json: true }));
});

test('as a process: standard input, exit codes, and options that are wrong', async () => {
  const told = await judge('cpu.csv');
  const piped = linesman(['-'], ['timestamp,value', ...ROWS].join('\n'));
  assert.deepEqual(piped, { status: 0, out: told.out, err: '' });

  const wrong = linesman(['-', '--timezone', 'Mars']);
  assert.equal(wrong.status, 64);
  assert.match(wrong.err, /It is no time zone; write an IANA name/);
  assert.match(linesman(['-', '--false-alarms', '0']).err, /Write a number from 0\.001 to 1000/);

  const empty = linesman(['-']);
  assert.equal(empty.status, 78);
  assert.match(empty.err, /^linesman: Standard input has no row with a time and a number \(it has no rows\); /);
});

test('rows that are no values are counted with the first line of each kind, and change nothing else', async () => {
  const rows = [...ROWS];
  const bad = ['NaN here,5', '2026-06-01 00:47:00,NaN', '2026-06-01 00:47:30,', '2026-06-01 00:10:00,5'];
  rows.splice(10, 0, ...bad, '2026-06-01 00:48:00', '"open,5');
  write('bad-rows.csv', ['timestamp,value', ...rows]);

  const { out } = await judge('bad-rows.csv');

  const kinds = [
    "line 12, no time: 'NaN here'",
    "line 13, no number: 'NaN', and 1 more of this kind",
    "line 15, a time before that of the row before (sort the file by time): '2026-06-01 00:10:00'",
    "line 16, too few columns: '2026-06-01 00:48:00'",
    'line 17, a quote that is not closed',
  ];
  assert.match(out, /^1000 values/m);
  assert.equal(
    out.split('\n').find((line) => line.startsWith('left out')),
    `left out 6 rows: ${kinds.join('; ')}`,
  );
});

test('--labels: windows in JSON and labels by row say how much was found', async () => {
  const windows = [
    ['2026-06-04 02:00:00.000000', '2026-06-04 04:00:00.000000'],
    ['2026-06-02 00:00:00', '2026-06-02 01:00:00'],
  ];
  write('windows.json', [JSON.stringify({ 'group/cpu.csv': windows, 'other.csv': [] })]);
  write('labels.csv', ['time,label', ...ROWS.map((row, at) => `${row.split(',')[0]},${at === 900 ? 1 : 0}`)]);

  const byWindow = await judge('cpu.csv', { labels: 'windows.json' });
  const byRow = await judge('cpu.csv', { labels: 'labels.csv' });

  assert.match(byWindow.out, /^found 1 of 2 labelled, 0 false alarms: precision 1\.00, recall 0\.50$/m);
  assert.match(byRow.out, /^found 1 of 1 labelled, 0 false alarms: precision 1\.00, recall 1\.00$/m);
});

test('--plot writes a picture', async () => {
  await judge('cpu.csv', { plot: 'cpu.svg' });

  const svg = readFileSync(join(folder, 'cpu.svg'), 'utf8');
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*>1 alarm<[\s\S]*<\/svg>\n$/);
});

test('fewer false alarms, fewer alarms', async () => {
  const alarms = async (falseAlarms: number) =>
    (await judge('cpu.csv', { falseAlarms })).out.match(/^20\d\d-.* score /gm)?.length ?? 0;

  assert.ok((await alarms(1_000)) > (await alarms(1)));
});

for (const { name, lines, options = {}, message } of [
  {
    name: 'a header alone',
    lines: ['time,value'],
    message: /^'bad\.csv' has no row with a time and a number \(it has no rows\); /,
  },
  {
    name: 'one column',
    lines: ['value', '5'],
    message: /^'bad\.csv', line 1: it has 1 column; a time and a value are needed\.$/,
  },
  {
    name: 'a column that is not there',
    lines: ['time,value'],
    options: { value: 'valu' },
    message: /^'bad\.csv', line 1: it has no column 'valu'; write 'value' if you meant that\.$/,
  },
  {
    name: 'decimal commas between commas',
    lines: ['time,value', '2026-06-01,1,5', '2026-06-02,2,5'],
    message:
      /^'bad\.csv' has no row with [^(]*\(line 2, a cell more than there are names \(if it is a decimal comma, separate the columns by semicolons\): '2026-06-01,1,5', and 1 more/,
  },
  {
    name: 'commas that may be either',
    lines: ['time,value', '2026-06-01,"1,234"', '2026-06-02,999'],
    message:
      /^'bad\.csv', line 2: '1,234' may have a decimal comma or one between thousands, and no other value says which; write 1\.234 or 1234\.$/,
  },
  {
    name: 'no CSV at all',
    lines: ['\u0089PNG,', '\u001b[31m,x'],
    message: /^'bad\.csv' has no row with a time and a number \(line 2, no time: '\\u001B\[31m'\); write a time/,
  },
]) {
  test(`one clear sentence: ${name}`, async () => {
    write('bad.csv', lines);

    const { out, mistake } = await judge('bad.csv', options);

    assert.equal(out, '');
    assert.match(mistake, message);
  });
}

test('one clear sentence: files that are not there or hold something else', async () => {
  write('unlabelled.csv', ['time,value', ...ROWS]);
  assert.match(
    (await judge('cpu.csv', { labels: 'unlabelled.csv' })).mistake,
    /^'unlabelled\.csv', line 1: a file of labels needs a column 'time' and a column 'label', which is 1 in the rows/,
  );
  write('list.json', ['{"a.csv": [], "b.csv": []}']);

  assert.match((await judge('nowhere.csv')).mistake, /^Input 'nowhere\.csv' cannot be read: there is no such file/);
  assert.match((await judge('cpu.csv', { labels: 'nowhere.json' })).mistake, /^'nowhere\.json' cannot be read: ENOENT/);
  assert.match(
    (await judge('cpu.csv', { labels: 'list.json' })).mistake,
    /it has windows of 2 files, none called 'cpu\.csv'/,
  );
  assert.match(
    (await judge('cpu.csv', { plot: 'no/such.svg' })).mistake,
    /^--plot no\/such\.svg: it cannot be written/,
  );
});

test('too few values to judge are said to be', async () => {
  write('short.csv', ['time,value', ...ROWS.slice(0, 20)]);

  assert.match((await judge('short.csv')).out, /^20 values[^\n]*\ntoo few to judge: needs 31 more$/m);
});

/** What the command prints, or the mistake it ends with. */
async function judge(file: string, options: Partial<JudgeOptions> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const path = (name: string | undefined) => (name === undefined ? {} : join(folder, name));
  const paths = {
    ...(options.labels === undefined ? {} : { labels: path(options.labels) as string }),
    ...(options.plot === undefined ? {} : { plot: path(options.plot) as string }),
  };
  const printed = [text(stdout), text(stderr)];
  const mistake = await judgeFile(join(folder, file), { timezone: 'UTC', ...options, ...paths }, { stdout, stderr })
    .then(() => '')
    .catch((error: unknown) => {
      assert.ok(error instanceof UserError, String(error));
      return error.message.replaceAll(`${folder}/`, '');
    });
  stdout.end();
  stderr.end();
  const [out = '', err = ''] = await Promise.all(printed);
  return { out, err, mistake };
}

/** The same as a process, with its standard input. */
function linesman(words: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'judge', ...words], {
    ...{ input, cwd: folder, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env.PATH, TZ: 'Asia/Tokyo' } },
  });
  return { status, out: stdout.toString(), err: stderr.toString() };
}

function write(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), lines.join('\n'));
}

function drawn(rows: number): readonly string[] {
  const random = chance(1);
  return Array.from({ length: rows }, (_, row) => {
    const time = new Date(START + row * 300_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${time},${row === 900 ? 90 : (50 + gaussian(random)).toFixed(3)}`;
  });
}
