/** What the parts of a scanner's code share while it is written: locals by name, and what they need from the module. */
import { type Code, type Local, type Locals, set, splat8 } from './assembler.ts';
import { type ByteSet, hasByte } from './byte-set.ts';
import { TABLE_BYTES, TABLES } from './memory.ts';
import { ABSENT } from './rows.ts';

export interface GroupLocals {
  readonly start: Local;
  /** ABSENT where the group took no part. */
  readonly length: Local;
}

export interface Frame {
  readonly locals: Locals;
  /** How far the line is understood. */
  readonly at: Local;
  /** End of the line. An LF or CR stands there, so that what takes neither ends there by itself. */
  readonly stop: Local;
  group(number: number): GroupLocals;
  /** 1 where the time's text is that of the last row that fits. */
  readonly sameTime: Local;
  /** A local with one byte sixteen times. */
  splat(byte: number): Local;
  /** Address of 256 numbers, 1 for the bytes of the set. */
  table(set: ByteSet): number;
}

export interface BuiltFrame extends Frame {
  /** Fills the locals that splat() gave; runs first. */
  readonly prologue: () => Code;
  readonly tables: () => number[][];
  /** Sets all groups to absent. */
  readonly clearGroups: () => Code;
}

/** Parameters are in `locals` already. */
export function createFrame(locals: Locals): BuiltFrame {
  const groups = new Map<number, GroupLocals>();
  const splats = new Map<number, Local>();
  const tables = new Map<ByteSet, number>();
  const i32 = () => locals.add('i32');
  return {
    locals,
    at: i32(),
    stop: i32(),
    group(number) {
      const group = groups.get(number) ?? { start: i32(), length: i32() };
      groups.set(number, group);
      return group;
    },
    sameTime: i32(),
    splat(byte) {
      const local = splats.get(byte) ?? locals.add('v128');
      splats.set(byte, local);
      return local;
    },
    table(bytes) {
      const address = tables.get(bytes) ?? TABLES + tables.size * TABLE_BYTES;
      tables.set(bytes, address);
      return address;
    },
    prologue: () => [...splats].map(([byte, local]) => set(local, splat8(byte))),
    clearGroups: () => [...groups.values()].map(({ length }) => set(length, ABSENT)),
    tables: () => [...tables.keys()].map(tableOf),
  };
}

function tableOf(set: ByteSet): number[] {
  return Array.from({ length: TABLE_BYTES }, (_, byte) => (hasByte(set, byte) ? 1 : 0));
}
