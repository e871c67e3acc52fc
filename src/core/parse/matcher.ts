/** Matches lines against a pattern and gives the texts of their fields. */
import { compileGrok } from './grok.ts';
import { createJsonFiller, type FillJson, type JsonSpec } from './json-fields.ts';
import { readPairs, type TakePair } from './key-values.ts';
import type { PatternSpec, RawFields } from './pattern.ts';
import { mayBeObject } from './wrappers/json-members.ts';

type Matcher = (line: string) => RawFields | undefined;

/** `slots` says where each field stands in the result; with `keep` only those fields are filled. */
export function createMatcher(
  spec: PatternSpec,
  slots: ReadonlyMap<string, number>,
  keep?: ReadonlySet<string>,
): Matcher {
  const fill = spec.json ? createObjectFiller(spec.json, slots, keep) : createGrokFiller(spec.expressions, slots, keep);
  const fillPairs = createPairFiller(spec, slots, keep);
  // One array for all lines: in bulk a line is looked at and forgotten.
  const raw: (string | undefined)[] = new Array(slots.size).fill(undefined);

  return (line) => {
    if (!fill(line, raw)) return undefined;
    fillPairs(raw);
    return raw;
  };
}

/** Fills the texts of a line that is one of the pattern, all others with undefined. */
type Fill = (line: string, raw: (string | undefined)[]) => boolean;

/** Most logs have no line of JSON, and need nothing of what is looked for in it. */
function createObjectFiller(
  spec: JsonSpec,
  slots: ReadonlyMap<string, number>,
  keep: ReadonlySet<string> | undefined,
): Fill {
  let fill: FillJson | undefined;
  return (line, raw) => {
    if (!mayBeObject(line)) return false;
    fill ??= createJsonFiller(spec, slots, keep);
    return fill(line, raw);
  };
}

function createGrokFiller(
  expressions: readonly string[],
  slots: ReadonlyMap<string, number>,
  keep: ReadonlySet<string> | undefined,
): Fill {
  const groks = expressions.map((expression) => {
    const { regExp, groups } = compileGrok(expression, keep);
    return { regExp, slots: groups.map((field) => slots.get(field ?? '') ?? UNNAMED) };
  });
  return (line, raw) => {
    for (const grok of groks) {
      const found = grok.regExp.exec(line);
      if (!found) continue;
      raw.fill(undefined);
      for (let index = 0; index < grok.slots.length; index += 1) {
        const slot = grok.slots[index] as number;
        if (slot !== UNNAMED) raw[slot] ??= found[index + 1];
      }
      return true;
    }
    return false;
  };
}

const UNNAMED = -1;

/** Fills the fields of pairs. The first of two pairs with one name counts. */
function createPairFiller(
  spec: PatternSpec,
  slots: ReadonlyMap<string, number>,
  keep: ReadonlySet<string> | undefined,
): (raw: (string | undefined)[]) => void {
  const { keyValues } = spec;
  const source = keyValues && slots.get(keyValues.field);
  if (keyValues === undefined || source === undefined) return () => undefined;
  const wanted = Object.entries(keyValues.names).filter(([, field]) => keep?.has(field) ?? true);
  if (wanted.length === 0) return () => undefined;
  const slotOf = new Map(wanted.map(([name, field]) => [name, slots.get(field) as number]));
  let filling: (string | undefined)[] = [];
  let text = '';
  const take: TakePair = (name, from, to) => {
    const slot = slotOf.get(name);
    if (slot !== undefined) filling[slot] ??= text.slice(from, to);
  };
  return (raw) => {
    text = raw[source] ?? '';
    filling = raw;
    readPairs(text, keyValues, take);
  };
}
