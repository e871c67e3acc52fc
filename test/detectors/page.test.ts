/** docs/detectors/ says what the detectors take, and names the numbers that the code has. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SHAPE_MAX, WANDER_MS, WEIGHT_MAX } from '../../src/core/detect/share-baseline.ts';
import type { DetectorPlugin, OptionSpec } from '../../src/core/plugin.ts';
import { EXPECTED_MISSED, WARM_UP_LINES, WARM_UP_MS } from '../../src/detectors/absence.ts';
import { WELL_QUIET_MS, WELL_WHOLE, WINDOWS_MS } from '../../src/detectors/ratio.ts';
import { CERTAIN_SCORE } from '../../src/detectors/threshold.ts';

const overview = readFileSync(new URL('../../docs/DETECTION.md', import.meta.url), 'utf8');
const folder = new URL('../../src/detectors/', import.meta.url);

for (const file of readdirSync(folder)) {
  test(`the page has every option of ${file}, in its words, and no other`, async () => {
    const { detector } = (await import(new URL(file, folder).href)) as { detector: DetectorPlugin };
    const expected = Object.entries(detector.options).map(([name, spec]) => row(name, spec));

    const rows = pageOf(detector.name)
      .split('\n')
      .filter((line) => line.startsWith('| `'));

    assert.deepEqual(rows, expected);
    assert.ok(overview.includes(`](detectors/${detector.name}.md)`), 'DETECTION.md leads to it');
  });
}

test('the numbers on the pages are those of the code', () => {
  const pages = ['ratio', 'absence', 'threshold'].map(pageOf).join('\n');
  for (const text of [
    WINDOWS_MS.map((ms) => (ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`))
      .join(', ')
      .replace(/, (\d+ min)$/, ' and $1'),
    `\`a\` is held at ${SHAPE_MAX} however`,
    `\`a + b\` at ${WEIGHT_MAX.toLocaleString('en')}`,
    `longer than ${WANDER_MS / 1000} s wandering`,
    `(${(SHAPE_MAX * 1_800_000) / WANDER_MS} at\n30 min)`,
    `at least ${WELL_WHOLE} observations`,
    `nothing was bad for ${WELL_QUIET_MS / 60_000} min`,
    `first ${WARM_UP_MS / 60_000} min or before ${WARM_UP_LINES} observations`,
    `${EXPECTED_MISSED} would make silence a chance of e^-${EXPECTED_MISSED}`,
    `its score is ${CERTAIN_SCORE}`,
  ]) {
    assert.ok(pages.includes(text), text);
  }
});

function pageOf(name: string): string {
  return readFileSync(new URL(`../../docs/detectors/${name}.md`, import.meta.url), 'utf8');
}

function row(name: string, spec: OptionSpec): string {
  const type = spec.choices ? `${spec.type}: ${spec.choices.join(', ')}` : spec.type;
  const fallback = spec.default ?? (spec.optional ? 'none' : '');
  return `| \`${name}\` | ${type} | ${fallback}${fallback === '' ? '' : ' '}| ${spec.describe} |`;
}
