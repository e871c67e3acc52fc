/** The fields of lines that are one JSON object: where they stand in it, and their texts. */
import { readItems, readString, walkMembers } from './wrappers/json-members.ts';

export interface JsonSpec {
  /** By field: names under which it may stand, the first that is there counts. A dot goes into an object. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Fields without which the line is not one of the pattern. */
  readonly require: readonly string[];
}

/** Fills the texts of a line by slot. False where it is no line of the pattern; what was filled then means nothing. */
export type FillJson = (line: string, raw: (string | undefined)[]) => boolean;

/** With `keep` only those fields are filled, and what is required. */
export function createJsonFiller(
  { fields, require }: JsonSpec,
  slots: ReadonlyMap<string, number>,
  keep?: ReadonlySet<string>,
): FillJson {
  const root = createNode();
  for (const [field, names] of Object.entries(fields)) {
    if (keep && !keep.has(field) && !require.includes(field)) continue;
    for (const [rank, name] of names.entries()) place(root, name, { slot: slots.get(field) as number, rank });
  }
  const required = require.map((field) => slots.get(field) as number);
  const ranks: number[] = new Array(slots.size).fill(UNRANKED);
  let filling: (string | undefined)[] = [];

  /** Of a name that is there twice the last value counts, as in JSON.parse. */
  function put(text: string | undefined, { slot, rank }: Leaf): void {
    if (text === undefined || rank > (ranks[slot] as number)) return;
    ranks[slot] = rank;
    filling[slot] = text;
  }

  function walk(text: string, node: Node): boolean {
    return walkMembers(text, (name, from, to) => {
      const found = node.get(name);
      if (!found) return true;
      if (found.inside.size > 0 && text.charCodeAt(from) === OPEN_BRACE) walk(text.slice(from, to), found.inside);
      if (found.leaves.length > 0) {
        const value = valueText(text, from, to);
        for (const leaf of found.leaves) put(value, leaf);
      }
      return true;
    });
  }

  return (line, raw) => {
    filling = raw;
    raw.fill(undefined);
    ranks.fill(UNRANKED);
    return walk(line, root) && required.every((slot) => raw[slot] !== undefined);
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

/** What is looked for in an object, by name. */
type Node = Map<string, Wanted>;

interface Wanted {
  readonly leaves: Leaf[];
  readonly inside: Node;
}

function createNode(): Node {
  return new Map();
}

/** A name with dots goes into objects; at each dot it may as well be one key. */
function place(node: Node, name: string, leaf: Leaf): void {
  wantedOf(node, name).leaves.push(leaf);
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1))
    place(wantedOf(node, name.slice(0, dot)).inside, name.slice(dot + 1), leaf);
}

function wantedOf(node: Node, name: string): Wanted {
  const known = node.get(name);
  if (known) return known;
  const made: Wanted = { leaves: [], inside: createNode() };
  node.set(name, made);
  return made;
}

/** Undefined for null, objects, and lists without a scalar. */
function valueText(text: string, from: number, to: number): string | undefined {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return readString(text, from, to)?.toWellFormed();
  if (first === OPEN_BRACE) return undefined;
  if (first === OPEN_BRACKET) return listText(text.slice(from, to));
  const bare = text.slice(from, to);
  return bare === 'null' ? undefined : bare;
}

function listText(list: string): string | undefined {
  const texts: string[] = [];
  readItems(list, (from, to) => {
    const text = list.charCodeAt(from) === OPEN_BRACKET ? undefined : valueText(list, from, to);
    if (text !== undefined) texts.push(text);
  });
  return texts.length === 0 ? undefined : texts.join(', ');
}
