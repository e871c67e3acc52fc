/** What a reader must have taken of a world, and what it must say is lost: kept apart from how any reader does it. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import type { Ledger, SkipCounts } from '../../src/core/types.ts';
import { type Body, isOriginal, type LossReason, type World } from './log-world.ts';

/** What the reader knows of one body; a crash takes it back to the last commit. */
interface Knowledge {
  /** Up to here all was taken, from the beginning on and in its order, but for `stepped` bytes of over-long lines. */
  readonly taken: number;
  readonly stepped: number;
  /** Its size, as the reader saw it: surely and perhaps. */
  readonly sure: number;
  readonly perhaps: number;
  /** It was seen under its live name, so its bytes count from then on. */
  readonly isMet: boolean;
  /** The reader saw why its bytes are gone. */
  readonly cause?: LossReason;
}

const NOTHING: Knowledge = { taken: 0, stepped: 0, sure: 0, perhaps: 0, isMet: false };

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

/** `starts`: bytes that were there before the first start and are not to be read. `longest`: lines are shorter than this. */
export function createJudge(
  world: World,
  { starts, longest }: { readonly starts: ReadonlyMap<Body, number>; readonly longest: number },
): Judge {
  let known = new Map<Body, Knowledge>();
  let atCommit = new Map<Body, Knowledge>();
  /** Open in the reader: such a file can be read on though its name is gone. */
  const held = new Set<Body>();
  const isHeld = (body: Body): boolean => held.has(body) && !body.wasWrittenLate;
  const knowledge = (body: Body): Knowledge => known.get(body) ?? { ...NOTHING, taken: starts.get(body) ?? 0 };

  function looked(): void {
    const open = new Set(held);
    const live = new Set(world.livePaths().map((path) => world.places.get(path)?.body));
    for (const body of world.bodies) {
      const before = knowledge(body);
      // The file is the one that is open already.
      const isOpen = body.cause !== 'truncated_unrecovered' && isAfter(body, open);
      const isMet = before.isMet || live.has(body) || isOpen;
      const isThere = hasOriginal(world, body) || isHeld(body) || isOpen;
      if (isThere && isMet) held.add(body);
      const size = isThere && body.cause !== 'truncated_unrecovered' ? body.text.length : copied(world, body, 'all');
      // A file met under a rotated name may wait until it is clear whose it is; a packed one is as long as was unpacked.
      const isSure = isMet && (isThere || copied(world, body, 'plain') === size);
      const cause = before.cause ?? (held.has(body) ? body.cause : undefined);
      if (body.cause === 'truncated_unrecovered') held.delete(body);
      known.set(body, {
        taken: before.taken,
        stepped: before.stepped,
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
    const at = pastLong(body.text, before.taken, longest);
    // In order, each byte once, and framed at line ends: a piece goes on exactly where the last one ended.
    assert.equal(text, body.text.slice(at, at + text.length), `after ${at} bytes`);
    const isLive = world.livePaths().some((path) => world.places.get(path)?.body === body);
    assert.ok(text.endsWith('\n') || !isLive, `a line without its end: ${JSON.stringify(text)}`);
    const taken = at + text.length;
    known.set(body, {
      ...before,
      taken,
      stepped: before.stepped + at - before.taken,
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
      const lines = body.text.lastIndexOf('\n') + 1;
      const taken = pastLong(body.text.slice(0, lines), knowledge(body).taken, longest);
      assert.ok(taken >= lines, `left unread in ${path}: ${JSON.stringify(body.text.slice(taken, lines))}`);
    }
  }

  function check(ledger: Ledger, skipped: SkipCounts): void {
    const least = { truncated_unrecovered: 0, deleted_unread_bytes: 0 };
    let takenBytes = 0;
    let steppedBytes = 0;
    let lostSure = 0;
    let lostPerhaps = 0;
    for (const body of world.bodies) {
      const { sure, perhaps, isMet, cause, ...before } = knowledge(body);
      const there = hasOriginal(world, body) || (isHeld(body) && !body.cause?.startsWith('trunc'));
      const whole = there ? body.text.length : copied(world, body, 'all');
      const isFound = isFindable(world, body, isMet);
      const end = isFound ? pastLong(body.text.slice(0, whole), before.taken, longest) : 0;
      const taken = Math.max(before.taken, end);
      const stepped = before.stepped + taken - before.taken;
      if (isFound)
        assert.ok(taken >= whole, `lost, though it could be had: ${JSON.stringify(body.text.slice(taken, whole))}`);
      takenBytes += taken - stepped - (starts.get(body) ?? 0);
      steppedBytes += stepped;
      lostSure += Math.max(0, sure - taken);
      lostPerhaps += Math.max(0, perhaps - taken);
      const hasLong = body.text.split('\n').some(({ length }) => length >= longest);
      if (cause && !body.lostCopy && !hasLong) least[cause] += Math.max(0, sure - taken);
    }
    const { truncated_unrecovered = 0, deleted_unread_bytes = 0, line_too_long = 0 } = ledger.skipped;
    assert.ok(line_too_long >= steppedBytes, `${line_too_long} bytes of over-long lines instead of ${steppedBytes}`);
    // What was stepped over of a file before it was destroyed is not lost by that.
    const lost = truncated_unrecovered + deleted_unread_bytes + line_too_long - steppedBytes;
    assert.equal(ledger.taken, takenBytes);
    assert.ok(lost >= lostSure && lost <= lostPerhaps, `${lost} bytes lost instead of ${lostSure} to ${lostPerhaps}`);
    assert.ok(truncated_unrecovered >= least.truncated_unrecovered, 'truncated');
    assert.ok(deleted_unread_bytes >= least.deleted_unread_bytes, 'deleted');
    assert.equal(ledger.present, ledger.taken + steppedBytes + lost, 'nothing is unread in the end');
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

function isAfter({ after }: Body, open: ReadonlySet<Body>): boolean {
  return after !== undefined && (open.has(after) || isAfter(after, open));
}

/** Where the text goes on behind the over-long lines at this place. */
function pastLong(text: string, from: number, longest: number): number {
  const end = text.indexOf('\n', from);
  const next = end === -1 ? text.length : end + 1;
  return (end === -1 ? next : end) - from < longest ? from : pastLong(text, next, longest);
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
