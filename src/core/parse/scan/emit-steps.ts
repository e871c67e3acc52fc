/** Code for the steps of a plan: each moves `at` on, or branches to where the line or the way through a choice ends. */

import type { Code, Label } from './assembler.ts';
import * as wasm from './assembler.ts';
import { hasByte } from './byte-set.ts';
import { isIn, literalDiffers } from './emit-class.ts';
import { findFirst, findLast, skipSet } from './emit-search.ts';
import type { Frame } from './frame.ts';
import { MAX_TIME_BYTES, TIME_LENGTH, TIME_TEXT } from './memory.ts';
import type { Step } from './plan.ts';
import { ABSENT } from './rows.ts';

export interface StepsEmitter {
  readonly frame: Frame;
  /** The RegExp has to be asked. */
  readonly unfit: Label;
  /** The group that alone is the time; undefined where there is none. */
  readonly timeGroup: number | undefined;
}

/** `next` is where it goes on when this way is ruled out. */
export function emitSteps(emitter: StepsEmitter, steps: readonly Step[], next: Label): Code {
  return steps.map((step) => emitStep(emitter, step, next));
}

function emitStep(emitter: StepsEmitter, step: Step, next: Label): Code {
  if (step.kind === 'group') return emitGroup(emitter, step, next);
  const none = step.isSure ? next : emitter.unfit;
  switch (step.kind) {
    case 'literal':
      return emitLiteral(emitter, step.bytes, none);
    case 'run':
      return emitRun(emitter.frame, step, none);
    case 'choice':
      return emitChoice(emitter, step.ways, none);
    case 'look':
      return emitLook(emitter, step, none);
  }
}

function emitLiteral({ frame: { at } }: StepsEmitter, bytes: readonly number[], none: Label): Code {
  return [wasm.branchIf(none, literalDiffers(bytes, at)), wasm.set(at, wasm.add(at, bytes.length))];
}

type Run = Step & { readonly kind: 'run' };

const CR = 13;
/** Counted bytes that are looked at without a loop. */
const MAX_UNROLLED = 8;

function emitRun(frame: Frame, run: Run, none: Label): Code {
  const { at, stop, locals } = frame;
  const { set: bytes, min, max, end } = run;
  if (min === max && max <= MAX_UNROLLED) return emitCounted(frame, run, none);
  if (end.at === 'first')
    return [
      min === 0 ? [] : [wasm.branchIf(none, wasm.notLess(at, stop)), emitCounted(frame, { ...run, max: 1 }, none)],
      findFirst(frame, bytes, end.before, none),
    ];
  const [low, high] = [locals.add('i32'), locals.add('i32')] as const;
  const isCounted = max !== Number.POSITIVE_INFINITY;
  return [
    wasm.set(low, wasm.add(at, min)),
    isCounted ? wasm.set(high, wasm.add(at, max)) : [],
    skipSet(frame, bytes),
    isCounted ? wasm.atMost(at, high) : [],
    min === 0 ? [] : wasm.branchIf(none, wasm.less(at, low)),
    end.at === 'stop' ? [] : findLast(frame, low, end.before, none),
  ];
}

function emitCounted(frame: Frame, { set: bytes, max }: Run, none: Label): Code {
  const { at, stop } = frame;
  const inside = Array.from({ length: max }, (_, offset) => isIn(frame, bytes, at, offset));
  return [
    hasByte(bytes, CR) ? wasm.branchIf(none, wasm.less(stop, wasm.add(at, max))) : [],
    inside.map((one) => wasm.branchIf(none, wasm.not(one))),
    wasm.set(at, wasm.add(at, max)),
  ];
}

function emitGroup(emitter: StepsEmitter, step: Step & { readonly kind: 'group' }, next: Label): Code {
  const { at } = emitter.frame;
  const group = emitter.frame.group(step.group);
  const steps = emitSteps(emitter, step.steps, next);
  return [
    wasm.set(group.start, at),
    step.group === emitter.timeGroup ? emitTime(emitter.frame, step.steps, steps) : steps,
    wasm.set(group.length, wasm.sub(at, group.start)),
  ];
}

