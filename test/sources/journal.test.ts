import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createJournalReader, type JournalParts } from '../../src/sources/journal.ts';
import { cursorOf } from '../../src/sources/journalctl.ts';
import { createFakeJournal, type FakeJournal } from '../support/journal.ts';
import { until } from '../support/until.ts';
import { createStreamHarness, type StreamHarness } from './stream-harness.ts';

test('the first start reads from now on, and a line is the JSON of its entry', async (t) => {
  const { journal, harness } = await start(t, { before: ['old'] });

  journal.write({ identifier: 'nginx', message: 'one' });
  await harness.takes(1);

  assert.deepEqual(messages(harness), ['one']);
  assert.deepEqual(harness.reader().problems(), []);
});

test('from: beginning reads all there is', async (t) => {
  const { harness } = await start(t, { before: ['one', 'two'], from: 'beginning' });

  await harness.takes(2);

  assert.deepEqual(messages(harness), ['one', 'two']);
});

test('only the units and identifiers that are named are read', async (t) => {
  const { journal, harness } = await start(t, { of: ['nginx.service', 'haproxy'] });

  journal.write({ unit: 'nginx.service', message: 'of the unit' });
  journal.write({ unit: 'other.service', identifier: 'nginx.service', message: 'pretended' });
  journal.write({ identifier: 'haproxy', message: 'of the identifier' });
  await harness.takes(2);

  assert.deepEqual(messages(harness), ['of the unit', 'of the identifier']);
});

test('the first entry after a start is read, though the newest before it was of another unit', async (t) => {
  const { journal, harness } = await start(t, { before: ['of another'], of: ['nginx'] });

  journal.write({ identifier: 'nginx', message: 'one' });
  await harness.takes(1);

  assert.deepEqual(messages(harness), ['one']);
});

test('what is written before the first entry ever is taken is read after a restart too', async (t) => {
  const { journal, harness } = await start(t, { before: ['old'] });
  await harness.reader().close();

  journal.write({ identifier: 'nginx', message: 'while we were away' });
  await harness.restart(reader());
  await harness.takes(1);

  assert.deepEqual(messages(harness), ['while we were away']);
});

test('a restart goes on behind the last entry stored, and nothing is counted twice', async (t) => {
  const { journal, harness } = await start(t);
  for (const message of ['one', 'two', 'three']) journal.write({ identifier: 'nginx', message });
  await until('all have come', () => (harness.reader().records()[0]?.size ?? 0) > 300);
  await harness.round({ take: 'line' });

  await harness.restart(reader());
  journal.write({ identifier: 'nginx', message: 'four' });
  await harness.takes(4);

  assert.deepEqual(messages(harness), ['one', 'two', 'three', 'four']);
  assert.deepEqual(harness.stored().ledger.skipped, {});
  assert.equal(harness.stored().files.length, 1);
});

test('a commit that is refused, and a store that forgets: the journal is read again from there', async (t) => {
  const { journal, harness } = await start(t);
  for (const message of ['one', 'two', 'three']) {
    journal.write({ identifier: 'nginx', message });
    await harness.takes(messages(harness).length + 1);
  }

  await harness.round({ store: 'refuses' });
  journal.write({ identifier: 'nginx', message: 'four' });
  harness.forget(2);
  await harness.round();
  await harness.takes(4);

  assert.deepEqual(messages(harness), ['one', 'two', 'three', 'four']);
});

test('journalctl that ends is started again behind the last entry it gave', async (t) => {
  const { journal, harness } = await start(t);
  journal.write({ identifier: 'nginx', message: 'one' });
  await harness.takes(1);

  journal.kill();
  await until('it is said', () => harness.reader().problems().length > 0);
  assert.match(harness.reader().problems().join(), /journalctl ended \(exit 3\) and is started again/);
  journal.write({ identifier: 'nginx', message: 'two' });
  await harness.takes(2);

  assert.deepEqual(messages(harness), ['one', 'two']);
  assert.deepEqual(harness.reader().problems(), []);
});

test('journalctl that ends each time it is started is a problem without a break', async (t) => {
  const { journal, harness } = await start(t, { before: ['old'] });
  await until('it follows', () => journal.starts().length === 2);
  journal.fail('No journal files were opened due to insufficient permissions.');
  journal.kill();
  await until('it is said', () => harness.reader().problems().length > 0);
  let isSilent = false;

  await until('it was started twice more', () => {
    isSilent ||= harness.reader().problems().length === 0;
    return journal.starts().length === 4;
  });

  assert.ok(!isSilent);
});

