/** The file format of WebAssembly, as far as scanners need it (WebAssembly 2.0, chapter 5). */
import {
  bitmask8,
  type Code,
  constant128,
  createLocals,
  encode,
  type Locals,
  result,
  type Type,
  unsigned,
} from './assembler.ts';

export interface WasmFunction {
  /** All exported functions take and give numbers of 32 bits. */
  readonly name: string;
  readonly parameters: number;
  /** The parameters first. */
  readonly locals: Locals;
  readonly body: Code;
}

export interface WasmModule {
  readonly functions: readonly WasmFunction[];
  /** Of 64 KiB; exported as 'memory', and of a fixed size. */
  readonly pages: number;
  /** Bytes that stand in the memory from the start. */
  readonly data: { readonly at: number; readonly bytes: readonly number[] };
}

/** The library of TypeScript for es2024 has no types for it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Whether this machine has WebAssembly, and instructions for 16 bytes at once. */
export function canRun(): boolean {
  if (typeof WebAssembly === 'undefined') return false;
  const body = [result(bitmask8(constant128(new Array<number>(16).fill(0))))];
  const probe = { name: 'probe', parameters: 0, locals: createLocals(), body };
  return WebAssembly.validate(encodeModule({ functions: [probe], pages: 0, data: { at: 0, bytes: [] } }));
}

/** What the module exports: its functions and its memory. */
export function instantiate(module: WasmModule): unknown {
  return new WebAssembly.Instance(new WebAssembly.Module(encodeModule(module))).exports;
}

const TYPES: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

function encodeModule({ functions, pages, data }: WasmModule): Uint8Array<ArrayBuffer> {
  const exports = functions.map(({ name }, index) => [...nameBytes(name), 0x00, ...unsigned(index)]);
  return new Uint8Array([
    ...HEADER,
    ...section(
      1,
      functions.map(({ parameters }) => typeOf(parameters)),
    ),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0x01, ...unsigned(pages), ...unsigned(pages)]]),
    ...section(7, [...exports, [...nameBytes('memory'), 0x02, 0x00]]),
    ...section(
      10,
      functions.map((one) => sized(bodyOf(one))),
    ),
    ...section(11, [[0x00, 0x41, ...constant(data.at), 0x0b, ...unsigned(data.bytes.length), ...data.bytes]]),
  ]);
}

function typeOf(parameters: number): number[] {
  return [0x60, ...unsigned(parameters), ...new Array<number>(parameters).fill(TYPES.i32), 1, TYPES.i32];
}

function bodyOf({ parameters, locals, body }: WasmFunction): number[] {
  const own = locals.types.slice(parameters);
  return [...unsigned(own.length), ...own.flatMap((type) => [1, TYPES[type]]), ...encode(body), 0x0b];
}

/** An address as a signed number. */
function constant(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...constant(value >>> 7)];
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  return [id, ...sized([...unsigned(entries.length), ...entries.flat()])];
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function nameBytes(name: string): number[] {
  return sized([...name].map((letter) => letter.charCodeAt(0)));
}
