/**
 * What detectors learn, and what they decided on, as bytes: JSON in which Float32Arrays stand as they are in memory.
 * A version byte, the length of the JSON (little-endian), the JSON, then the floats of all arrays in the order of their
 * places. Text that begins with no version byte is plain JSON, as an earlier linesman stored it.
 */
import { UserError } from '../errors.ts';

const encoder = new TextEncoder();
const VERSION = 1;
const HEAD_BYTES = 5;
/** Whether this machine has floats in memory as they are stored: nearly all have. */
const IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** The only key of an object that stands for an array; a key of one's own that begins so has one more. */
const MARK = '$';

/** The value is JSON and Float32Arrays in it. */
export function pack(value: unknown): Uint8Array {
  const arrays: Float32Array[] = [];
  const json = encoder.encode(JSON.stringify(marked(value, arrays)) ?? 'null');
  const start = HEAD_BYTES + json.length;
  const bytes = new Uint8Array(start + arrays.reduce((sum, array) => sum + array.byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint32(1, json.length, true);
  bytes.set(json, HEAD_BYTES);
  let at = start;
  for (const array of arrays) {
    if (IS_LITTLE) bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    else for (const [i, float] of array.entries()) view.setFloat32(at + i * array.BYTES_PER_ELEMENT, float, true);
    at += array.byteLength;
  }
  return bytes;
}

/** What pack made of it. Throws UserError('STATE_NEWER') for the bytes of a newer linesman. */
export function unpack(bytes: Uint8Array): unknown {
  const version = bytes[0] ?? 0;
  // Every letter with which JSON can begin lies above.
  if (version > 0x20) return JSON.parse(new TextDecoder().decode(bytes));
  if (version !== VERSION) {
    throw new UserError(
      'STATE_NEWER',
      `Something learnt is stored in version ${version} and this linesman reads ${VERSION}: start the newer linesman that wrote it, or give this one another data folder or Redis database.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = HEAD_BYTES + view.getUint32(1, true);
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD_BYTES, start)));
  let at = start;
  return unmarked(json, (length) => {
    const array = new Float32Array(length);
    for (let i = 0; i < length; i += 1) array[i] = view.getFloat32(at + i * array.BYTES_PER_ELEMENT, true);
    at += array.byteLength;
    return array;
  });
}

/** Plain JSON to look at: arrays of floats as lists. */
export function unpackPlain(bytes: Uint8Array): unknown {
  return plain(unpack(bytes));
}

function plain(value: unknown): unknown {
  if (value instanceof Float32Array) return [...value];
  return mapped(value, ([key, one]) => [key, plain(one)], plain);
}

/** Each commit packs whatever watches have learnt since the last one: what is neither list nor object is taken as it is. */
function marked(value: unknown, arrays: Float32Array[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Float32Array) {
    arrays.push(value);
    return { [MARK]: value.length };
  }
  if (Array.isArray(value)) return value.some(isObject) ? value.map((one) => marked(one, arrays)) : value;
  const names = Object.keys(value);
  if (!names.some((name) => name.startsWith(MARK) || isObject((value as Named)[name]))) return value;
  return Object.fromEntries(
    names.map((name) => [name.startsWith(MARK) ? MARK + name : name, marked((value as Named)[name], arrays)]),
  );
}

type Named = Readonly<Record<string, unknown>>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function unmarked(value: unknown, next: (length: number) => Float32Array): unknown {
  if (isMark(value)) return next(value[MARK]);
  return mapped(
    value,
    ([key, one]) => [key.startsWith(MARK) ? key.slice(MARK.length) : key, unmarked(one, next)],
    (one) => unmarked(one, next),
  );
}

function isMark(value: unknown): value is { readonly [MARK]: number } {
  return typeof value === 'object' && value !== null && MARK in value;
}

/** A list or an object with each of its values made into another; all else as it is. */
function mapped(
  value: unknown,
  entry: (one: [string, unknown]) => [string, unknown],
  item: (one: unknown) => unknown,
): unknown {
  if (Array.isArray(value)) return value.map(item);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(entry));
}
