/**
 * The pages of one ring that a source writes. Those written now are open; the others stay as the bytes they are stored
 * as, in case a late line comes or the store has to be written anew.
 */
import type { Blob } from '../ports.ts';
import type { AnyPage } from './codec.ts';
import { blobName, type Ring } from './rings.ts';

/** Newest pages that stay open although a commit did not change them. */
const KEPT_OPEN = 2;

export interface RingPages<Open> {
  /** The page of this number, to be changed; it takes the place of the one a ring before. */
  at(number: number): Open;
  /** Takes over a stored page. */
  load(page: AnyPage, bytes: Uint8Array): void;
  takeChanged(): Blob[];
  /** Marks every page as changed. */
  touchAll(): void;
}

export interface RingParts<Open> {
  readonly ring: Ring;
  /** Opens the page of these bytes, or a new one; undefined counts as empty. */
  open(number: number, stored: Uint8Array | undefined): Open;
  pack(open: Open): Uint8Array;
}

interface Slot<Open> {
  readonly name: string;
  readonly number: number;
  open: Open | undefined;
  /** As of the last commit. */
  packed: Uint8Array | undefined;
  isChanged: boolean;
}

export function createRingPages<Open>({ ring, open, pack }: RingParts<Open>): RingPages<Open> {
  const slots = new Map<string, Slot<Open>>();
  let newest = Number.NEGATIVE_INFINITY;
  /** The page changed last: cells of one tally mostly go into the same one. */
  let last: Slot<Open> | undefined;

  function slotFor(number: number): Slot<Open> {
    const name = blobName(ring, number);
    const known = slots.get(name);
    if (known?.number === number) return known;
    const slot = { name, number, open: undefined, packed: undefined, isChanged: false };
    slots.set(name, slot);
    newest = Math.max(newest, number);
    return slot;
  }

  function at(number: number): Open {
    const slot = last?.number === number ? last : slotFor(number);
    last = slot;
    slot.isChanged = true;
    slot.open ??= open(number, slot.packed);
    return slot.open;
  }

  function take(slot: Slot<Open>): Blob {
    const bytes = slot.open === undefined ? slot.packed : pack(slot.open);
    slot.packed = bytes;
    slot.isChanged = false;
    return { name: slot.name, bytes: bytes ?? new Uint8Array() };
  }

  return {
    at,
    load({ page }, bytes) {
      slotFor(page).packed = bytes;
    },
    takeChanged() {
      const blobs: Blob[] = [];
      for (const slot of slots.values()) {
        if (slot.isChanged) blobs.push(take(slot));
        else if (slot.number <= newest - KEPT_OPEN) slot.open = undefined;
      }
      return blobs;
    },
    touchAll() {
      for (const slot of slots.values()) slot.isChanged = true;
    },
  };
}
