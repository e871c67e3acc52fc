/**
 * Scores that the NAB repository publishes for single files (results/ARTime/ARTime_standard_scores.csv and
 * ..._reward_low_FP_rate_scores.csv, commits 5a98e4f and 7c58c75). The files' rows and windows are those of windows.json; on
 * which rows that detector gave its alarms is not in the tables, but only these rows give their sums to all sixteen digits.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NAB_PROFILES, type NabProfile, probationOf, rawScore, scoreNab } from './nab-score.ts';

const ROWS = 4032;
const [STANDARD, LOW_FALSE, LOW_MISSES] = NAB_PROFILES as [NabProfile, NabProfile, NabProfile];
const JUMPS = { rows: ROWS, spans: [{ first: 2787, last: 3189 }] };
const SPIKES = { rows: ROWS, spans: [{ first: 1805, last: 2207 }] };
const FLAT = { rows: ROWS, spans: [{ first: 2679, last: 3081 }] };

for (const { of, layout, alarms, profile, published } of [
  { of: 'art_daily_jumpsup', layout: JUMPS, alarms: [2989], profile: STANDARD, published: 0.8589086704377245 },
  { of: 'art_daily_jumpsdown', layout: JUMPS, alarms: [2819], profile: STANDARD, published: 0.9934530536103384 },
  { of: 'art_increase_spike_density', layout: SPIKES, alarms: [2014], profile: STANDARD, published: 0.846035950698122 },
  { of: 'art_daily_flatmiddle', layout: FLAT, alarms: [2884, 3159], profile: STANDARD, published: 0.8039739326751801 },
  { of: 'art_daily_flatmiddle', layout: FLAT, alarms: [2884, 3159], profile: LOW_FALSE, published: 0.7544410985057226 },
  { of: 'art_daily_nojump, nothing found', layout: JUMPS, alarms: [700], profile: STANDARD, published: -1.11 },
  { of: 'art_daily_nojump, nothing found', layout: JUMPS, alarms: [700], profile: LOW_MISSES, published: -2.11 },
]) {
  test(`the published score of ${of}, ${profile.name}`, () => {
    assert.ok(Math.abs(rawScore(layout, alarms, profile) - published) < 1e-12);
  });
}

test('a second alarm in a window counts nothing, one in the probationary rows neither', () => {
  assert.equal(rawScore(JUMPS, [2989, 3000, 100], STANDARD), rawScore(JUMPS, [2989], STANDARD));
});

test('as many rows are not scored as the published counts leave out', () => {
  // Total_Count of the tables: 3428 of 4032 rows, 1057 of 1243, 4021 of 4730.
  assert.deepEqual([4032, 1243, 4730, 22_695].map(probationOf), [604, 186, 709, 750]);
});

test('no alarm is worth 0, each window found on its first row 100', () => {
  const nothing = new Float64Array(ROWS);
  const perfect = Float64Array.from(nothing, (_, row) => (row === 2787 ? 1 : 0));

  const scores = [nothing, perfect].map((one) =>
    NAB_PROFILES.map((profile) => scoreNab([JUMPS], [one], profile).score),
  );

  assert.deepEqual(scores, [
    [0, 0, 0],
    [100, 100, 100],
  ]);
});

test('the threshold is one for all series, and the best one', () => {
  // The window of the first series has 5 on its first row; in the second, without a window, 4 stands on many rows.
  const found = Float64Array.from({ length: ROWS }, (_, row) => (row === 2787 ? 5 : 0));
  const noisy = Float64Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? 4 : 0));

  const { score, threshold } = scoreNab([JUMPS, { rows: ROWS, spans: [] }], [found, noisy], STANDARD);

  assert.deepEqual({ score, threshold }, { score: 100, threshold: 5 });
});