/** A text that matched a moment ago matches again where its length is always the same: its bytes decide, nothing around it. */
function emitTime(frame: Frame, steps: readonly Step[], code: Code): Code {
  const { at, stop, sameTime } = frame;
  const width = widthOf(steps);
  if (width === undefined || width === 0 || width > MAX_TIME_BYTES) return code;
  const done = { name: 'time done' };
  const other = { name: 'another time' };
  return wasm.block(
    done,
    wasm.block(
      other,
      wasm.branchIf(other, wasm.differ(wasm.load32(0, TIME_LENGTH), width)),
      wasm.branchIf(other, wasm.less(stop, wasm.add(at, width))),
      timeChunks(width).map(({ from, bits }) =>
        wasm.branchIf(
          other,
          wasm.differ(
            wasm.and(wasm.bitmask8(wasm.equal8(wasm.load128(at, from), wasm.load128(0, TIME_TEXT + from))), bits),
            bits,
          ),
        ),
      ),
      wasm.set(sameTime, 1),
      wasm.set(at, wasm.add(at, width)),
      wasm.branch(done),
    ),
    code,
  );
}

function timeChunks(width: number): { readonly from: number; readonly bits: number }[] {
  return Array.from({ length: Math.ceil(width / 16) }, (_, index) => {
    const from = index * 16;
    return { from, bits: width - from >= 16 ? 0xffff : (1 << (width - from)) - 1 };
  });
}

/** Bytes that the steps always take; undefined where it differs. */
function widthOf(steps: readonly Step[]): number | undefined {
  return steps.reduce<number | undefined>((sum, step) => {
    const width = stepWidth(step);
    return sum === undefined || width === undefined ? undefined : sum + width;
  }, 0);
}

function stepWidth(step: Step): number | undefined {
  switch (step.kind) {
    case 'literal':
      return step.bytes.length;
    case 'run':
      return step.min === step.max ? step.max : undefined;
    case 'group':
    case 'look':
      // A group's own text would have to be found, and what is looked at may change.
      return undefined;
    case 'choice': {
      const widths = new Set(step.ways.map(widthOf));
      return widths.size === 1 ? [...widths][0] : undefined;
    }
  }
}

function emitChoice(emitter: StepsEmitter, ways: readonly (readonly Step[])[], none: Label): Code {
  const { frame, timeGroup } = emitter;
  const { at, locals, sameTime } = frame;
  const start = locals.add('i32');
  const done = { name: 'choice done' };
  return [
    wasm.set(start, at),
    wasm.block(
      done,
      ways.slice(0, -1).map((way) => {
        const ruledOut = { name: 'way ruled out' };
        return [
          wasm.block(ruledOut, emitSteps(emitter, way, ruledOut), wasm.branch(done)),
          wasm.set(at, start),
          groupsIn(way).map((group) => [
            wasm.set(frame.group(group).length, ABSENT),
            group === timeGroup ? wasm.set(sameTime, 0) : [],
          ]),
        ];
      }),
      emitSteps(emitter, ways.at(-1) ?? [], none),
    ),
  ];
}

function emitLook(emitter: StepsEmitter, step: Step & { readonly kind: 'look' }, none: Label): Code {
  const { at, locals } = emitter.frame;
  const start = locals.add('i32');
  const absent = { name: 'nothing of it ahead' };
  const look = step.isNegative
    ? wasm.block(absent, emitSteps(emitter, step.steps, absent), wasm.branch(none))
    : emitSteps(emitter, step.steps, none);
  return [wasm.set(start, at), look, wasm.set(at, start)];
}

function groupsIn(steps: readonly Step[]): number[] {
  return steps.flatMap((step) => {
    if (step.kind === 'group') return [step.group, ...groupsIn(step.steps)];
    return step.kind === 'choice' ? step.ways.flatMap(groupsIn) : [];
  });
}
