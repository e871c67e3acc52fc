/** The texts of a field that are only listed, in the rows of a block: where their bytes stand, and their hashes. */
import { ABSENT_TEXT } from '../observe/block.ts';
import type { ListedTexts } from '../observe/listed-texts.ts';
import { type PathBytes, type RoutePlace, routePlace, UNREAD_ROUTE } from '../observe/route-bytes.ts';
import { LABEL_CHARS } from '../observe/series.ts';
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
}

export function createListedColumn(parts: ListedColumnParts): Column {
  const { field, read, texts, memory } = parts;
  return {
    scannedBy: (scanned) => fillWith(scanned, field, placerOf(scanned, parts)),
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

function placerOf({ scanner, decode }: ScannedTexts, { field, texts, memory }: ListedColumnParts): Placer {
  const { input, asciiHash } = scanner;
  const { starts, lengths, keys, hashes } = texts;
  const { textStart } = field;
  const path: PathBytes = { bytes: scanner.memory, start: 0, length: 0, into: 0 };
  const route: RoutePlace = { start: 0, length: 0 };

  /** False where its text has to be read. */
  function take(row: number, start: number, length: number): boolean {
    const hash = asciiHash(start, length);
    if (hash === NOT_ASCII) return false;
    const isCut = length > LABEL_CHARS;
    starts[row] = start;
    lengths[row] = isCut ? LABEL_CHARS : length;
    keys[row] = isCut ? asciiHash(start, LABEL_CHARS) : hash;
    hashes[row] = hash;
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
    if (field.listing === 'route') {
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

const MINUS = 45;
/** As the hash of a text: it may have letters beyond ASCII. */
const NOT_ASCII = 0;
