/** What kind each field of a pattern is, as its file says it. */
import { DERIVED_FIELDS } from './field-readers.ts';
import { compileGrok } from './grok.ts';
import type { CompiledPattern } from './pattern.ts';

/** Gives a field's kind, or from which field it is made. */
export function kindsOf({ spec }: Pick<CompiledPattern, 'spec'>): (field: string) => string {
  const typed = spec.expressions.flatMap((expression) => Object.entries(compileGrok(expression).types));
  const kinds = new Map<string, string>([...typed, ...Object.entries(spec.fields)]);
  const { time, classes } = spec;
  if (classes) kinds.set(classes.into, `of ${classes.from}`);
  if (time && !kinds.has(time.field)) kinds.set(time.field, 'time');
  return (field) => {
    const derived = DERIVED_FIELDS.get(field);
    return kinds.get(field) ?? (derived ? `of ${derived.of}` : 'text');
  };
}
