import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailJson, storyJson, storyLine } from '../../../src/core/render/story.ts';
import type { Notification, Transition } from '../../../src/core/types.ts';
import { checkFault } from './check-story.ts';
import { AT } from './story.ts';

const HOSTILE = '\u009b2J \u202e \u200b \u2028 \u2800 \u007f \u{e0041} \\';

test('--json gives a label back as it stood in the log, without a byte that steers a terminal', () => {
  const finding = { labels: { client: HOSTILE } };
  const fault = { watch: 'w', source: 's', firstAt: 0, first: finding, peak: finding, last: finding };
  const json = storyJson({ fault, to: 'firing', at: 0, reason: 'urgent' } as unknown as Transition);

  assert.match(json, /^[\x20-\x7e]+$/);
  assert.equal(JSON.parse(json).labels.client, HOSTILE);
});

test('--json gives evidence back as it stood in the log, without a byte that steers a terminal', () => {
  const model = { transition: 'firing', subject: HOSTILE, labels: {}, evidence: [HOSTILE] };
  const json = mailJson({ id: 'n', root: 'n', receiver: 'r', at: 0, model } as unknown as Notification);

  assert.match(json, /^[\x20-\x7e]+$/);
  assert.deepEqual([JSON.parse(json).subject, JSON.parse(json).evidence], [HOSTILE, [HOSTILE]]);
});

test('of a check the story says the cause, where others have their figures', () => {
  assert.equal(
    storyLine({ fault: checkFault(), to: 'firing', at: AT, reason: '2 of 3' }),
    '2026-11-25T03:12:35Z firing   check.worker machine missing (2 of 3)',
  );
});
