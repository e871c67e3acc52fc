/** What a reader must have taken of a world, and what it must say is lost: kept apart from how any reader does it. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import type { Ledger, SkipCounts } from '../../src/core/types.ts';
import { type Body, isOriginal, type LossReason, type World } from './log-world.ts';

/** What the reader knows of one body; a crash takes it back to the last commit. */
interface Knowledge {
  /** Bytes taken, always from the beginning on, in their order. */
  readonly taken: number;
  /** Its size, as the reader saw it: surely and perhaps. */
  readonly sure: number;
  readonly perhaps: number;
  /** It was seen under its live name, so its bytes count from then on. */
  readonly isMet: boolean;
  /** The reader saw why its bytes are gone. */
  readonly cause?: LossReason;
}

const NOTHING: Knowledge = { taken: 0, sure: 0, perhaps: 0, isMet: false };

export interface Judge {
  /** The reader has looked at the folder. */
  looked(): void;
  /** The reader gave these bytes and they were taken. */
  took(text: string): void;
  /** The reader said that there is no more for now. */
  drained(): void;
  committed(): void;
  crashed(): void;
  /** Everything was read that can be had, and there was time enough for all that needs time. */
  check(ledger: Ledger, skipped: SkipCounts): void;
}

/** `starts`: bytes that were there before the first start and are not to be read. */
export function createJudge(world: World, starts: ReadonlyMap<Body, number>): Judge {
  let known = new Map<Body, Knowledge>();
  let atCommit = new Map<Body, Knowledge>();
  /** Open in the reader: such a file can be read on though its name is gone. */
  const held = new Set<Body>();
  const knowledge = (body: Body): Knowledge => known.get(body) ?? { ...NOTHING, taken: starts.get(body) ?? 0 };

  function looked(): void {
    const live = new Set(world.livePaths().map((path) => world.places.get(path)?.body));
    for (const body of world.bodies) {
      const before = knowledge(body);
      const isMet = before.isMet || live.has(body);
      const isThere = hasOriginal(world, body) || held.has(body);
      if (isThere && isMet) held.add(body);
      const size = isThere && body.cause !== 'truncated_unrecovered' ? body.text.length : copied(world, body, 'all');
      // A file met under a rotated name may wait until it is clear whose it is; a packed one is as long as was unpacked.
      const isSure = isMet && (isThere || copied(world, body, 'plain') === size);
      const cause = before.cause ?? (held.has(body) ? body.cause : undefined);
      if (body.cause === 'truncated_unrecovered') held.delete(body);
      known.set(body, {
        taken: before.taken,
        sure: isSure ? Math.max(before.sure, size) : before.sure,
        perhaps: Math.max(before.perhaps, size),
        isMet,
        ...(cause && { cause }),
      });
    }
  }

  function took(text: string): void {
    const body = world.bodyOf(text);
    const before = knowledge(body);
    // In order, each byte once, and framed at line ends: a piece goes on exactly where the last one ended.
    assert.equal(text, body.text.slice(before.taken, before.taken + text.length), `after ${before.taken} bytes`);
    const taken = before.taken + text.length;
    known.set(body, {
      ...before,
      taken,
      isMet: true,
      sure: Math.max(before.sure, taken),
      perhaps: Math.max(before.perhaps, taken),
    });
  }

  /** A line in a live file waits for nothing but its end. */
  function drained(): void {
    for (const path of world.livePaths()) {
      const body = world.places.get(path)?.body;
      if (!body) continue;
      const { taken } = knowledge(body);
      const lines = body.text.lastIndexOf('\n') + 1;
      assert.ok(taken >= lines, `left unread in ${path}: ${JSON.stringify(body.text.slice(taken, lines))}`);
    }
  }

  function check(ledger: Ledger, skipped: SkipCounts): void {
    const least = { truncated_unrecovered: 0, deleted_unread_bytes: 0 };
    let takenBytes = 0;
    let lostSure = 0;
    let lostPerhaps = 0;
    for (const body of world.bodies) {
      const { taken, sure, perhaps, isMet, cause } = knowledge(body);
      const there = hasOriginal(world, body) || (held.has(body) && !body.cause?.startsWith('trunc'));
      const whole = there ? body.text.length : copied(world, body, 'all');
      if (isFindable(world, body, isMet))
        assert.ok(taken >= whole, `lost, though it could be had: ${JSON.stringify(body.text.slice(taken, whole))}`);
      takenBytes += taken - (starts.get(body) ?? 0);
      lostSure += Math.max(0, sure - taken);
      lostPerhaps += Math.max(0, perhaps - taken);
      if (cause && !body.lostCopy) least[cause] += Math.max(0, sure - taken);
    }
    const { truncated_unrecovered = 0, deleted_unread_bytes = 0 } = ledger.skipped;
    const lost = truncated_unrecovered + deleted_unread_bytes;
    assert.equal(ledger.taken, takenBytes);
    assert.ok(lost >= lostSure && lost <= lostPerhaps, `${lost} bytes lost instead of ${lostSure} to ${lostPerhaps}`);
    assert.ok(truncated_unrecovered >= least.truncated_unrecovered, 'truncated');
    assert.ok(deleted_unread_bytes >= least.deleted_unread_bytes, 'deleted');
    assert.equal(ledger.present, ledger.taken + lost, 'nothing is unread in the end');
    assert.equal(skipped.truncated_unrecovered ?? 0, truncated_unrecovered);
    assert.equal(skipped.deleted_unread_bytes ?? 0, deleted_unread_bytes);
  }

  return {
    looked,
    took,
    drained,
    check,
    committed() {
      atCommit = new Map(known);
    },
    crashed() {
      held.clear();
      // Of a file that was empty nothing is remembered that it could be known by under another name.
      known = new Map([...atCommit].map(([body, at]) => [body, at.perhaps > 0 ? at : { ...at, isMet: false }]));
    },
  };
}

/** A link that was switched twice between two looks leads nowhere near the file in the middle. */
function isFindable(world: World, body: Body, isMet: boolean): boolean {
  const folders = new Set(world.livePaths().map((path) => dirname(path)));
  return isMet || [...world.places].some(([path, place]) => place.body === body && folders.has(dirname(path)));
}

function hasOriginal(world: World, body: Body): boolean {
  return [...world.places.values()].some((place) => place.body === body && isOriginal(place));
}

/** Bytes that the longest copy holds. */
function copied(world: World, body: Body, which: 'all' | 'plain'): number {
  const copies = [...world.places.values()].filter(
    (place) => place.body === body && (which === 'all' || !place.packed),
  );
  return copies.reduce((longest, { length }) => Math.max(longest, length ?? 0), 0);
}
