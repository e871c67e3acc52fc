/** Grok expressions: `%{NAME}`, `%{NAME:field}`, `%{NAME:field:int}` and `(?<field>…)`, compiled to one anchored RegExp. */
import { UserError } from '../errors.ts';
import { GROK_NAMES } from './grok-names.ts';
import { nearest } from './nearest.ts';

export const FIELD_NAME = /^[a-z][a-z0-9_]{0,39}$/;
/** Letters of an expression after its names are filled in. */
export const MAX_EXPRESSION_CHARS = 8_000;

const GROK_TYPES = ['text', 'int', 'float'] as const;
export type GrokType = (typeof GROK_TYPES)[number];

export interface Grok {
  /** Matches whole lines only; groups by number, so that a field may stand in several alternatives. */
  readonly regExp: RegExp;
  /** Field of each group, undefined for groups without a name; index 0 is group 1. */
  readonly groups: readonly (string | undefined)[];
  /** Types given in the expression. */
  readonly types: Readonly<Record<string, GrokType>>;
}

/**
 * Throws UserError for unknown names and types, bad field names and malformed expressions. With `keep` only those fields
 * are captured: it matches the same lines, and the engine has less text to cut out of each.
 */
export function compileGrok(expression: string, keep?: ReadonlySet<string>): Grok {
  const types = new Map<string, GrokType>();
  const source = expand(expression, types);
  if (source.length > MAX_EXPRESSION_CHARS)
    throw mistake(
      `The expression has ${source.length} letters with its names filled in; at most ${MAX_EXPRESSION_CHARS} are allowed`,
    );
  const { unnamed, groups } = takeNames(source, NUMBERED.test(source) ? undefined : keep);
  return { regExp: toRegExp(unnamed), groups, types: Object.fromEntries(types) };
}

function expand(expression: string, types: Map<string, GrokType>): string {
  return expression.replace(/%\{([^}]*)\}?/g, (whole, inside: string) => {
    const [name = '', field, type, ...more] = inside.split(':');
    if (!whole.endsWith('}') || more.length > 0)
      throw mistake(`Cannot read '${whole.slice(0, 60)}'; write %{NAME}, %{NAME:field} or %{NAME:field:int}`);
    const part = Object.hasOwn(GROK_NAMES, name) ? GROK_NAMES[name] : undefined;
    if (part === undefined) throw unknownName(name);
    if (type !== undefined) types.set(field ?? '', grokType(type, whole));
    const filled = expand(part, types);
    return field === undefined ? `(?:${filled})` : `(?<${field}>${filled})`;
  });
}

function unknownName(name: string): UserError {
  const near = nearest(name, Object.keys(GROK_NAMES));
  const hint = near === undefined ? `Known are ${Object.keys(GROK_NAMES).join(', ')}` : `Did you mean ${near}?`;
  return mistake(`Unknown grok name '${name.slice(0, 60)}'. ${hint}`);
}

function grokType(type: string, whole: string): GrokType {
  const known = GROK_TYPES.find((one) => one === type);
  if (!known) throw mistake(`Unknown type '${type}' in '${whole}'; allowed are ${GROK_TYPES.join(', ')}`);
  return known;
}

/** A reference to a group by its number: all groups must stay where they are. */
const NUMBERED = /\\[1-9]/;

/** Turns named groups into plain ones and says which number has which name. */
function takeNames(
  source: string,
  keep: ReadonlySet<string> | undefined,
): { unnamed: string; groups: (string | undefined)[] } {
  const groups: (string | undefined)[] = [];
  // Escapes and character classes are passed over whole: a bracket inside them opens no group.
  const unnamed = source.replace(
    /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?<(?![=!])([^>]*)>|\((?!\?)/g,
    (whole, name: string | undefined) => {
      if (!whole.startsWith('(')) return whole;
      if (name !== undefined && !FIELD_NAME.test(name))
        throw mistake(
          `'${name.slice(0, 60)}' is no field name; write a small letter, then small letters, digits and _, at most 40`,
        );
      if (keep && !keep.has(name ?? '')) return '(?:';
      groups.push(name);
      return '(';
    },
  );
  return { unnamed, groups };
}

function toRegExp(source: string): RegExp {
  try {
    // s: a lone CR or U+2028 inside a line is text like any other.
    return new RegExp(`^(?:${source})$`, 's');
  } catch (error) {
    throw mistake(`Not a regular expression: ${(error as Error).message.slice(0, 200)}`, error);
  }
}

function mistake(message: string, cause?: unknown): UserError {
  return new UserError('CONFIG', message, { cause });
}
