/** Code for the way from line to line: cuts it, leaves what may be wrapped, runs the steps of the plan, writes the row. */

import { MAX_PATTERN_BYTES } from '../lines.ts';
import type { Code, Label, Local } from './assembler.ts';
import * as wasm from './assembler.ts';
import { beginLines, createLineFinder, type LineFinder, takeLineEnd } from './emit-lines.ts';
import { emitPairs } from './emit-pairs.ts';
import { emitSteps } from './emit-steps.ts';
import { branchIfDiffers } from './emit-texts.ts';
import { type BuiltFrame, createFrame, type Frame, type GroupLocals } from './frame.ts';
import {
  columnOffset,
  MAX_TIME_BYTES,
  type MemoryMap,
  mapMemory,
  TIME_LENGTH,
  TIME_TEXT,
  WORD_BYTES,
} from './memory.ts';
import type { PairsPlan } from './pairs-plan.ts';
import { ABSENT, MAX_ROWS, ROW_END, ROW_FITS, ROW_NEXT, ROW_SAME_TIME, ROW_START } from './rows.ts';
import type { ScanPlan } from './scan-plan.ts';
import { commonStop } from './stops.ts';
import type { WasmFunction } from './wasm-module.ts';

export interface EmittedScan {
  readonly scan: WasmFunction;
  readonly memory: MemoryMap;
}

const LF = 10;
const CR = 13;

interface LineLocals {
  readonly from: Local;
  readonly end: Local;
  readonly next: Local;
  readonly row: Local;
  readonly finder: LineFinder;
}

/** scan(from, end) */
export function emitScan(plan: ScanPlan): EmittedScan {
  const locals = wasm.createLocals();
  const [from, end] = [locals.add('i32'), locals.add('i32')] as const;
  const memory = mapMemory(plan.columns.length);
  const stop = commonStop(plan.steps);
  const frame = createFrame(locals, stop === undefined ? undefined : { byte: stop, address: memory.stops });
  const finder = createLineFinder(locals, memory);
  const [next, row, count, endByte] = [0, 1, 2, 3].map(() => locals.add('i32')) as [Local, Local, Local, Local];
  const nextLine = { name: 'next line' };
  const over = { name: 'no more lines' };
  const line = emitLine(frame, plan, { from, end, next, row, finder });
  const body = [
    // The last line ends like the others.
    wasm.set(endByte, wasm.load8(end)),
    wasm.store8(end, 0, LF),
    wasm.set(row, memory.rows),
    frame.prologue(),
    beginLines(finder, from),
    wasm.block(
      over,
      wasm.loop(
        nextLine,
        wasm.branchIf(over, wasm.notLess(from, end)),
        wasm.branchIf(over, wasm.equal(count, MAX_ROWS)),
        line,
        // Only an LF that was put there ends a line at the end.
        wasm.set(from, next),
        wasm.atMost(from, end),
        wasm.store32(row, ROW_NEXT * WORD_BYTES, from),
        wasm.set(row, wasm.add(row, columnOffset(plan.columns.length))),
        wasm.set(count, wasm.add(count, 1)),
        wasm.branch(nextLine),
      ),
    ),
    wasm.store8(end, 0, endByte),
    wasm.result(count),
  ];
  return { scan: { name: 'scan', parameters: 2, locals, body }, memory };
}

function emitLine(frame: BuiltFrame, plan: ScanPlan, lineLocals: LineLocals): Code {
  const { at, stop, sameTime } = frame;
  const { from, row } = lineLocals;
  const unfit = { name: 'does not fit' };
  const steps = emitSteps({ frame, unfit, timeGroup: plan.time?.group }, plan.steps, unfit);
  return [
    cutLine(frame, lineLocals),
    storeHeader(row, ROW_START, from),
    storeHeader(row, ROW_END, stop),
    storeHeader(row, ROW_FITS, 0),
    wasm.block(
      unfit,
      leaveToOthers(frame, lineLocals, unfit),
      frame.clearGroups(),
      wasm.set(sameTime, 0),
      wasm.set(at, from),
      steps,
      wasm.branchIf(unfit, wasm.differ(at, stop)),
      plan.columns.map((groups, column) => storeColumn(frame, groups, { row, column })),
      plan.pairs === undefined ? [] : storePairs(frame, plan.pairs, row),
      plan.time === undefined ? [] : rememberTime(frame, row, columnOffset(plan.time.column)),
      storeHeader(row, ROW_SAME_TIME, sameTime),
      storeHeader(row, ROW_FITS, 1),
    ),
  ];
}

function storeHeader(row: Local, number: number, value: wasm.Value): Code {
  return wasm.store32(row, number * WORD_BYTES, value);
}

