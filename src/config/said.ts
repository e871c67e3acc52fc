/** How a mistake quotes what was given: short, and without the password of an address that stands under a wrong key. */
import { redactUrl } from '../core/redact-url.ts';

const QUOTED_CHARS = 60;

/** For zod: the given value, then this. */
export function saying(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => `${quoted(input)} ${what}` };
}

export function quoted(given: unknown): string {
  return JSON.stringify(shown(given));
}

/** The same without quotes. A mapping may have a key toString, which is no function, and a list may hold itself. */
export function shown(given: unknown): string {
  if (typeof given === 'object' && given !== null) return Array.isArray(given) ? 'a list' : 'a mapping';
  return redactUrl(String(given)).slice(0, QUOTED_CHARS);
}
