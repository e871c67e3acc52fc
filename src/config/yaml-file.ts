/** Reads a YAML file so that every mistake can say where it stands. */
import { readFileSync } from 'node:fs';
import { isMap, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { messageOf } from '../core/errors.ts';
import { MAX_FILE_BYTES } from './file-limits.ts';

/** Uses of YAML anchors in one file: more is a bomb, not a pattern. */
const MAX_ALIASES = 50;

export type YamlPath = readonly PropertyKey[];

export interface YamlFile {
  /** Undefined where the file cannot be read as YAML. */
  readonly value: unknown;
  readonly mistakes: readonly string[];
  /** The message with its place before it, `file:line:column: message`; `key` points at a key of the mapping at `path`. */
  at(path: YamlPath, message: string, key?: string): string;
}

/** Never throws: a file that cannot be read is a mistake too. */
export function readYamlFile(file: string): YamlFile {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return unreadable(file, messageOf(error));
  }
  return parseYaml(file, text);
}

/** The same of a text that was read before; `file` is for messages. */
export function parseYaml(file: string, text: string): YamlFile {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES)
    return unreadable(file, `The file is larger than ${MAX_FILE_BYTES / 1024} KiB; split it`);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const place = (offset: number, message: string) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}: ${message}`;
  };
  const at: YamlFile['at'] = (path, message, key) => place(offsetOf(document.contents, path, key), message);
  const errors = [...document.errors, ...document.warnings].map((error) => place(error.pos[0], error.message));
  if (errors.length > 0) return { value: undefined, mistakes: errors, at };
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), mistakes: [], at };
  } catch (error) {
    return { value: undefined, mistakes: [place(0, messageOf(error))], at };
  }
}

function unreadable(file: string, message: string): YamlFile {
  return { value: undefined, mistakes: [`${file}: ${message}`], at: (_, text) => `${file}: ${text}` };
}

/** Where the deepest node on the path starts that is there. */
function offsetOf(root: unknown, path: YamlPath, key: string | undefined): number {
  let node = root as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const step of key === undefined ? path : [...path, key]) {
    const pair = pairOf(node, step);
    node = (isSeq(node) ? node.items[Number(step)] : pair?.value) as Node | null;
    const found = (pair ? (pair.key as Node | null) : node)?.range?.[0];
    if (found === undefined) return offset;
    offset = found;
  }
  return offset;
}

function pairOf(node: Node | null, step: PropertyKey): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => String((pair.key as { value?: unknown } | null)?.value) === String(step));
}
