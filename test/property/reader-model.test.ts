/** Whatever happens to log files, every line is taken once, and what cannot be had stands in the ledger. */
import { test } from 'node:test';
import fc from 'fast-check';
import { createHarness, type Harness } from '../sources/harness.ts';
import { createJudge, type Judge } from './log-judge.ts';
import { createWorld, type World } from './log-world.ts';
import { runsOf, seedOf } from './runs.ts';

/** What the reader does while a copy is there beside its original. */
type Seen = 'no' | 'part' | 'all';

type Step =
  | { readonly do: 'Write'; readonly log: number; readonly lines: number }
  | { readonly do: 'LongWrite' | 'PartialWrite' | 'LateWrite' | 'Truncate' | 'Recreate'; readonly log: number }
  | { readonly do: 'Rotate'; readonly log: number; readonly as: 'create' | 'lazy' | 'dateext' }
  | { readonly do: 'CopyTruncate'; readonly log: number; readonly window: number; readonly seen: Seen }
  | { readonly do: 'Compress'; readonly log: number; readonly seen: Seen }
  | { readonly do: 'Delete'; readonly log: number; readonly which: 'live' | 'rotated' }
  | { readonly do: 'Pause'; readonly ms: number }
  | { readonly do: 'ReadPart'; readonly lines: number }
  | { readonly do: 'SwitchSymlink' | 'Read' | 'Commit' | 'Crash' | 'Resume' };

interface Story {
  readonly globs: readonly string[];
  readonly logs: readonly string[];
  readonly link?: string;
}

const STORIES: readonly Story[] = [
  { globs: ['access.log'], logs: ['access.log'] },
  { globs: ['access.log*'], logs: ['access.log'] },
  { globs: ['*.log'], logs: ['access.log', 'access-shop.log'] },
  { globs: ['*.log*'], logs: ['access.log', 'admin.log'] },
  { globs: ['current.log'], logs: ['access.log'], link: 'current.log' },
];
/** The longest line, and so small that a few files with a few lines are a backlog. */
const CHUNK_BYTES = 4_096;
/** Over all stories together. */
const RUNS = runsOf(200);

const log = fc.nat(1);
const ms = fc.constantFrom(100, 1_000, 6_000, 3_600_000);
const window = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 }));
const is = <T extends string>(...names: T[]): fc.Arbitrary<T> => fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: is('Write'), log, lines: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ do: is('PartialWrite'), log }) },
  { weight: 1, arbitrary: fc.record({ do: is('LongWrite'), log }) },
  { weight: 2, arbitrary: fc.record({ do: is('LateWrite'), log }) },
  { weight: 3, arbitrary: fc.record({ do: is('Rotate'), log, as: is('create', 'lazy', 'dateext') }) },
  { weight: 3, arbitrary: fc.record({ do: is('CopyTruncate'), log, window, seen: is('no', 'part', 'all') }) },
  { weight: 2, arbitrary: fc.record({ do: is('Compress'), log, seen: is('no', 'part', 'all') }) },
  { weight: 1, arbitrary: fc.record({ do: is('Truncate', 'Recreate'), log }) },
  { weight: 1, arbitrary: fc.record({ do: is('Delete'), log, which: is('live', 'rotated') }) },
  { weight: 2, arbitrary: fc.record({ do: is('Pause'), ms }) },
  { weight: 2, arbitrary: fc.record({ do: is('ReadPart'), lines: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: is('Read') }) },
  { weight: 3, arbitrary: fc.record({ do: is('Commit', 'Commit', 'Crash') }) },
  { weight: 3, arbitrary: fc.record({ do: is('SwitchSymlink', 'Resume', 'Resume', 'Resume') }) },
);

for (const [index, story] of STORIES.entries()) {
  test(`the model of a log folder agrees with what is read of ${story.globs}`, async (t) => {
    const given = seedOf();
    t.diagnostic(`to repeat: LINESMAN_TEST_SEED=${given}`);
    // Each has its own stories.
    const seed = given + index;
    const steps = fc.array(step, { minLength: 5, maxLength: 50, size: 'max' });
    const property = fc.asyncProperty(steps, is('beginning', 'end'), async (all, from) => await play(story, all, from));
    await fc.assert(property, { numRuns: Math.ceil(RUNS / STORIES.length), seed, verbose: 0 });
  });
}

async function play(story: Story, steps: readonly Step[], from: 'beginning' | 'end'): Promise<void> {
  const harness = createHarness({
    globs: story.globs,
    from,
    chunkBytes: CHUNK_BYTES,
    roundBytes: 2 * CHUNK_BYTES,
    onLook,
    onTake,
  });
  const world = createWorld(harness.folder, story.logs, story.link);
  world.write(0, 2);
  world.partial(0);
  const [first] = world.bodies;
  const before = first && from === 'end' ? first.text.lastIndexOf('\n') + 1 : 0;
  const judge = createJudge(world, { starts: new Map(first ? [[first, before]] : []), longest: CHUNK_BYTES });
  function onLook(): void {
    judge.looked();
  }
  function onTake(text: string): void {
    if (text !== '') judge.took(text);
  }
  const player = createPlayer(harness, world, judge, story.logs.length);
  try {
    await player({ do: 'Resume' });
    await player({ do: 'Commit' });
    for (const each of steps) await player(each);
    // Servers make their files again: a rotated file whose log was never seen is known by its name alone.
    for (const [each] of story.logs.entries()) world.recreate(each);
    world.complete();
    await player({ do: 'Resume' });
    // Long enough for rotated files to end and for copies to be told from new files.
    for (let round = 0; round < 8; round += 1) await harness.pass(3_000);
    judge.check(harness.ledger(), harness.skipped());
  } finally {
    await harness.end();
  }
}

/** Does one step; those of the reader do nothing while it is down. */
function createPlayer(harness: Harness, world: World, judge: Judge, logs: number): (step: Step) => Promise<void> {
  let isUp = false;

  async function read(seen: Seen = 'all'): Promise<void> {
    if (!isUp || seen === 'no') return;
    if (seen === 'part') return await harness.readPart(1);
    await harness.drain();
    judge.drained();
  }

  return async (each) => {
    const file = 'log' in each ? each.log % logs : 0;
    if (each.do === 'Write') world.write(file, each.lines);
    else if (each.do === 'LongWrite') world.long(file, CHUNK_BYTES);
    else if (each.do === 'PartialWrite') world.partial(file);
    else if (each.do === 'LateWrite') world.late(file);
    else if (each.do === 'Rotate') world.rotate(file, each.as);
    else if (each.do === 'CopyTruncate') await world.copyTruncate(file, each.window, () => read(each.seen));
    else if (each.do === 'Compress') await world.compress(file, () => read(each.seen));
    else if (each.do === 'Truncate') world.truncate(file);
    else if (each.do === 'Recreate') world.recreate(file);
    else if (each.do === 'Delete') world.remove(file, each.which);
    else if (each.do === 'SwitchSymlink') world.switchLink();
    else if (each.do === 'Pause') {
      harness.wait(each.ms);
      world.retire();
    } else if (each.do === 'Resume' && !isUp) {
      isUp = true;
      await harness.start();
    } else if (each.do === 'Read') await read();
    else if (each.do === 'ReadPart' && isUp) await harness.readPart(each.lines);
    else if (each.do === 'Commit' && isUp) {
      harness.commit();
      judge.committed();
    } else if (each.do === 'Crash' && isUp) {
      isUp = false;
      await harness.crash();
      judge.crashed();
    }
  };
}
