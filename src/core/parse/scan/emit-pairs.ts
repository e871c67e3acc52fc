/** Code for the pairs of a line; says in bytes what readPairs() of ../key-values.ts says in letters. */

import type { Code, Label, Local } from './assembler.ts';
import * as wasm from './assembler.ts';
import { literalDiffers } from './emit-class.ts';
import { findLiteral, skipSet } from './emit-search.ts';
import type { Frame } from './frame.ts';
import { columnOffset, WORD_BYTES } from './memory.ts';
import { NAME_BYTES, type PairsPlan } from './pairs-plan.ts';
import { ABSENT } from './rows.ts';

const MAX_NAME_BYTES = 40;
const QUOTE = 34;
/** A field's length stands behind its start. */
const LENGTH = WORD_BYTES;

interface PairLocals {
  readonly row: Local;
  readonly name: Local;
  readonly length: Local;
  /** Address of the field whose value has begun; 0 where none is wanted. */
  readonly field: Local;
  readonly hasQuotes: Local;
}

interface PairLabels {
  readonly next: Label;
  readonly over: Label;
}

/** Reads what stands from the frame's `at` to its `stop` into the row; fields that are there already stay. */
export function emitPairs(frame: Frame, plan: PairsPlan, row: Local): Code {
  const { at, stop } = frame;
  const [name, length, field, hasQuotes] = ['name', 'length', 'field', 'hasQuotes'].map(() =>
    frame.locals.add('i32'),
  ) as [Local, Local, Local, Local];
  const locals: PairLocals = { row, name, length, field, hasQuotes };
  const next = { name: 'next name' };
  const over = { name: 'pairs over' };
  const noPair = { name: 'no pair' };
  return [
    wasm.set(field, 0),
    wasm.set(hasQuotes, 1),
    wasm.block(
      over,
      wasm.loop(
        next,
        wasm.set(name, at),
        skipSet(frame, NAME_BYTES),
        wasm.block(
          noPair,
          wasm.set(length, wasm.sub(at, name)),
          // Also where there is none: one less than 0 is the greatest number.
          wasm.branchIf(noPair, wasm.notLess(wasm.sub(length, 1), MAX_NAME_BYTES)),
          wasm.branchIf(noPair, literalDiffers(plan.assign, at)),
          wasm.branchIf(noPair, wasm.less(stop, wasm.add(at, plan.assign.length))),
          endValue(field, wasm.sub(name, plan.separator.length)),
          wasm.set(at, wasm.add(at, plan.assign.length)),
          beginValue(frame, plan, locals),
          takeQuoted(frame, plan, locals, { next, over }),
        ),
        findLiteral(frame, plan.separator, over),
        wasm.set(at, wasm.add(at, plan.separator.length)),
        wasm.branch(next),
      ),
    ),
    endValue(field, stop),
  ];
}

function endValue(field: Local, end: wasm.Value): Code {
  return wasm.when(field, wasm.store32(field, LENGTH, wasm.sub(end, wasm.load32(field))));
}

/** Looks the name up; the first of two pairs with one field counts. */
function beginValue({ at }: Frame, { names }: PairsPlan, { row, name, length, field }: PairLocals): Code {
  const lengths = [...new Set(names.map((one) => one.name.length))];
  return [
    wasm.set(field, 0),
    lengths.map((bytes) =>
      wasm.when(
        wasm.equal(length, bytes),
        ...names
          .filter((one) => one.name.length === bytes)
          .map((one) =>
            wasm.when(
              wasm.not(literalDiffers(one.name, name)),
              wasm.set(field, wasm.add(row, columnOffset(one.column))),
            ),
          ),
      ),
    ),
    wasm.when(
      field,
      wasm.set(field, wasm.select(field, 0, wasm.equal(wasm.load32(field, LENGTH), ABSENT))),
      wasm.when(field, wasm.store32(field, 0, at)),
    ),
  ];
}

/** A value in quotes ends at the quote before a separator; where none ends one any more, later ones are not looked for. */
function takeQuoted(frame: Frame, { separator }: PairsPlan, { field, hasQuotes }: PairLocals, ways: PairLabels): Code {
  const { at, stop, locals } = frame;
  const start = locals.add('i32');
  const unclosed = { name: 'unclosed' };
  const search = { name: 'search for the quote' };
  const isQuoted = wasm.and(wasm.less(at, stop), wasm.equal(wasm.load8(at), QUOTE));
  return wasm.when(
    wasm.and(hasQuotes, isQuoted),
    wasm.set(start, wasm.add(at, 1)),
    wasm.set(at, start),
    wasm.block(
      unclosed,
      wasm.loop(
        search,
        findLiteral(frame, [QUOTE], unclosed),
        wasm.set(at, wasm.add(at, 1)),
        wasm.when(
          wasm.differ(at, stop),
          wasm.branchIf(search, literalDiffers(separator, at)),
          wasm.branchIf(search, wasm.less(stop, wasm.add(at, separator.length))),
        ),
      ),
      wasm.when(
        field,
        wasm.store32(field, 0, start),
        wasm.store32(field, LENGTH, wasm.sub(wasm.sub(at, 1), start)),
        wasm.set(field, 0),
      ),
      wasm.branchIf(ways.over, wasm.equal(at, stop)),
      // The separator is known to stand here.
      wasm.set(at, wasm.add(at, separator.length)),
      wasm.branch(ways.next),
    ),
    wasm.set(hasQuotes, 0),
    wasm.set(at, wasm.sub(start, 1)),
  );
}