/** `stop` before LF and one CR, `next` behind the LF. */
function cutLine(frame: Frame, { from, next, end, finder }: LineLocals): Code {
  const { stop } = frame;
  return [
    takeLineEnd(frame, finder, { from, end }),
    wasm.set(next, wasm.add(stop, 1)),
    wasm.when(
      wasm.less(from, stop),
      wasm.when(wasm.equal(wasm.load8(wasm.sub(stop, 1)), CR), wasm.set(stop, wasm.sub(stop, 1))),
    ),
  ];
}

/** What a wrapper may stand around, what begins with a mark, and what is longer than any pattern's line. */
function leaveToOthers(frame: Frame, { from, next }: LineLocals, unfit: Label): Code {
  const { locals } = frame;
  const first = locals.add('i32');
  const firstIs = (byte: string): Code => wasm.equal(first, byte.charCodeAt(0));
  const stands = (byte: string, offset: number): Code => wasm.equal(wasm.load8(from, offset), byte.charCodeAt(0));
  const inRange = (low: string, count: number): Code => wasm.less(wasm.sub(first, low.charCodeAt(0)), count);
  return [
    wasm.branchIf(unfit, wasm.less(MAX_PATTERN_BYTES + 1, wasm.sub(next, from))),
    wasm.set(first, wasm.load8(from)),
    // JSON, and syslog with its priority.
    wasm.branchIf(unfit, wasm.or(firstIs('{'), firstIs('<'))),
    // A byte order mark.
    wasm.branchIf(unfit, wasm.equal(first, 0xef)),
    // 'Nov 25 08:22:39'. Stamps of ISO 8601 stand in front of many patterns' own lines: whoever reads the row looks closer.
    wasm.when(
      inRange('A', 26),
      wasm.branchIf(unfit, wasm.and(wasm.and(stands(' ', 3), stands(' ', 6)), stands(':', 9))),
    ),
  ];
}

function storeColumn(frame: Frame, groups: readonly number[], at: { row: Local; column: number }): Code {
  const offset = columnOffset(at.column);
  const [first, ...others] = groups.map((group) => frame.group(group));
  if (first === undefined) return wasm.store32(at.row, offset + WORD_BYTES, ABSENT);
  const store = ({ start, length }: GroupLocals): Code => [
    wasm.store32(at.row, offset, start),
    wasm.store32(at.row, offset + WORD_BYTES, length),
  ];
  const isAbsent = wasm.equal(wasm.load32(at.row, offset + WORD_BYTES), ABSENT);
  return [store(first), others.map((group) => wasm.when(isAbsent, store(group)))];
}

function storePairs(frame: Frame, pairs: PairsPlan, row: Local): Code {
  const [at, stop, found] = [0, 1, 2].map(() => frame.locals.add('i32')) as [Local, Local, Local];
  const over = { name: 'no pairs' };
  return [
    wasm.set(found, 0),
    wasm.block(
      over,
      pairs.groups.map((number) => {
        const { start, length } = frame.group(number);
        return wasm.when(
          wasm.and(wasm.not(found), wasm.differ(length, ABSENT)),
          wasm.set(at, start),
          wasm.set(stop, wasm.add(start, length)),
          wasm.set(found, 1),
        );
      }),
      wasm.branchIf(over, wasm.not(found)),
      emitPairs({ ...frame, at, stop }, pairs, row),
    ),
  ];
}

/** Says whether the time's text is still the last one, and keeps it if not. */
function rememberTime(frame: Frame, row: Local, offset: number): Code {
  const { sameTime, locals } = frame;
  const [one, other, length] = [0, 1, 2].map(() => locals.add('i32')) as [Local, Local, Local];
  const done = { name: 'time known' };
  const differs = { name: 'another time' };
  return wasm.block(
    done,
    wasm.branchIf(done, sameTime),
    wasm.set(length, wasm.load32(row, offset + WORD_BYTES)),
    wasm.block(
      differs,
      wasm.branchIf(differs, wasm.notLess(length, MAX_TIME_BYTES + 1)),
      wasm.branchIf(differs, wasm.differ(length, wasm.load32(0, TIME_LENGTH))),
      wasm.set(one, wasm.load32(row, offset)),
      wasm.set(other, TIME_TEXT),
      branchIfDiffers(locals, { one, other, length }, differs),
      wasm.set(sameTime, 1),
      wasm.branch(done),
    ),
    wasm.set(length, wasm.load32(row, offset + WORD_BYTES)),
    // An absent or a long one is never the same.
    wasm.store32(0, TIME_LENGTH, wasm.select(length, ABSENT, wasm.less(length, MAX_TIME_BYTES + 1))),
    wasm.set(one, wasm.load32(row, offset)),
    [0, 16, 32, 48].map((from) => wasm.store128(0, TIME_TEXT + from, wasm.load128(one, from))),
  );
}
