/** Every rotation story, played to linesman's reader: each line once, in its file's order, and nothing again later. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ByHand, createByHand } from './by-hand.ts';
import { judge } from './judge.ts';
import { createLogFolder } from './log-folder.ts';
import { stories } from './stories/all.ts';
import { DEFAULT_GLOBS, NAME_CHARS, type Story } from './story.ts';
import { worldOf } from './world-of.ts';

/** Longer than any wait of the reader: for copies, for quiet files, for compressed ones. */
const LONG_MS = 700_000;

for (const story of stories) {
  test(`each line once: ${story.name}`, async (t) => {
    await playToLinesman(story, false, t);
  });
  if (story.openFileOnly) continue;
  test(`each line once, killed at every wait: ${story.name}`, async (t) => {
    await playToLinesman(story, true, t);
  });
}

test('stories have names of their own that fit the table', () => {
  assert.equal(new Set(stories.map(({ name }) => name)).size, stories.length);
  assert.deepEqual(
    stories.filter(({ name }) => name.length > NAME_CHARS).map(({ name }) => name),
    [],
  );
});

test('a lost, a doubled and a damaged line are told apart', () => {
  assert.deepEqual(judge(['one', 'two', 'two'], ['two', 'one', 'two']), { lost: 0, doubled: 0, damaged: 0 });
  assert.deepEqual(judge(['one', 'two', 'two'], ['two']), { lost: 2, doubled: 0, damaged: 0 });
  assert.deepEqual(judge(['one', 'two'], ['one', 'one', 'two', 'one']), { lost: 0, doubled: 2, damaged: 0 });
  assert.deepEqual(judge(['one', 'two', 'three'], ['onetwo', '\0three']), { lost: 0, doubled: 0, damaged: 3 });
});

async function playToLinesman(story: Story, killed: boolean, t: TestContext): Promise<void> {
  const folder = createLogFolder();
  t.after(folder.end);
  const globs = (story.globs ?? DEFAULT_GLOBS).map(folder.path);
  const unprivileged = story.unprivileged ?? false;
  const readers = Array.from({ length: story.readers ?? 1 }, () => createByHand({ globs, unprivileged, killed }));

  const played = await story.play(worldOf(folder, readers));
  if (played === false) return t.skip('this file system does not give out an inode again');

  for (const reader of readers) {
    await reader.pass(20_000);
    assertEachOnce(folder.written(), reader);
    await reader.stop();
    await reader.start();
    await reader.pass(LONG_MS);
    assertEachOnce(folder.written(), reader);
    assert.deepEqual(reader.skipped(), story.skipped ?? {});
    assert.equal(reader.unaccounted(), 0);
    assert.deepEqual(reader.problems(), []);
    await reader.stop();
  }
}

function assertEachOnce(written: readonly string[], reader: ByHand): void {
  assert.deepEqual(reader.lines().toSorted(), written.toSorted());
  const place = new Map(written.map((line, at) => [line, at]));
  const unique = (line: string): boolean => written.indexOf(line) === written.lastIndexOf(line);
  for (const lines of reader.byGeneration().values()) {
    const places = lines.filter(unique).map((line) => place.get(line) ?? -1);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  }
}