test('what may not be read is a problem with its remedy, and is read once it may', async (t) => {
  const { journal, harness } = await start(t, {
    complaint: 'No journal files were opened due to insufficient permissions.',
  });

  assert.match(harness.reader().problems().join(), /add linesman's user to the group systemd-journal/);
  journal.fail(undefined);
  await until('it may', () => journal.starts().some(({ args }) => args.includes('--follow')));
  journal.write({ identifier: 'nginx', message: 'one' });
  await harness.takes(1);
});

test('opened again while journalctl is still asked where to begin, it is followed once', async (t) => {
  const { journal, harness } = await start(t, { before: ['old'], complaint: 'not now' });
  journal.hold(true);
  await until('it is asked again', () => journal.starts().length === 2);
  journal.fail(undefined);
  const opened = harness.open();
  await until('it is asked for the second opening too', () => journal.starts().length === 3);
  journal.hold(false);
  await opened;

  for (const message of ['one', 'two', 'three']) {
    journal.write({ identifier: 'nginx', message });
    await harness.takes(messages(harness).length + 1);
  }

  assert.deepEqual(messages(harness), ['one', 'two', 'three']);
  assert.equal(journal.starts().filter(({ args }) => args.includes('--follow')).length, 1);
});

test('no journalctl is a problem with its remedy', async (t) => {
  const { harness } = await start(t, { hasNoProgram: true });

  assert.match(harness.reader().problems().join(), /there is no program journalctl: install systemd/);
});

test('an empty journal is said, and its first entry is read', async (t) => {
  const { journal, harness } = await start(t);
  assert.match(harness.reader().problems().join(), /journal is empty: see that systemd-journald runs/);

  journal.write({ identifier: 'nginx', message: 'one' });
  await harness.takes(1);

  assert.deepEqual(harness.reader().problems(), []);
});

test('journalctl is given arguments, nothing of our environment, and no shell', async (t) => {
  process.env.LINESMAN_TEST_PASSWORD = 'hunter2';
  const { journal } = await start(t, { before: ['x'], of: ['a$(touch x).service'] });
  await until('it follows', () => journal.starts().length === 2);

  const [, follow] = journal.starts();

  assert.deepEqual(follow?.args.slice(-2), ['--cursor=s=0123456789abcdef;i=1', '_SYSTEMD_UNIT=a$(touch x).service']);
  assert.ok(!follow?.environment.includes('LINESMAN_TEST_PASSWORD'));
});

test('a message cannot pretend to be a cursor', () => {
  const entry = { MESSAGE: '","__CURSOR":"s=evil", "', A: '"__CURSOR":"s=evil"', __CURSOR: 's=1;i=2' };

  assert.equal(
    cursorOf(Buffer.from(`${JSON.stringify({ MESSAGE: 'x', __CURSOR: 's=0' })}\n${JSON.stringify(entry)}\n`)),
    's=1;i=2',
  );
  assert.equal(cursorOf(Buffer.from('{}\n')), undefined);
});

function messages(harness: StreamHarness): readonly string[] {
  return harness.stored().lines.map((line) => (JSON.parse(line) as { MESSAGE: string }).MESSAGE);
}

function reader(parts: Partial<JournalParts> = {}) {
  return createJournalReader({ source: 'journal', of: [], from: 'end', ...parts });
}

async function start(
  t: TestContext,
  options: Partial<JournalParts> & {
    readonly before?: readonly string[];
    readonly complaint?: string;
    readonly hasNoProgram?: boolean;
  } = {},
) {
  const { before = [], complaint, hasNoProgram, ...parts } = options;
  const journal: FakeJournal = createFakeJournal();
  const path = process.env.PATH;
  process.env.PATH = hasNoProgram ? '/nowhere' : `${journal.bin}:${path}`;
  for (const message of before) journal.write({ identifier: 'other', message });
  journal.fail(complaint);
  const harness = createStreamHarness(reader(parts));
  t.after(async () => {
    process.env.PATH = path;
    await harness.reader().close();
    journal.end();
  });
  await harness.open();
  return { journal, harness };
}
