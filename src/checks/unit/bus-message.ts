/**
 * Messages of D-Bus as bytes, as far as asking for properties needs them: https://dbus.freedesktop.org/doc/dbus-specification.html,
 * "Marshaling (Wire Format)" and "Message Format".
 */

/** Larger answers are none of ours; the specification allows 128 MiB. */
const MESSAGE_MAX = 1_048_576;
const HEAD_BYTES = 16;
const METHOD_CALL = 1;
/** Nobody is to start a service because we ask for it. */
const NO_AUTO_START = 2;
const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 };
const TYPES = { return: 2, error: 3 };

export interface Call {
  readonly serial: number;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Undefined: nobody stands between, as on systemd's own socket. */
  readonly destination: string | undefined;
  /** All arguments are strings. */
  readonly args: readonly string[];
}

export type BusValue = string | number | boolean;

/** What answers the call with this serial. */
export type Reply =
  | { readonly serial: number; readonly error?: undefined; readonly value: BusValue | undefined }
  | { readonly serial: number; readonly error: string; readonly message: string };

export function encodeCall({ serial, path, interface: face, member, destination, args }: Call): Buffer {
  const body = createWriter();
  for (const argument of args) body.text(argument);
  const writer = createWriter();
  writer.bytes(0x6c, METHOD_CALL, NO_AUTO_START, 1);
  writer.number(body.done().length);
  writer.number(serial);
  const fields = createWriter();
  fields.field(FIELD.path, 'o', path);
  if (destination !== undefined) fields.field(FIELD.destination, 's', destination);
  fields.field(FIELD.interface, 's', face);
  fields.field(FIELD.member, 's', member);
  if (args.length > 0) fields.field(FIELD.signature, 'g', 's'.repeat(args.length));
  writer.number(fields.done().length);
  const head = Buffer.concat([writer.done(), fields.done()]);
  return Buffer.concat([head, Buffer.alloc(-head.length & 7), body.done()]);
}

/** The fields begin at a multiple of eight (16), so that what is aligned in them is aligned in the message. */
function createWriter() {
  const pieces: Buffer[] = [];
  let length = 0;
  const put = (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
  };
  const align = (to: number) => put(Buffer.alloc(-length & (to - 1)));
  const bytes = (...values: number[]) => put(Buffer.from(values));
  const number = (value: number) => {
    align(4);
    const piece = Buffer.alloc(4);
    piece.writeUInt32LE(value);
    put(piece);
  };
  const text = (value: string) => {
    number(Buffer.byteLength(value));
    put(Buffer.from(`${value}\0`));
  };
  const signature = (value: string) => put(Buffer.from(`${String.fromCharCode(value.length)}${value}\0`));
  return {
    bytes,
    number,
    text,
    field: (code: number, type: string, value: string) => {
      align(8);
      bytes(code);
      signature(type);
      if (type === 'g') signature(value);
      else text(value);
    },
    done: () => Buffer.concat(pieces),
  };
}

/** The first message in these bytes: how long it is, and what it replies to; undefined: not all of it is there. Throws where it is none. */
export function decodeFirst(bytes: Buffer): { readonly length: number; readonly reply: Reply | undefined } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const isLittle = bytes[0] === 0x6c;
  if (!isLittle && bytes[0] !== 0x42) throw new Error('This is no message of D-Bus');
  const reader = createReader(bytes, isLittle);
  const bodyBytes = reader.numberAt(4);
  const fieldBytes = reader.numberAt(12);
  const bodyAt = (HEAD_BYTES + fieldBytes + 7) & ~7;
  const length = bodyAt + bodyBytes;
  if (length > MESSAGE_MAX) throw new Error(`A message of D-Bus has ${length} bytes`);
  if (bytes.length < length) return undefined;
  const fields = readFields(reader, HEAD_BYTES + fieldBytes);
  reader.goTo(bodyAt);
  return { length, reply: replyOf(bytes[1], fields, reader) };
}

function readFields(reader: Reader, end: number): ReadonlyMap<number, BusValue | undefined> {
  const fields = new Map<number, BusValue | undefined>();
  reader.goTo(HEAD_BYTES);
  while (reader.at() < end) {
    reader.align(8);
    const code = reader.byte();
    fields.set(code, reader.value('v'));
  }
  return fields;
}

/** Signals, and whatever else comes, are no replies. */
function replyOf(
  type: number | undefined,
  fields: ReadonlyMap<number, BusValue | undefined>,
  reader: Reader,
): Reply | undefined {
  const serial = Number(fields.get(FIELD.replySerial));
  const first = String(fields.get(FIELD.signature) ?? '')[0];
  const value = () => (first === undefined ? undefined : reader.value(first));
  if (type === TYPES.return) return { serial, value: value() };
  if (type !== TYPES.error) return undefined;
  return { serial, error: String(fields.get(FIELD.errorName)), message: first === 's' ? String(value()) : '' };
}

type Reader = ReturnType<typeof createReader>;

function createReader(bytes: Buffer, isLittle: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const take = (size: number) => {
    at = (at + size - 1) & -size;
    at += size;
    return at - size;
  };
  const text = (length: number) => {
    const value = bytes.toString('utf8', at, at + length);
    at += length + 1;
    return value;
  };
  const signature = () => text(view.getUint8(take(1)));
  const READ: Readonly<Record<string, () => BusValue>> = {
    y: () => view.getUint8(take(1)),
    b: () => view.getUint32(take(4), isLittle) === 1,
    n: () => view.getInt16(take(2), isLittle),
    q: () => view.getUint16(take(2), isLittle),
    i: () => view.getInt32(take(4), isLittle),
    u: () => view.getUint32(take(4), isLittle),
    x: () => Number(view.getBigInt64(take(8), isLittle)),
    t: () => Number(view.getBigUint64(take(8), isLittle)),
    d: () => view.getFloat64(take(8), isLittle),
    s: () => text(view.getUint32(take(4), isLittle)),
    o: () => text(view.getUint32(take(4), isLittle)),
    g: signature,
  };
  /** Undefined: of a type that is not read here, as an array. */
  const value = (type: string): BusValue | undefined => (type === 'v' ? READ[signature()]?.() : READ[type]?.());
  return {
    value,
    byte: () => view.getUint8(take(1)),
    numberAt: (place: number) => view.getUint32(place, isLittle),
    at: () => at,
    goTo: (place: number) => {
      at = place;
    },
    align: (to: number) => {
      at = (at + to - 1) & -to;
    },
  };
}
