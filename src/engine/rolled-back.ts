/** A store that went back forgot bytes that the mirror saw: nobody could miss them where their file is gone by now. */
import type { FileRecord, SourceState } from '../core/types.ts';

/**
 * The store's state, with sizes and generations that the mirror saw later. Counts and positions stay the store's: what
 * is still there is read again, and what is not stands in the ledger. Unchanged where the mirror is not newer.
 */
export function withSightings(stored: SourceState, mirrored: SourceState | undefined): SourceState {
  if (!stored.ledger || !mirrored || !isLater(mirrored, stored)) return stored;
  const later = new Map(mirrored.files.map((record) => [record.generation, record]));
  const known = stored.files.map((record) => seenAt(record, later.get(record.generation)));
  const generations = new Set(stored.files.map(({ generation }) => generation));
  const unknown = mirrored.files.filter((record) => !generations.has(record.generation) && isOurs(record)).map(rewound);
  const before = stored.files.reduce((sum, { size }) => sum + size, 0);
  const after = [...known, ...unknown].reduce((sum, { size }) => sum + size, 0);
  const ledger = { ...stored.ledger, present: stored.ledger.present + after - before };
  return { ...stored, files: [...known, ...unknown], ledger };
}

/** Of the same chain of commits: one that was begun anew by another linesman has generations of its own. */
function isLater(mirrored: SourceState, stored: SourceState): boolean {
  const generations = new Set(mirrored.files.map(({ generation }) => generation));
  const open = stored.files.filter(({ state }) => state !== 'done');
  const isDescendant = open.length > 0 && open.every(({ generation }) => generations.has(generation));
  // More present alone does not prove it: a size that is corrected makes less of it, and a mirror may be a second behind.
  // Taken for later, it would bring files back that were read, are gone and were forgotten since.
  const isAhead = (mirrored.commits ?? 0) > (stored.commits ?? Number.POSITIVE_INFINITY);
  return isDescendant && isAhead && (mirrored.ledger?.present ?? 0) > (stored.ledger?.present ?? 0);
}

/** Where and as what it was seen last: its name then, and its content as far as it is known. */
function seenAt(record: FileRecord, later: FileRecord | undefined): FileRecord {
  if (record.state === 'done' || !later || later.size <= record.size) return record;
  const { name, dev, ino, size } = later;
  const { fpLength, fpHash } = later.fpLength > record.fpLength ? later : record;
  return { ...record, name, dev, ino, size, fpLength, fpHash };
}

/** Read from its first byte on, as streams always are; others were there before the first start. A journal can be asked again. */
function isOurs({ start = 0, size, fpLength, fpHash, cursor }: FileRecord): boolean {
  const isStream = fpHash === '';
  return start === 0 && size > 0 && (fpLength > 0 || isStream) && cursor === undefined;
}

/** As when it was met, but for the size that it has reached. */
function rewound({ generation, name, dev, ino, fpLength, fpHash, size, pattern }: FileRecord): FileRecord {
  return {
    ...{ generation, name, dev, ino, fpLength, fpHash, size, pattern },
    ...{ offset: 0, marker: '', skip: false, state: 'rotated' },
  };
}
