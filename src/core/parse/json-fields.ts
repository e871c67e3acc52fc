/** The fields of lines that are one JSON object: where they stand in it, and their texts. */
import { type KnownNames, readString, walkItems, walkMembers } from './wrappers/json-members.ts';

export interface JsonSpec {
  /** By field: names under which it may stand, the first that is there counts. A dot goes into an object. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Fields without which the line is not one of the pattern. */
  readonly require: readonly string[];
}

/** Fills the texts of a line by slot, all others with undefined. False where it is no line of the pattern. */
export type FillJson = (line: string, raw: (string | undefined)[]) => boolean;

/** With `keep` only those fields are filled, and what is required. */
export function createJsonFiller(
  { fields, require }: JsonSpec,
  slots: ReadonlyMap<string, number>,
  keep?: ReadonlySet<string>,
): FillJson {
  const root = createPlace();
  for (const [field, names] of Object.entries(fields)) {
    if (keep && !keep.has(field) && !require.includes(field)) continue;
    for (const [rank, name] of names.entries()) place(root, name, { slot: slots.get(field) as number, rank });
  }
  const required = require.map((field) => slots.get(field) as number);
  const ranks: number[] = new Array(slots.size).fill(UNRANKED);
  let filling: (string | undefined)[] = [];
  let lines = 0;
  let isDoubled = false;

  function put(text: string, { slot, rank }: Leaf): void {
    if (rank > (ranks[slot] as number)) return;
    ranks[slot] = rank;
    filling[slot] = text;
  }

  /** Goes no deeper than the names that are looked for. */
  function walk(text: string, { members, known }: Place): boolean {
    return walkMembers(
      text,
      (name, from, to) => {
        const found = members.get(name);
        if (!found) return true;
        isDoubled ||= found.seenIn === lines;
        found.seenIn = lines;
        if (isInside(text, from, found)) walk(text.slice(from, to), found);
        putAll(text, from, to, found);
        return true;
      },
      known,
    );
  }

  /** Of a name that is there twice the last value counts, as in JSON.parse, also where it is null. Slower: no program writes so. */
  function walkLast(text: string, { members }: Place): void {
    const last = new Map<Place, readonly [from: number, to: number]>();
    walkMembers(text, (name, from, to) => {
      const found = members.get(name);
      if (found) last.set(found, [from, to]);
      return true;
    });
    for (const [found, [from, to]] of last) {
      if (isInside(text, from, found)) walkLast(text.slice(from, to), found);
      putAll(text, from, to, found);
    }
  }

  function putAll(text: string, from: number, to: number, { leaves }: Place): void {
    const value = leaves.length === 0 ? undefined : valueText(text, from, to);
    if (value !== undefined) for (const leaf of leaves) put(value, leaf);
  }

  function begin(raw: (string | undefined)[]): void {
    filling = raw;
    raw.fill(undefined);
    ranks.fill(UNRANKED);
  }

  return (line, raw) => {
    begin(raw);
    lines += 1;
    isDoubled = false;
    if (!walk(line, root)) return false;
    if (isDoubled) {
      begin(raw);
      walkLast(line, root);
    }
    return required.every((slot) => raw[slot] !== undefined);
  };
}

const UNRANKED = Number.POSITIVE_INFINITY;
const QUOTE = 34;
const OPEN_BRACKET = 91;
const OPEN_BRACE = 123;

interface Leaf {
  readonly slot: number;
  /** Of the field's names the smaller one counts. */
  readonly rank: number;
}

/** What is looked for under a name: fields, and what is inside if it is an object. */
interface Place {
  readonly leaves: Leaf[];
  readonly members: Map<string, Place>;
  readonly known: KnownNames;
  /** Number of the line in which it stood last. */
  seenIn: number;
}

function isInside(text: string, from: number, { members }: Place): boolean {
  return members.size > 0 && text.charCodeAt(from) === OPEN_BRACE;
}

function createPlace(): Place {
  return { leaves: [], members: new Map(), known: [], seenIn: 0 };
}

/** A name with dots goes into objects; at each dot it may as well be one key. */
function place(under: Place, name: string, leaf: Leaf): void {
  memberOf(under, name).leaves.push(leaf);
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1))
    place(memberOf(under, name.slice(0, dot)), name.slice(dot + 1), leaf);
}

function memberOf({ members }: Place, name: string): Place {
  const known = members.get(name);
  if (known) return known;
  const made = createPlace();
  members.set(name, made);
  return made;
}

/** Undefined for null, objects, and lists without a scalar. */
function valueText(text: string, from: number, to: number): string | undefined {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return readString(text, from, to)?.toWellFormed() ?? readEscaped(text.slice(from + 1, to - 1));
  if (first === OPEN_BRACE) return undefined;
  if (first === OPEN_BRACKET) return listText(text.slice(from, to));
  const bare = text.slice(from, to);
  return bare === 'null' ? undefined : bare;
}

/** nginx without `escape=json` writes bytes as \x22, which is no JSON; what else it may be stays as it is written. */
function readEscaped(inside: string): string {
  return inside.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, (run) =>
    decoder.decode(Uint8Array.from(run.slice(2).split('\\x'), (byte) => Number.parseInt(byte, 16))),
  );
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function listText(list: string): string | undefined {
  const texts: string[] = [];
  walkItems(list, (from, to) => {
    const text = list.charCodeAt(from) === OPEN_BRACKET ? undefined : valueText(list, from, to);
    if (text !== undefined) texts.push(text);
  });
  return texts.length === 0 ? undefined : texts.join(', ');
}
