/** A log and a machine replayed side by side. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { replayFiles } from '../../../src/app/replay/replay.ts';
import { findStories } from '../../../src/app/replay/stories.ts';
import { replayStory } from '../../../src/app/replay/story-replay.ts';
import { readOnlyConfig } from '../../../src/config/replay-config.ts';
import { storyLine } from '../../../src/core/render/story.ts';
import { createRecordedReader } from '../../../src/sources/recorded.ts';
import { fixture } from '../../support/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'machine-'));
after(() => rmSync(folder, { recursive: true }));

interface More {
  readonly chunkBytes?: number;
  readonly threads?: number;
  readonly from?: number;
  readonly to?: number;
}

async function toldOf(name: string, more: More = {}) {
  const { inputs, machine, config: file } = fixture(name);
  const config = await readOnlyConfig(file);
  const reader = createRecordedReader({ source: 'nginx', files: inputs, chunkBytes: more.chunkBytes });
  const told: string[] = [];
  const mails: unknown[] = [];
  const { figures } = await replayFiles({
    ...{ config, reader, machine, threads: 1, ...more },
    onTransition: (transition) => told.push(storyLine(transition)),
    async onNotification(notification) {
      mails.push(notification);
      told.push(`${notification.at} mail ${notification.model.transition}`);
    },
  });
  await reader.close();
  return { told, mails, figures };
}

test('however the log is cut into rounds, and by how many threads it is read: the same is told at the same time', async () => {
  const once = await toldOf('upstream-gone');
  assert.equal(once.mails.length, 2);
  assert.deepEqual(await toldOf('upstream-gone', { chunkBytes: 10_000, threads: 2 }), once);
});

test('what is after the end does not count, and no fault of the machine begins before the beginning', async () => {
  const at = (minute: number, second = 0) => Date.UTC(2026, 10, 24, 4, minute, second);
  const ofDb = ({ told }: { readonly told: readonly string[] }) =>
    told.filter((line) => line.includes('check.db')).map((line) => line.slice(11, 28));
  const whole = await toldOf('database-down');
  const cut = await toldOf('database-down', { to: at(30, 20) });

  assert.ok(cut.figures < whole.figures);
  assert.deepEqual(ofDb(cut), ['04:30:14Z pending', '04:35:14Z resolve'], 'no second reading came: given up');
  assert.deepEqual(ofDb(await toldOf('database-down', { from: at(35) })), [
    '04:35:14Z pending',
    '04:35:29Z firing ',
    '04:38:29Z resolve',
  ]);
});

test('a story is one with the figures of a machine alone, and its mistakes are told with their line', async () => {
  const input = join(folder, 'db', 'input');
  mkdirSync(input, { recursive: true });
  const { machine = '', config: settings = '' } = fixture('database-down');
  cpSync(machine, join(input, 'machine.jsonl.gz'));
  cpSync(settings, join(folder, 'db', 'linesman.yaml'));
  const [story] = findStories(join(folder, 'db')).stories;
  assert.ok(story);
  assert.deepEqual(story.inputs, []);
  const { figures, lines, notifications } = await replayStory(story);
  assert.equal(lines, 0);
  assert.ok(figures > 0);
  assert.equal(notifications[0]?.model.watch, 'check.db');

  const broken = join(folder, 'machine.jsonl');
  writeFileSync(broken, '{"time": 1700000000000, "series": "x", "value": 1}\n{"time": "now"}\n');
  await assert.rejects(replayStory({ ...story, machine: broken }), /machine\.jsonl:2: its time is none/);
});
