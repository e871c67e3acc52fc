/** Whether file records say the same, without writing both out as text: a hundred quiet files are compared every second. */
import type { FileRecord } from '../core/types.ts';

/** All fields, and whether `===` compares them. */
const FIELDS: Readonly<Record<keyof FileRecord, boolean>> = {
  ...{ generation: true, name: true, dev: true, ino: true, offset: true, fpLength: true, fpHash: true, marker: true },
  ...{ size: true, skip: true, state: true, pattern: true, lastTime: true, start: true, missing: true, cursor: true },
  ...{ skippedBytes: false, held: false },
};
const PLAIN = fieldsThat(true);
const NESTED = fieldsThat(false);

/** A field that is undefined is one that is not there, as in what was stored. */
export function sameRecords(some: readonly FileRecord[], others: readonly FileRecord[]): boolean {
  return some.length === others.length && some.every((one, index) => isSame(one, others[index] as FileRecord));
}

function isSame(one: FileRecord, other: FileRecord): boolean {
  return (
    PLAIN.every((field) => one[field] === other[field]) &&
    NESTED.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]))
  );
}

function fieldsThat(arePlain: boolean): readonly (keyof FileRecord)[] {
  return (Object.keys(FIELDS) as (keyof FileRecord)[]).filter((field) => FIELDS[field] === arePlain);
}
