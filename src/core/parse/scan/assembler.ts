/** Writes WebAssembly: instructions as a tree of expressions, encoded at the end. */

/** A tree of instructions in the order in which they run; a branch names the block it leaves or the loop it goes on with. */
export type Code =
  | { readonly bytes: readonly number[] }
  | { readonly opens: 'block' | 'loop' | 'if'; readonly label?: Label; readonly body: readonly Code[] }
  | { readonly branchTo: Label; readonly isConditional: boolean }
  | readonly Code[];

export type Type = 'i32' | 'i64' | 'v128';
export interface Local {
  readonly index: number;
}
/** Numbers are constants of 32 bits. */
export type Value = number | Local | Code;
/** One object for each block or loop that is branched to. */
export interface Label {
  readonly name: string;
}

export interface Locals {
  /** A new one, 0 at first. Parameters come first. */
  add(type: Type): Local;
  readonly types: readonly Type[];
}

export function createLocals(): Locals {
  const types: Type[] = [];
  return {
    types,
    add(type) {
      types.push(type);
      return { index: types.length - 1 };
    },
  };
}

/** LEB128, as all numbers in a module are written. */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

function codeOf(value: Value): Code {
  if (typeof value === 'number') return { bytes: [0x41, ...signed(BigInt(value | 0))] };
  return 'index' in value ? { bytes: [0x20, ...unsigned(value.index)] } : value;
}

/** An instruction that takes its operands from the stack. */
function instruction(...opcode: number[]): (...operands: Value[]) => Code {
  return (...operands) => [...operands.map(codeOf), { bytes: opcode }];
}

function vector(opcode: number): (...operands: Value[]) => Code {
  return instruction(0xfd, ...unsigned(opcode));
}

/** Loads and stores take an address and add `offset`; nothing is said of how it is aligned. */
function memory(...opcode: number[]): (address: Value, offset?: number, value?: Value) => Code {
  return (address, offset = 0, value = []) => [
    codeOf(address),
    codeOf(value),
    { bytes: [...opcode, 0, ...unsigned(offset)] },
  ];
}

export const add = instruction(0x6a);
export const sub = instruction(0x6b);
export const and = instruction(0x71);
export const or = instruction(0x72);
export const shiftLeft = instruction(0x74);
export const not = instruction(0x45);
export const equal = instruction(0x46);
export const differ = instruction(0x47);
export const xor = instruction(0x73);
export const multiply = instruction(0x6c);
export const rotateLeft = instruction(0x77);
export const shiftRight = instruction(0x76);
export const lessSigned = instruction(0x48);
/** Without sign. */
export const less = instruction(0x49);
export const notLess = instruction(0x4f);
export const leadingZeros = instruction(0x67);
export const trailingZeros = instruction(0x68);
/** The first where the third is not 0, else the second. */
export const select = instruction(0x1b);
export const load32 = memory(0x28);
export const load8 = memory(0x2d);
export const load16 = memory(0x2f);
export const store32 = memory(0x36);
export const store8 = memory(0x3a);

export const load64 = memory(0x29);
export const store64 = memory(0x37);
export const differ64 = instruction(0x52);
export const isZero64 = instruction(0x50);
export const and64 = instruction(0x83);
export const or64 = instruction(0x84);
export const trailingZeros64 = instruction(0x7a);
export const shiftLeft64 = instruction(0x86);
export const shiftRight64 = instruction(0x88);
export const sub64 = instruction(0x7d);
export const to32 = instruction(0xa7);
export const to64 = instruction(0xad);

export const load128 = memory(0xfd, 0x00);
export const store128 = memory(0xfd, 0x0b);
/** All ones in a byte where both are alike. */
export const equal8 = vector(0x23);
export const differ8 = vector(0x24);
/** Without sign. */
export const lessOrEqual8 = vector(0x2a);
export const sub8 = vector(0x71);
/** Bytes of the first, at the places that the second says. */
export const lookUp8 = vector(0x0e);
/** Of eight numbers of 16 bits. */
export const shiftRight16 = vector(0x8d);
export const or128 = vector(0x50);
export const and128 = vector(0x4e);
/** 1 where any bit is set. */
export const anyTrue128 = vector(0x53);
/** One bit a byte, the first byte's lowest. */
export const bitmask8 = vector(0x64);

export function constant64(value: bigint): Code {
  return { bytes: [0x42, ...signed(BigInt.asIntN(64, value))] };
}

export function constant128(bytes: readonly number[]): Code {
  return { bytes: [0xfd, 0x0c, ...bytes] };
}

export function set(local: Local, value: Value): Code {
  return [codeOf(value), { bytes: [0x21, ...unsigned(local.index)] }];
}

/** Sets it and is its value. */
export function tee(local: Local, value: Value): Code {
  return [codeOf(value), { bytes: [0x22, ...unsigned(local.index)] }];
}

/** Goes on behind its end when branched to. */
export function block(label: Label, ...body: Code[]): Code {
  return { opens: 'block', label, body };
}

/** Goes on at its start when branched to; else is left at its end. */
export function loop(label: Label, ...body: Code[]): Code {
  return { opens: 'loop', label, body };
}

export function when(condition: Value, ...body: Code[]): Code {
  return [codeOf(condition), { opens: 'if', body }];
}

/** A branch that is foreseen costs less than a choice that the next load has to wait for. */
export function atMost(local: Local, limit: Value): Code {
  return when(less(limit, local), set(local, limit));
}

export function branch(to: Label): Code {
  return { branchTo: to, isConditional: false };
}

export function branchIf(to: Label, condition: Value): Code {
  return [codeOf(condition), { branchTo: to, isConditional: true }];
}

/** The value that a function gives back, as its last instruction. */
export function result(value: Value): Code {
  return codeOf(value);
}

/** The bytes of a function's body, without its locals. */
export function encode(code: Code): number[] {
  const out: number[] = [];
  write(code, [], out);
  return out;
}

const OPENS = { block: 0x02, loop: 0x03, if: 0x04 };
const NO_RESULT = 0x40;
const END = 0x0b;

function write(code: Code, open: readonly (Label | undefined)[], out: number[]): void {
  if ('bytes' in code) {
    for (const byte of code.bytes) out.push(byte);
  } else if ('branchTo' in code) {
    const depth = open.indexOf(code.branchTo);
    if (depth === -1) throw new Error(`No block '${code.branchTo.name}' is open here`);
    out.push(code.isConditional ? 0x0d : 0x0c, ...unsigned(depth));
  } else if ('opens' in code) {
    out.push(OPENS[code.opens], NO_RESULT);
    for (const part of code.body) write(part, [code.label, ...open], out);
    out.push(END);
  } else for (const part of code) write(part, open, out);
}
