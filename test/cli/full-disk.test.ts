/** Commands that write a file, onto a disk that is full: one sentence, an exit code, and no half file. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeDecisionStory } from '../../src/cli/decision-story.ts';
import type { Decision } from '../../src/core/detect/decision.ts';
import { recordDecision } from '../../src/core/detect/decision.ts';
import { UserError } from '../../src/core/errors.ts';
import type { WatchSpec } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/threshold.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-full-'));
const disk = join(folder, 'disk');
const series = join(folder, 'series.csv');
const rows = Array.from({ length: 400 }, (_, row) => `${1_767_225_600 + row * 300},${row % 7}`);
writeFileSync(series, rows.join('\n'));

/** 16 kB, and a file that leaves some of it, or none. */
const isMounted = mountSmall();
after(() => {
  if (isMounted) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true });
});
const skip = !isMounted && 'no small disk can be mounted here: it takes root';

test('judge --plot onto a full disk leaves what was there', { skip }, async () => {
  const plot = join(disk, 'series.svg');
  writeFileSync(plot, 'the one before');

  const { code, stdout, stderr } = await linesman(['judge', series, '--plot', plot]);

  assert.match(stdout, /^400 values/);
  assert.match(
    stderr,
    /^linesman: --plot \S+series\.svg: it cannot be written \(ENOSPC: no space left on device[^\n]*\n\(INPUT, see docs\/ERRORS\.md\)\n$/,
  );
  assert.equal(code, 78);
  assert.deepEqual(readdirSync(disk).toSorted(), ['filler', 'series.svg']);
  assert.equal(readFileSync(plot, 'utf8'), 'the one before');
});

test('export onto a full disk leaves no folder', { skip }, async () => {
  const story = join(disk, 'story');

  const error = await writeDecisionStory(decided(), story).catch((thrown: unknown) => thrown);

  assert.ok(error instanceof UserError && error.exitCode === 78, String(error));
  assert.match(
    error.message,
    /story cannot be written \(ENOSPC: no space left on device.*nothing of it was left: name a folder on a disk with room$/,
  );
  assert.equal(existsSync(story), false);
});

for (const words of [[], ['--json']]) {
  test(`judge ${words.join(' ')} where standard output is full`, {
    skip: !existsSync('/dev/full') && 'no /dev/full',
  }, () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'judge', series, ...words], {
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);

    assert.match(
      stderr.toString(),
      /^(?:400 values[^\n]*\n[^\n]*\n)?linesman: Standard output cannot be written \(ENOSPC: [^\n]*\n\(INPUT, /,
    );
    assert.equal(status, 78);
  });
}

test('judge --plot onto a device that is full', { skip: !existsSync('/dev/full') && 'no /dev/full' }, async () => {
  const { code, stderr } = await linesman(['judge', series, '--plot', '/dev/full']);

  assert.match(stderr, /^linesman: --plot \/dev\/full: it cannot be written \(ENOSPC: /);
  assert.equal(code, 78);
  assert.ok(existsSync('/dev/full'));
});

function mountSmall(): boolean {
  spawnSync('mkdir', [disk]);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
  if (status !== 0) return false;
  writeFileSync(join(disk, 'filler'), 'x'.repeat(8 * 1024));
  return true;
}

/** Larger than what is left. */
function decided(): Decision {
  const watch: WatchSpec = {
    ...{ name: 'app.errors', detector: 'threshold', severity: 'warning', clearAfterMs: 60_000, rank: 0 },
    ...{ title: 'Errors', why: 'W', whatToDo: 'See.' },
    options: { series: 'app.errors', above: 3, statistic: 'count', window: 60_000, leave: 1, unit: 'count' },
  };
  const view = { from: 0, count: () => 5, firstSeen: () => undefined, sum: () => ({ count: 5, sum: 5 }) } as never;
  const input = {
    now: 1_767_225_660_000,
    source: 'app',
    baseline: new Float32Array(3_000),
    open: false,
    budget: 1,
    offsetMs: 0,
    view,
  };
  const what = { fault: '0123456789abcdef', to: 'firing', by: '1', watch } as const;
  return recordDecision(what, detector.compile(watch.options), input);
}

async function linesman(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return await new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
