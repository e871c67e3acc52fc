/** docs/FAULTS.md says what the code does: its drawings are played, its numbers compared. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MAX_ENDED_KEPT, MAX_LATELY, MAX_OPEN_FAULTS, MAX_RECENT } from '../../../src/core/decide/book.ts';
import {
  UNOBSERVED_LABEL_MS,
  UNOBSERVED_MS,
  UNOBSERVED_READINGS,
  WELL_STEP_MAX_MS,
} from '../../../src/core/decide/clear.ts';
import { CONFIRM_BAD, CONFIRM_OF, CONFIRM_STEP_MS, GIVEN_UP_MS } from '../../../src/core/decide/confirm.ts';
import { CLEAR_AFTER_MAX_MS, FLAP_MEMORY_MS, FLAP_WITHIN_MS } from '../../../src/core/decide/flapping.ts';
import { FREED_MS } from '../../../src/core/decide/freed.ts';
import { JOIN_MS } from '../../../src/core/decide/groups.ts';
import { PENDING_WAITS } from '../../../src/core/decide/parents.ts';
import { HOLD_CHECKS_MS, HOLD_MS } from '../../../src/core/decide/tellings.ts';
import { AWAITED_MS } from '../../../src/engine/posts.ts';
import { draw } from './drawing.ts';

const page = readFileSync(new URL('../../../docs/FAULTS.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
const drawings = [...page.matchAll(/\| `([#!.? ]+)` \| `([pfrx.]+)` \| ([^|]+) \|/g)];

test('the page has drawings', () => {
  assert.ok(drawings.length >= 8, `${drawings.length}`);
});

for (const [, verdicts = '', outcome, what] of drawings) {
  test(`as drawn on the page: ${what}`, () => {
    assert.equal(draw(verdicts), outcome);
  });
}

test('the numbers on the page are those of the code', () => {
  const second = 1_000;
  const minute = 60_000;
  for (const sentence of [
    `when ${CONFIRM_BAD} of the last ${CONFIRM_OF} evaluations were bad`,
    `at least ${CONFIRM_STEP_MS / second} s apart`,
    `One well step stands for ${WELL_STEP_MAX_MS / second} s at most`,
    `| ${UNOBSERVED_LABEL_MS / minute} min | it would stay`,
    `| ${UNOBSERVED_MS / (60 * minute)} h | silence`,
    `fires again within ${FLAP_WITHIN_MS / minute} min`,
    `8, ${CLEAR_AFTER_MAX_MS / minute} min, and no longer`,
    `fire within ${JOIN_MS / second} s`,
    `are held ${HOLD_MS / second} s`,
    `checks alone are held ${HOLD_CHECKS_MS / second} s`,
    `pending or firing | ${MAX_OPEN_FAULTS} |`,
    `for its last mail | ${MAX_ENDED_KEPT} |`,
    `for flapping | ${MAX_RECENT} |`,
    `for mails about others | ${MAX_LATELY} |`,
    `| 24 h, or ${UNOBSERVED_READINGS} of its readings |`,
    `still fails ${FREED_MS / minute} min after its parent ended`,
    `told by itself ${FREED_MS / minute} min after it fired`,
    `${PENDING_WAITS} times as long while one is pending`,
    `asked every ${AWAITED_MS / second} s or oftener`,
    `came for a while (${GIVEN_UP_MS / minute} min,`,
  ]) {
    assert.ok(page.includes(sentence), sentence);
  }
  assert.equal(FLAP_MEMORY_MS, 60 * minute, 'the page says an hour');
});
