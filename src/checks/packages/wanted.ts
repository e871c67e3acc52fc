/** What a lockfile wants on disk. */

export interface Wanted {
  readonly name: string;
  /** One of these; empty: any. */
  readonly versions: readonly string[];
  /** It may be missing: optional, or for other systems. */
  readonly isOptional: boolean;
  /** Where it lies below the folder of the lockfile, for npm: 'node_modules/a/node_modules/b'. */
  readonly path?: string | undefined;
}

/** Of one lockfile; what is beyond is not looked for. */
export const MAX_PACKAGES = 10_000;

/** Thrown by readers of lockfiles: a sentence that says what is wrong with it. */
export class BadLockfile extends Error {}

/** An object of a JSON lockfile; throws BadLockfile. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadLockfile('it is no JSON');
  }
  const object = asObject(value);
  if (!object) throw new BadLockfile('it is no JSON object');
  return object;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
