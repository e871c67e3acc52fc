/** The patterns that do not take a line, and how near each came to it. */
import { expectedText } from './expected.ts';
import { createFurthest, type Reached } from './furthest.ts';
import { createJsonFiller, type JsonSpec } from './json-fields.ts';
import type { CompiledPattern, PatternSpec } from './pattern.ts';
import { walkMembers } from './wrappers/json-members.ts';

export interface Candidate {
  readonly pattern: CompiledPattern;
  /** 0 to 1: how much of the line and of the expression, or of the fields that a JSON line must have. */
  readonly share: number;
  /** Of expressions. */
  readonly reached?: Reached;
  /** Of patterns of JSON lines; absent where the line is no JSON object. */
  readonly lacks?: JsonLack;
}

export interface JsonLack {
  /** Required fields that are not there. */
  readonly fields: readonly string[];
  /** Names in the line, so many as are shown. */
  readonly keys: readonly string[];
}

/** Of a line that none of them takes, the nearest first; those that are equally near stay in their order. */
export type RankCandidates = (line: string) => readonly Candidate[];

export function createCandidates(patterns: readonly CompiledPattern[]): RankCandidates {
  const all = patterns.map((pattern) => ({ pattern, look: createLook(pattern.spec) }));
  return (line) => all.map(({ pattern, look }) => ({ pattern, ...look(line) })).toSorted((a, b) => b.share - a.share);
}

/** What a candidate lacks, in words. */
export function lackText({ pattern, reached, lacks }: Candidate): string {
  if (reached) return `expects ${expectedText(reached.expected)}`;
  if (!lacks) return 'the line is no JSON object';
  const names = lacks.fields.map((field) => fieldText(field, pattern.spec.json?.fields[field]));
  return `lacks ${names.join(', ')}; its keys are ${lacks.keys.length > 0 ? lacks.keys.join(', ') : 'none'}`;
}

/** Names of a field that are told. */
const NAMES_SHOWN = 4;

function fieldText(field: string, names: readonly string[] = []): string {
  const some = names.slice(0, NAMES_SHOWN);
  return names.length === 1 && names[0] === field ? field : `${field} (${some.join(' or ')})`;
}

type Look = (line: string) => Omit<Candidate, 'pattern'>;

function createLook(spec: PatternSpec): Look {
  if (spec.json) return createJsonLook(spec.json);
  const furthest = createFurthest(spec);
  return (line) => {
    const reached = furthest(line);
    const letters = reached.at / Math.max(1, line.length);
    return { reached, share: reached.done < LITTLE_DONE ? Math.min(reached.done, letters) : letters };
  };
}

/** Of an expression: as long as less of it fits, its first part may have taken letters of any line. */
const LITTLE_DONE = 0.5;
const KEYS_SHOWN = 20;
const KEY_CHARS = 60;
/** Of a JSON object, whatever it holds. */
const OBJECT_SHARE = 0.5;

function createJsonLook({ fields, require }: JsonSpec): Look {
  const slots = new Map(require.map((field, slot) => [field, slot]));
  const wanted = Object.fromEntries(require.map((field) => [field, fields[field] ?? []]));
  const fill = createJsonFiller({ fields: wanted, require: [] }, slots);
  const raw: (string | undefined)[] = new Array(slots.size).fill(undefined);
  return (line) => {
    if (!fill(line, raw)) return { share: 0 };
    const missing = require.filter((_, slot) => raw[slot] === undefined);
    const found = require.length - missing.length;
    const share = OBJECT_SHARE + ((1 - OBJECT_SHARE) * found) / Math.max(1, require.length);
    return { share, lacks: { fields: missing, keys: keysOf(line) } };
  };
}

function keysOf(line: string): readonly string[] {
  const keys: string[] = [];
  walkMembers(line, (name) => {
    if (keys.length < KEYS_SHOWN) keys.push(name.slice(0, KEY_CHARS));
    return true;
  });
  return keys;
}
