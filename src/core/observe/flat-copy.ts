/** A copy of a piece of text that does not keep the text it was cut from in memory. */
export function flatCopy(text: string): string {
  // V8 slices of 13 letters and more point into their parent; joining and cutting again makes a string of its own.
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
