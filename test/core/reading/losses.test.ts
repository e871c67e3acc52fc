import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLosses, growthOf, lossesOf, lossText } from '../../../src/core/reading/losses.ts';

test('what is lost is said with its number, one or many', () => {
  const sentences = {
    '': {},
    '1 line came too late': { late: 1 },
    '2 lines have times in the future': { off_clock: 2 },
    '1 line was too long and 1,204 bytes were deleted before they could be read': {
      deleted_unread_bytes: 1_204,
      line_too_long: 1,
    },
    '3 lines came too late, 1 byte was cut off before it could be read and 5 bytes could not be unpacked': {
      damaged: 5,
      late: 3,
      truncated_unrecovered: 1,
    },
    '9 lines came faster than they could be held': { dropped: 9 },
  };

  for (const [sentence, losses] of Object.entries(sentences)) assert.equal(lossText(losses), sentence);
});

test('lines and bytes that are in no window are losses, what was only not understood is none', () => {
  const losses = lossesOf({
    skipped: { late: 2, unparsed: 70, dropped: 8, series_over_limit: 4, deleted_unread_bytes: 900, partial_final: 1 },
    ledger: {
      present: 5_000,
      taken: 4_000,
      skipped: { leading_nuls: 90, deleted_unread_bytes: 900, damaged: 10, dropped: 0 },
    },
  });

  assert.deepEqual(losses, { late: 2, dropped: 8, deleted_unread_bytes: 900, damaged: 10 });
});

test('a store that went back in time lost nothing more', () => {
  assert.deepEqual(growthOf({ late: 5, damaged: 7 }, { late: 9, damaged: 3 }), { damaged: 4 });
});

test('losses add up by reason', () => {
  assert.deepEqual(addLosses({ late: 1 }, { late: 2, dropped: 3 }), { late: 3, dropped: 3 });
});
