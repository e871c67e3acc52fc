/** Whether output is coloured. */

/** https://no-color.org: NO_COLOR counts where it is not empty, and options count more. */
export function isColourWanted(asked: boolean | undefined, output: { readonly isTTY?: boolean }): boolean {
  if (asked !== undefined) return asked;
  return output.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
