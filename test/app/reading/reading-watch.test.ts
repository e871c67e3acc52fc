/** What the watch over the reading measures and reports, over a real reader on real files; time is an argument. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { createReadingWatch } from '../../../src/app/reading/reading-watch.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import { createSourceChain } from '../../../src/engine/chain.ts';
import { createSourceEngine } from '../../../src/engine/source.ts';
import { createMemoryStore } from '../../../src/memory/store.ts';
import { createFileReader } from '../../../src/sources/files.ts';
import { parseInThread } from '../../support/in-thread.ts';
import { nginxLines } from '../../support/nginx-lines.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);
const MINUTE = 60_000;
const watching = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);

test('a source whose lines are taken is reading, then waiting, and its ledger adds up', async (t) => {
  const world = await createWorld(t);
  await world.write(nginxLines(20));

  await world.round();
  const [soon] = world.watch.report(world.at, false);
  world.at += 2 * MINUTE;
  await world.round();
  const [later] = world.watch.report(world.at, false);

  assert.deepEqual(
    [soon?.condition, soon?.lines, soon?.lagMs, soon?.ledger?.unread, soon?.ledger?.gap],
    [...['reading', 20, 0, 0, 0]],
  );
  assert.equal(soon?.ledger?.present, nginxLines(20).length);
  assert.equal(later?.condition, 'waiting');
});

test('a backlog is behind by the time since everything was read, and so are rounds that do not come', async (t) => {
  const world = await createWorld(t);
  await world.round();

  world.at += 3 * MINUTE;

  assert.equal(world.watch.report(world.at, false)[0]?.condition, 'behind');
  assert.equal(world.figures()['linesman.reading.lag{source=web}'], 180);
  await world.round();
  assert.equal(world.figures()['linesman.reading.lag{source=web}'], 0);
});

test('after a machine slept nothing is said of lag before there was time to read', async (t) => {
  const world = await createWorld(t);
  await world.round();
  world.figures();

  world.at += 60 * MINUTE;
  const awake = world.figures();
  world.at += 10_000;
  const stillBehind = world.figures();
  await world.round();

  assert.equal(awake['linesman.reading.lag{source=web}'], undefined);
  assert.equal(stillBehind['linesman.reading.lag{source=web}'], 3_610);
  assert.equal(world.figures()['linesman.reading.lag{source=web}'], 0);
});

test('a log that is always busy has no lag as long as all that is seen is taken', async (t) => {
  const world = await createWorld(t);

  for (let second = 0; second < 10; second += 1) {
    world.at += 1_000;
    await world.write(nginxLines(2_000));
    await world.round();
  }

  assert.equal(world.watch.caughtUpAt('web'), world.at);
  assert.equal(world.watch.report(world.at, false)[0]?.lines, 20_000);
});

test('the unfinished line of a quiet log is no lag', async (t) => {
  const world = await createWorld(t);
  await world.write('192.0.2.1 - - [25/Nov');

  for (let minute = 0; minute < 10; minute += 1) {
    world.at += MINUTE;
    await world.round();
  }

  const [report] = world.watch.report(world.at, false);
  assert.deepEqual([report?.condition, report?.lagMs, report?.ledger?.unread], ['waiting', 0, 21]);
});

test('a link to the output of a container is a blind source with the remedy as evidence', async (t) => {
  const world = await createWorld(t, async (folder) => {
    await rm(join(folder, 'access.log'));
    await symlink('/dev/stdout', join(folder, 'access.log'));
  });
  await world.round();

  world.at += 5 * MINUTE + 30_000;
  await world.round();

  const [report] = world.watch.report(world.at, false);
  assert.equal(report?.condition, 'blind');
  assert.match(report?.problems[0] ?? '', /is a link to \/dev\/stdout, .*: mount an empty folder/);
  assert.equal(world.figures()['linesman.source.blind{source=web}'], 330);
  assert.deepEqual(world.sentences('linesman.source.blind{source=web}'), report?.problems);
});

test('one log of two that cannot be read makes the source impaired, not blind', async (t) => {
  const world = await createWorld(t, async (folder) => await symlink('/dev/stderr', join(folder, 'error.log')));

  await world.round();

  assert.equal(world.watch.report(world.at, false)[0]?.condition, 'impaired');
});

test('a log in another encoding is told as a problem, and not as one that cannot be read', async (t) => {
  const world = await createWorld(t);
  await world.write(`\uFEFF${nginxLines(3)}`, 'utf16le');

  for (let second = 0; second < 3; second += 1) await world.round();

  const [report] = world.watch.report(world.at, false);
  assert.match(report?.problems[0] ?? '', /is UTF-16.* so its lines are counted as unparsed/);
  assert.notEqual(report?.condition, 'impaired');
  assert.equal(world.figures()['linesman.source.blind{source=web}'], 0);
});

test('a log without a byte is empty after ten minutes, and no more with its first line', async (t) => {
  const world = await createWorld(t);
  await world.round();

  world.at += 9 * MINUTE;
  await world.round();
  world.figures();
  const early = world.empty;
  world.at += 2 * MINUTE;
  await world.round();
  world.figures();
  const { empty: late, isUsual } = world;
  const [report] = world.watch.report(world.at, false);
  await world.write(nginxLines(1));
  await world.round();
  world.figures();

  assert.equal(early, undefined);
  assert.match(
    late ?? '',
    /^Nothing was ever written to '.*access\.log': check that access_log of Nginx names it.* a first request/,
  );
  assert.equal(isUsual, false);
  assert.equal(report?.condition, 'empty');
  assert.equal(world.empty, undefined);
});

test('a log of errors in which nothing was ever written is no trouble, and says so', async (t) => {
  const world = await createWorld(t, async (folder) => {
    await rename(join(folder, 'access.log'), join(folder, 'shop-error.log'));
  });
  await world.round();

  world.at += 11 * MINUTE;
  await world.round();
  world.figures();

  assert.match(
    world.empty ?? '',
    /^Nothing was ever written to '.*shop-error\.log', which is well as long as nothing fails/,
  );
  assert.equal(world.isUsual, true);
});

test('a quiet log that had lines before the first start is not empty', async (t) => {
  const world = await createWorld(t, async (folder) => {
    await writeFile(join(folder, 'access.log'), nginxLines(5));
  });

  world.at += 60 * MINUTE;
  await world.round();
  world.figures();

  assert.equal(world.empty, undefined);
  assert.equal(world.watch.report(world.at, false)[0]?.condition, 'waiting');
});

test('what is cut off before it is read is a loss, counted once, with its number', async (t) => {
  const world = await createWorld(t);
  await world.write(nginxLines(10));
  await world.round();
  const unread = nginxLines(3);
  await world.write(unread);
  await world.look();
  await truncate(join(world.folder, 'access.log'), 0);
  await world.round();
  world.figures();
  for (let second = 0; second < 15; second += 1) {
    world.at += 1_000;
    await world.round();
  }

  const lost = world.figures()['linesman.lines.lost{source=web}'];

  assert.equal(lost, unread.length);
  assert.deepEqual(world.sentences('linesman.lines.lost{source=web}'), [
    `${unread.length} bytes were cut off before they could be read, in ${join(world.folder, 'access.log')}`,
  ]);
  assert.equal(world.figures()['linesman.lines.lost{source=web}'], undefined);
});

test('a loss that was stored and not told before a crash is told by the next start, and never again', async (t) => {
  const world = await createWorld(t);
  world.figures();
  const before = world.watch.told();
  await world.write(`${'x'.repeat(1_200_000)}\n`);
  for (let second = 0; second < 3; second += 1) await world.round();

  world.restart(before);
  const first = world.figures();
  world.restart(world.watch.told());
  const second = world.figures();

  assert.equal(first['linesman.lines.lost{source=web}'], 1_200_001);
  assert.deepEqual(world.sentences('linesman.lines.lost{source=web}'), undefined);
  assert.equal(second['linesman.lines.lost{source=web}'], undefined);
});

test('what was lost before it was known what is told is taken for told', async (t) => {
  const world = await createWorld(t);
  await world.write(`${'x'.repeat(1_200_000)}\n`);
  for (let second = 0; second < 3; second += 1) await world.round();

  world.restart({});

  assert.equal(world.figures()['linesman.lines.lost{source=web}'], undefined);
});

test('a line that is too long is told with the file it stands in', async (t) => {
  const world = await createWorld(t);
  await world.write(`${'x'.repeat(1_200_000)}\n${nginxLines(2)}`);
  for (let second = 0; second < 3; second += 1) await world.round();

  assert.equal(world.figures()['linesman.lines.lost{source=web}'], 1_200_001);
  assert.deepEqual(world.sentences('linesman.lines.lost{source=web}'), [
    `1 line was too long, in ${join(world.folder, 'access.log')}`,
  ]);
  assert.equal(world.watch.report(world.at, false)[0]?.lines, 2);
});

test('every generation is reported with its name, those being read first', async (t) => {
  const world = await createWorld(t);
  await world.write(nginxLines(4));
  await world.round();
  await rename(join(world.folder, 'access.log'), join(world.folder, 'access.log.1'));
  await world.write(nginxLines(2));
  for (let second = 0; second < 10; second += 1) {
    world.at += 1_000;
    await world.round();
  }

  const [report] = world.watch.report(world.at, false);

  assert.deepEqual(
    report?.generations.map(({ name, state, size, unread }) => [name, state, size, unread]),
    [
      [join(world.folder, 'access.log'), 'live', nginxLines(2).length, 0],
      [join(world.folder, 'access.log.1'), 'done', nginxLines(4).length, 0],
    ],
  );
});

async function createWorld(t: TestContext, prepare: (folder: string) => Promise<void> = async () => {}) {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-reading-'));
  await writeFile(join(folder, 'access.log'), '');
  await prepare(folder);
  const reader = createFileReader({
    ...{ source: 'web', globs: [join(folder, '*.log')], from: 'end', sweepMs: 0, watch: false },
  });
  t.after(async () => {
    await reader.close();
    await rm(folder, { recursive: true });
  });
  let commits = 0;
  const engine = createSourceEngine({
    chain: createSourceChain({
      ...{ store: createMemoryStore(), host: 'web-1', source: 'web', newCommitId: () => `c${++commits}` },
    }),
    reader,
    parser: parseInThread({ patterns: watching.patterns.map(({ spec }) => compilePattern(spec)), timezone: 'UTC' }),
    beforeAdding: async () => {},
  });
  const world = { folder, at: T0, empty: undefined as string | undefined, isUsual: false };
  const watch = createReadingWatch({
    now: () => world.at,
    kindOf: () => 'files',
    auditOf: () => undefined,
    onEmpty(_source, empty) {
      world.empty = empty?.sentence;
      world.isUsual = empty?.isUsual ?? false;
    },
  });
  const source = { name: 'web', engine, reader };
  await engine.open(world.at);
  watch.begin([source], {});
  let measured: ReturnType<typeof watch.measure> = [];
  return Object.assign(world, {
    watch,
    async write(text: string, encoding: BufferEncoding = 'utf8') {
      await appendFile(join(folder, 'access.log'), text, encoding);
    },
    async round(as: { readonly isStored?: boolean } = {}) {
      const startedAt = world.at;
      watch.sawRound(source, { ...(await engine.round(startedAt)), ...as, startedAt });
    },
    restart(told: ReturnType<typeof watch.told>) {
      watch.begin([source], told);
    },
    /** The reader sees what is there, and nothing of it is taken. */
    async look() {
      await reader.chunks(world.at);
    },
    figures(): Record<string, number> {
      measured = watch.measure(world.at);
      return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
    },
    sentences: (series: string) => measured.find((one) => one.series === series)?.lines,
  });
}
