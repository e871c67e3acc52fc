/** Whatever happens to a log file, every complete line is taken once: a model against real files. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createHarness, type Harness } from '../sources/harness.ts';

type Step =
  | { readonly do: 'write'; readonly lines: number }
  | { readonly do: 'partial' }
  | { readonly do: 'late' }
  | { readonly do: 'rotate' }
  | { readonly do: 'copytruncate' }
  | { readonly do: 'gzip' }
  | { readonly do: 'read' }
  | { readonly do: 'readOne' }
  | { readonly do: 'commit' }
  | { readonly do: 'pass' }
  | { readonly do: 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 12 }) }) },
  ...(['partial', 'late', 'rotate', 'copytruncate', 'gzip', 'commit', 'pass'] as const).map((name) => ({
    weight: 1,
    arbitrary: fc.constant({ do: name }),
  })),
  { weight: 3, arbitrary: fc.constant({ do: 'read' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'readOne' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'crash' as const }) },
);

for (const globs of [['access.log'], ['access.log*']]) {
  test(`every line is taken once, whatever happens to the files of ${globs[0]}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (steps) => await play(globs, steps)),
      { numRuns: 100, endOnFailure: false },
    );
  });
}

async function play(globs: readonly string[], steps: readonly Step[]): Promise<void> {
  const harness = createHarness({ globs, chunkBytes: 4_096 });
  const world = createWorld(harness);
  try {
    world.write(1);
    await harness.start();
    harness.commit();
    for (const each of steps) await apply(harness, world, each);
    world.complete();
    // Long enough for rotated files to end and for copies to be told from new files.
    for (let round = 0; round < 8; round += 1) await harness.pass(3_000);
    assert.deepEqual([...harness.lines()].sort(), [...world.lines].sort());
    assert.equal(harness.skipped().truncated_unrecovered, undefined);
    assert.equal(harness.skipped().deleted_unread_bytes, undefined);
  } finally {
    await harness.end();
  }
}

async function apply(harness: Harness, world: World, each: Step): Promise<void> {
  if (each.do === 'write') world.write(each.lines);
  else if (each.do === 'partial') world.partial();
  else if (each.do === 'late') world.late();
  else if (each.do === 'rotate') world.rotate();
  else if (each.do === 'copytruncate') world.copyTruncate();
  else if (each.do === 'gzip') world.gzip();
  else if (each.do === 'read') await harness.drain();
  else if (each.do === 'readOne') await harness.drain('line');
  else if (each.do === 'commit') harness.commit();
  else if (each.do === 'pass') await harness.pass(6_000);
  else {
    await harness.crash();
    await harness.start();
  }
}

interface World {
  readonly lines: readonly string[];
  write(lines: number): void;
  partial(): void;
  late(): void;
  rotate(): void;
  copyTruncate(): void;
  /** Compresses the newest rotated file, at once as logrotate does without delaycompress. */
  gzip(): void;
  complete(): void;
}

/** A writer and its rotation. Lines are unique, of many lengths, and begin alike. */
function createWorld(harness: Harness): World {
  const lines: string[] = [];
  let half: string | undefined;
  let shifted = false;

  function nextLine(): string {
    const line = `192.0.2.1 - - [request ${lines.length}] ${'x'.repeat((lines.length * 37) % 300)}`;
    lines.push(line);
    return line;
  }

  function complete(): void {
    if (half !== undefined) harness.append('access.log', `${half}\n`);
    half = undefined;
  }

  function shift(): void {
    complete();
    for (let number = 8; number >= 1; number -= 1) {
      for (const end of ['', '.gz']) {
        if (!existsSync(harness.path(`access.log.${number}${end}`))) continue;
        harness.rename(`access.log.${number}${end}`, `access.log.${number + 1}${end}`);
      }
    }
  }

  return {
    lines,
    complete,
    write(count) {
      complete();
      for (let index = 0; index < count; index += 1) harness.append('access.log', `${nextLine()}\n`);
    },
    partial() {
      complete();
      const line = nextLine();
      harness.append('access.log', line.slice(0, 10));
      half = line.slice(10);
    },
    /** A worker that still has the renamed file open. */
    late() {
      if (shifted && existsSync(harness.path('access.log.1'))) harness.append('access.log.1', `${nextLine()}\n`);
    },
    rotate() {
      shift();
      harness.rename('access.log', 'access.log.1');
      harness.append('access.log', '');
      shifted = true;
    },
    copyTruncate() {
      shift();
      harness.copyTruncate('access.log', 'access.log.1');
      // Nobody writes to a copy.
      shifted = false;
    },
    gzip() {
      const path = harness.path('access.log.1');
      if (!existsSync(path)) return;
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
      unlinkSync(path);
      shifted = false;
    },
  };
}
