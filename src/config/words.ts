/** Schema parts whose mistakes say what was given, what is allowed, and the nearest known word. */
import { z } from 'zod';
import { nearest } from '../core/parse/nearest.ts';
import { shown } from './said.ts';

/** A mapping with exactly these keys. */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknownWord('key', issue.keys, Object.keys(shape)) : undefined,
  });
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: (issue) => (issue.input === undefined ? undefined : unknownWord('value', [issue.input], words)),
  });
}

/** Text of at least one letter. */
export function text(charsMax: number) {
  return z.string().trim().min(1, 'It is empty').max(charsMax, `It has more than ${charsMax} letters`);
}

export function unknownWord(noun: string, given: readonly unknown[], known: readonly string[]): string {
  return given
    .map((word) => {
      const near = typeof word === 'string' ? nearest(word, known) : undefined;
      const hint = near === undefined ? `Allowed are ${known.join(', ')}` : `Did you mean ${near}?`;
      return `Unknown ${noun} '${shown(word)}'. ${hint}`;
    })
    .join(' ');
}

export interface WordMistake {
  readonly path: readonly PropertyKey[];
  /** The key of the mapping at `path` that is meant. */
  readonly key?: string | undefined;
  readonly message: string;
}

/** What a schema complains of, in our words, one mistake for each. */
export function toMistakes(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): WordMistake[] {
  return issues.flatMap((issue): WordMistake[] => {
    const path = [...base, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return [{ path, key: issue.keys[0], message: named(path, issue.message) }];
      case 'invalid_key':
        return toMistakes(issue.issues).map(({ message }) => ({ path, message: named(path, message) }));
      case 'invalid_union': {
        // The branch that went deepest is the one that was meant.
        const depths = issue.errors.map((errors) => Math.max(0, ...errors.map((error) => error.path.length)));
        const deepest = Math.max(0, ...depths);
        const meant = deepest === 0 ? undefined : issue.errors[depths.indexOf(deepest)];
        return meant ? toMistakes(meant, path) : [{ path, message: named(path, issue.message) }];
      }
      case 'invalid_type':
        return [{ path, message: named(path, typeMessage(issue)) }];
      default:
        return [{ path, message: named(path, issue.message) }];
    }
  });
}

function typeMessage(issue: z.core.$ZodIssueInvalidType): string {
  if (issue.message.endsWith('received undefined'))
    return `It is missing; write ${TYPES[issue.expected] ?? issue.expected}`;
  // A schema's own words say what to write.
  if (!issue.message.startsWith('Invalid input: ')) return issue.message;
  return `${issue.message.replace('Invalid input: ', '')}; write ${TYPES[issue.expected] ?? issue.expected}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function named(path: readonly PropertyKey[], message: string): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}
