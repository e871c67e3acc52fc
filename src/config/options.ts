/** Checks the options of a plug-in against what it says it takes. */
import { nearest } from '../core/parse/nearest.ts';
import type { OptionSpec, OptionSpecs, Options, OptionValue } from '../core/plugin.ts';
import { redactUrl } from '../core/redact-url.ts';
import { parseDuration } from './duration.ts';

export interface CheckedOptions {
  /** Complete with defaults; durations in ms. */
  readonly options: Options;
  readonly mistakes: readonly string[];
}

export function checkOptions(specs: OptionSpecs, given: Readonly<Record<string, unknown>>): CheckedOptions {
  const mistakes: string[] = [];
  const options: Record<string, OptionValue> = {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name) || given[name] === undefined) continue;
    const guess = nearest(name, Object.keys(specs));
    mistakes.push(
      `unknown option "${name}"; ${guess ? `did you mean "${guess}"? ` : ''}allowed are ${Object.keys(specs).join(', ')}`,
    );
  }
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] ?? spec.default;
    if (value === undefined) {
      if (!spec.optional) mistakes.push(`option "${name}" is missing; ${spec.describe} For example ${spec.example}`);
      continue;
    }
    const checked = checkValue(spec, value);
    if (typeof checked === 'object')
      mistakes.push(`option "${name}" is ${redactUrl(JSON.stringify(value))}; ${checked.mistake}`);
    else options[name] = checked;
  }
  return { options, mistakes };
}

function checkValue(spec: OptionSpec, value: unknown): OptionValue | { readonly mistake: string } {
  switch (spec.type) {
    case 'duration': {
      const ms = typeof value === 'string' ? parseDuration(value) : value;
      if (typeof ms !== 'number') return { mistake: `write a duration such as ${spec.example}` };
      return inRange(spec, ms, ' ms');
    }
    case 'number':
      return typeof value === 'number'
        ? inRange(spec, value, '')
        : { mistake: `write a number such as ${spec.example}` };
    case 'integer':
      return Number.isInteger(value)
        ? inRange(spec, Number(value), '')
        : { mistake: `write a whole number such as ${spec.example}` };
    case 'boolean':
      return typeof value === 'boolean' ? value : { mistake: 'write true or false' };
    case 'choice':
      return spec.choices?.includes(String(value))
        ? String(value)
        : { mistake: `write one of ${spec.choices?.join(', ')}` };
    case 'series':
      return typeof value === 'string' && /^[a-z][a-z0-9._]{0,99}$/.test(value)
        ? value
        : { mistake: `write the name of a series such as ${spec.example}` };
    case 'text':
      // What looks like a number in YAML is one, as in status: 200.
      if (typeof value === 'number') return String(value);
      return typeof value === 'string' ? value : { mistake: `write a text such as ${spec.example}` };
  }
}

function inRange(spec: OptionSpec, value: number, unit: string): number | { readonly mistake: string } {
  const min = spec.min ?? Number.NEGATIVE_INFINITY;
  const max = spec.max ?? Number.POSITIVE_INFINITY;
  if (value >= min && value <= max) return value;
  if (spec.max === undefined) return { mistake: `write at least ${min}${unit}` };
  return { mistake: `write a value from ${min} to ${max}${unit}` };
}
