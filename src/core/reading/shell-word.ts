/** Names of files in commands that people copy into a shell: whoever makes files must not write the command. */

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** What a terminal would act on, and what would end the command where it is shown in backquotes. */
const NOT_SHOWN = /[^\x20-\x7e]|`/;
const CHARS_MAX = 300;

/** One word for a shell; `instead` where the text cannot be shown as it is. */
export function shellWord(text: string, instead: string): string {
  if (text === '' || text.length > CHARS_MAX || NOT_SHOWN.test(text)) return instead;
  // A name that begins with a dash would be an option.
  if (text.startsWith('-')) return shellWord(`./${text}`, instead);
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
