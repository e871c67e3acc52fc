/** What the parts of a scanner's code share while it is written: locals by name, and what they need from the module. */
import { type Code, constant128, type Local, type Locals, set } from './assembler.ts';
import { ABSENT } from './rows.ts';

export interface GroupLocals {
  readonly start: Local;
  /** ABSENT where the group took no part. */
  readonly length: Local;
}

/** One bit for each byte of the input, the lowest first: whether it is this one. */
export interface StopMap {
  readonly byte: number;
  readonly address: number;
}

export interface Frame {
  readonly locals: Locals;
  /** How far the line is understood. */
  readonly at: Local;
  /** End of the line. An LF or CR stands there, so that what takes neither ends there by itself. */
  readonly stop: Local;
  group(number: number): GroupLocals;
  /** Marked up to the line's end at least; what is marked behind it means nothing. */
  readonly stops: StopMap | undefined;
  /** 1 where the time's text is that of the last row that fits. */
  readonly sameTime: Local;
  /** A local with one byte sixteen times. */
  splat(byte: number): Local;
  /** A local with these sixteen bytes. */
  constant(bytes: readonly number[]): Local;
}

export interface BuiltFrame extends Frame {
  /** Fills the locals that splat() and constant() gave; runs first. */
  readonly prologue: () => Code;
  /** Sets all groups to absent. */
  readonly clearGroups: () => Code;
}

/** Parameters are in `locals` already. */
export function createFrame(locals: Locals, stops: StopMap | undefined): BuiltFrame {
  const groups = new Map<number, GroupLocals>();
  const constants = new Map<string, { readonly bytes: readonly number[]; readonly local: Local }>();
  const i32 = () => locals.add('i32');
  const constant = (bytes: readonly number[]) => {
    const key = bytes.join();
    const known = constants.get(key) ?? { bytes, local: locals.add('v128') };
    constants.set(key, known);
    return known.local;
  };
  return {
    locals,
    stops,
    at: i32(),
    stop: i32(),
    group(number) {
      const group = groups.get(number) ?? { start: i32(), length: i32() };
      groups.set(number, group);
      return group;
    },
    sameTime: i32(),
    splat: (byte) => constant(new Array<number>(16).fill(byte)),
    constant,
    prologue: () => [...constants.values()].map(({ bytes, local }) => set(local, constant128(bytes))),
    clearGroups: () => [...groups.values()].map(({ length }) => set(length, ABSENT)),
  };
}
