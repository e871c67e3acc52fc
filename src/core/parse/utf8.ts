/** How long text is in a file. */

const encoder = new TextEncoder();

/** Whether the text has more than so many bytes as UTF-8. */
export function isLonger(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  // A UTF-16 unit has at most three bytes.
  return text.length * 3 > bytes && encoder.encode(text).length > bytes;
}
