/** The texts of a field that are only listed, in the rows of a block: where their bytes stand, and their hashes. */
import { ABSENT_TEXT } from '../observe/block.ts';
import type { ListedTexts } from '../observe/listed-texts.ts';
import { type PathBytes, type RoutePlace, routePlace, UNREAD_ROUTE } from '../observe/route-bytes.ts';
import { LABEL_CHARS } from '../observe/series.ts';
import type { Texts } from '../observe/texts.ts';
import type { Column, FillScanned } from './column.ts';
import type { Field, FieldReader } from './field-readers.ts';
import { ROW_HEADER } from './scan/scanner.ts';
import type { ScannedTexts } from './scanned-texts.ts';
import type { TextMemory } from './text-memory.ts';

export interface ListedColumnParts {
  readonly field: Field;
  readonly read: FieldReader;
  readonly texts: ListedTexts;
  readonly memory: TextMemory;
  /** Of a field with few values: they have ids there. */
  readonly ids: Texts;
}

export function createListedColumn(parts: ListedColumnParts): Column {
  const { field, read, texts, memory } = parts;
  return {
    scannedBy: (scanned) =>
      fillWith(scanned, field, field.isFew ? fewPlacerOf(scanned, parts) : placerOf(scanned, parts)),
    fillRaw(raw, to) {
      const value = read(raw);
      if (value === undefined) texts.lengths[to] = ABSENT_TEXT;
      else memory.write(texts, to, String(value));
    },
  };
}

/** Says where the value of a field is that has bytes [start, start + length) of the input. */
type Placer = (row: number, start: number, length: number) => void;

function fillWith({ scanner: { rows, stride, fields } }: ScannedTexts, field: Field, place: Placer): FillScanned {
  const offset = ROW_HEADER + 2 * fields.indexOf(field.from);
  return (first, count, to) => {
    let at = first * stride + offset;
    for (let row = to; row < to + count; row += 1) {
      place(row, rows[at] as number, rows[at + 1] as number);
      at += stride;
    }
  };
}

/** A text that was met before makes no string: it has an id, and is written once a block. */
function fewPlacerOf({ cacheFor }: ScannedTexts, { field, texts, memory, ids }: ListedColumnParts): Placer {
  const { find } = cacheFor(field);
  const { starts, lengths, keys, hashes } = texts;
  /** Row plus one in which the text of an id stands, of the block that is filled. */
  const rowOf = ids.createTable();
  let blocks = 0;

  return (row, start, length) => {
    if (memory.blocks() !== blocks) rowOf.values.fill(0);
    blocks = memory.blocks();
    const id = length <= 0 ? ABSENT_TEXT : find(start, length);
    if (id === ABSENT_TEXT) {
      lengths[row] = ABSENT_TEXT;
      return;
    }
    const known = (rowOf.values[id] as number) - 1;
    if (known < 0) {
      memory.write(texts, row, ids.textOf(id));
      rowOf.values[id] = row + 1;
      return;
    }
    starts[row] = starts[known] as number;
    lengths[row] = lengths[known] as number;
    keys[row] = keys[known] as number;
    hashes[row] = hashes[known] as number;
  };
}

function placerOf({ scanner, decode }: ScannedTexts, { field, texts, memory }: ListedColumnParts): Placer {
  const { input, asciiHash } = scanner;
  const { starts, lengths, keys, hashes } = texts;
  const { textStart } = field;
  const bytes = scanner.memory;
  const path: PathBytes = { bytes, start: 0, length: 0, into: 0 };
  const route: RoutePlace = { start: 0, length: 0 };

  /** False where its text has to be read. */
  function take(row: number, start: number, length: number): boolean {
    if (isAgain(row, start, length)) return true;
    const hash = asciiHash(start, length);
    if (hash === NOT_ASCII) return false;
    const isCut = length > LABEL_CHARS;
    starts[row] = start;
    lengths[row] = isCut ? LABEL_CHARS : length;
    keys[row] = isCut ? asciiHash(start, LABEL_CHARS) : hash;
    hashes[row] = hash;
    return true;
  }

  /** The short text of the row before once more, as most methods and hosts are: its hash is known. */
  function isAgain(row: number, start: number, length: number): boolean {
    if (row === 0 || length > SHORT_BYTES || lengths[row - 1] !== length) return false;
    const before = starts[row - 1] as number;
    for (let at = 0; at < length; at += 1) if (bytes[before + at] !== bytes[start + at]) return false;
    starts[row] = start;
    lengths[row] = length;
    keys[row] = keys[row - 1] as number;
    hashes[row] = hashes[row - 1] as number;
    return true;
  }

  function takeRead(row: number, start: number, length: number): void {
    const value = field.read(decode(start, length));
    if (value === undefined) lengths[row] = ABSENT_TEXT;
    else memory.write(texts, row, String(value));
  }

  function isAbsent(start: number, length: number): boolean {
    return length <= 0 || (length === 1 && input[start] === MINUS);
  }

  function takeRoute(row: number, start: number, length: number): boolean {
    path.start = start;
    path.length = length;
    path.into = memory.free;
    routePlace(path, route);
    if (route.length === UNREAD_ROUTE || !take(row, route.start, route.length)) return false;
    if (route.start === memory.free) memory.free += route.length;
    return true;
  }

  return (row, start, length) => {
    if (isAbsent(start, length)) {
      lengths[row] = ABSENT_TEXT;
      return;
    }
    if (field.isRoute) {
      if (!takeRoute(row, start, length)) takeRead(row, start, length);
      return;
    }
    const from = textStart?.(input, start, start + length);
    const left = from === undefined ? 0 : start + length - from;
    if (from === undefined) takeRead(row, start, length);
    else if (isAbsent(from, left)) lengths[row] = ABSENT_TEXT;
    else if (!take(row, from, left)) takeRead(row, start, length);
  };
}

/** Longer ones seldom come twice in a row. */
const SHORT_BYTES = 24;
const MINUS = 45;
/** As the hash of a text: it may have letters beyond ASCII. */
const NOT_ASCII = 0;
