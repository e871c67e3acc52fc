/** docs/detectors/ says what the detectors take, and names the numbers that the code has. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CERTAIN_SCORE } from '../../src/core/detect/certain.ts';
import { LEVEL_YOUNG } from '../../src/core/detect/level/level.ts';
import { HOLD_MS } from '../../src/core/detect/level/told-level.ts';
import { WEIGHT_MAX } from '../../src/core/detect/share-baseline.ts';
import { WELL_QUIET_MS, WELL_WHOLE } from '../../src/core/detect/share-lasting.ts';
import { BLOCK_MINUTES, SHAPES } from '../../src/core/detect/share-spread.ts';
import { WINDOWS_MS } from '../../src/core/detect/share-windows.ts';
import type { DetectorPlugin, OptionSpec } from '../../src/core/plugin.ts';
import { EXPECTED_MISSED, WARM_UP_LINES, WARM_UP_MS } from '../../src/detectors/absence.ts';
import { PEAK_TIMES, USUAL_SHARE, WARM_UP_MS as WHO_MS } from '../../src/detectors/concentration.ts';
import { YOUNG_MS, YOUNG_TIMES } from '../../src/detectors/fill.ts';
import { URGENT_WINDOW_MS } from '../../src/detectors/ratio.ts';

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
  const pages = ['ratio', 'absence', 'threshold', 'concentration', 'fill', 'level'].map(pageOf).join('\n');
  for (const text of [
    WINDOWS_MS.map((ms) => (ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`))
      .join(', ')
      .replace(/, (\d+ min)$/, ' and $1'),
    `between ${SHAPES[0].least} and ${SHAPES[0].most} for windows up to ${BLOCK_MINUTES[0]} min`,
    `between ${SHAPES[1].least} and ${SHAPES[1].most} for longer ones`,
    `\`a + b\` is held at ${WEIGHT_MAX.toLocaleString('en')}`,
    `windows of up to ${URGENT_WINDOW_MS / 60_000} min`,
    `first ${WHO_MS / 3_600_000} h`,
    `usually has ${USUAL_SHARE * 100}% or more`,
    `${PEAK_TIMES} times the most`,
    `first ${YOUNG_MS / 3_600_000} h`,
    `${YOUNG_TIMES} times \`urgent\``,
    `at least ${WELL_WHOLE} observations`,
    `nothing was bad for ${WELL_QUIET_MS / 60_000} min`,
    `first ${WARM_UP_MS / 60_000} min or before ${WARM_UP_LINES} observations`,
    `${EXPECTED_MISSED} would make silence a chance of e^-${EXPECTED_MISSED}`,
    `its score is ${CERTAIN_SCORE}`,
    `first ${LEVEL_YOUNG} steps`,
    `After ${HOLD_MS / 3_600_000} h a level`,
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
