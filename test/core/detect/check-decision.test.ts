/** What a fault of a check was decided on: kept, told, exported and decided again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAUSE_SERIES } from '../../../src/core/check.ts';
import { decideAgain } from '../../../src/core/detect/decided-again.ts';
import { type Decision, decodeDecision, encodeDecision, recordDecision } from '../../../src/core/detect/decision.ts';
import { redactDecision } from '../../../src/core/detect/redacted.ts';
import { seriesKey } from '../../../src/core/observe/series.ts';
import { decisionLine } from '../../../src/core/render/decision-line.ts';
import { whyText } from '../../../src/core/render/why.ts';
import { detector } from '../../../src/detectors/check.ts';
import { checkWatch, type Measured, machineViewOf, well, wrong } from '../render/check-story.ts';
import { SINCE, thresholdFinding } from '../render/story.ts';

const watch = checkWatch('worker', { parents: { watches: ['check.db'], waitMs: 20_000 } });

function missing(second: number): Measured {
  const [time, ...measurements] = wrong(second);
  return [time, ...measurements, { series: seriesKey(CAUSE_SERIES, { cause: 'missing', check: 'worker' }), value: 1 }];
}

/** Decided at the last reading. */
function decisionOf(measured: readonly Measured[], to: Decision['to'] = 'firing'): Decision {
  const [last] = measured.at(-1) ?? [0];
  const input = {
    ...{ now: SINCE + (last + 1) * 1_000, source: 'machine', view: machineViewOf(measured), baseline: undefined },
    ...{ open: true, budget: 0, offsetMs: 0 },
  };
  const what = { fault: 'a1b2c3d4e5f60718', to, by: '0.1.0', watch };
  return recordDecision(what, detector.compile(watch.options), input);
}

test('a decision of a check survives its store and is decided again as it was', () => {
  const decision = decisionOf([well(-15), missing(0), missing(15)]);
  const stored = decodeDecision(encodeDecision(decision));

  assert.ok(stored);
  assert.equal(stored.said.finding?.cause, 'missing');
  assert.equal(decideAgain(stored, detector.compile(stored.watch.options)).isSame, true);
});

test('it is said which readings made the fault, how many it takes, and for which cause', () => {
  const decision = decisionOf([missing(0), well(15), missing(30)]);
  const text = whyText(decision, decideAgain(decision, detector.compile(watch.options)), 'UTC');

  assert.match(text, /^Cause {7}missing$/m);
  assert.match(text, /^Told {8}Process worker is not running\.$/m);
  assert.ok(
    text.includes(`WHICH READINGS
2026-11-25 03:12:35 wrong
2026-11-25 03:12:20 well
2026-11-25 03:12:05 wrong
2 of the last 3 were wrong; 2 of 3 make a fault.
`),
    text,
  );
  assert.match(text, /DECIDED AGAIN\nThe same verdict\.\n$/);
  assert.doesNotMatch(text, /^(Now|Usual|Limit|How sure|Budget)/m);
});

test('of a fault that only began it is said that more readings were waited for', () => {
  const decision = decisionOf([well(-15), missing(0)], 'pending');

  assert.match(
    whyText(decision, 'no matter', 'UTC'),
    /^1 of the last 2 was wrong; 2 of 3 make a fault\. More of them were waited for\.$/m,
  );
});

test('an export names neither the check nor what its owner wrote, and is decided again', () => {
  const redacted = redactDecision(decisionOf([well(-15), missing(0), missing(15)]));
  const again = decideAgain(redacted, detector.compile(redacted.watch.options));

  assert.equal(again.isSame, true);
  assert.doesNotMatch(JSON.stringify(redacted), /worker|check\.db|journalctl/);
  assert.equal(
    decisionLine(redacted, again.said),
    '2026-11-25T03:12:21.000Z firing check.check-1 machine: bad, missing',
  );
});

test('a decision of an earlier version, which has no readings, is told without them', () => {
  const { readings: _, ...old } = decisionOf([missing(0)]);

  assert.doesNotMatch(whyText(old, 'no matter', 'UTC'), /READINGS/);
});

test('a state is told in the words of its mail, and on which number it was decided', () => {
  const state = { ...watch, detector: 'threshold', isState: true, title: 'File system became read-only' };
  const said = {
    verdict: 'bad',
    finding: thresholdFinding({ value: 3, limit: 1, unit: 'count', labels: { mount: '/' } }),
  } as const;
  const text = whyText({ ...decisionOf([missing(0)]), watch: state, said }, 'no matter', 'UTC');

  assert.match(text, /^Told {8}File system became read-only \(mount \/\)\.$/m);
  assert.match(text, /^Now {9}3 in 1 min$/m);
});
