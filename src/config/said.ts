/** How a mistake quotes what was given. */

/** For zod: the given value, then this. */
export function saying(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => `${quoted(input)} ${what}` };
}

export function quoted(given: unknown): string {
  return JSON.stringify(String(given).slice(0, 60));
}
