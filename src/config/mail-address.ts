/** Mail addresses of receivers: plain ones only, since they go into envelopes and headers. */

/** One `@`, no spaces, no controls, no brackets, at most 254 characters (RFC 5321, 4.5.3.1). */
export function isMailAddress(given: string): boolean {
  return given.length <= 254 && /^[^\s@<>,;:"()[\]\\\p{C}]{1,64}@[^\s@<>,;:"()\\\p{C}]{1,253}$/u.test(given);
}
