/** What of one word of a message differs from line to line: numbers, ids, addresses, paths, values of keys. */

/** Stands for it while a template is made: messages have no controls by then. */
export const MASK = '\u0001';

/** Longer runs of letters of base64 are no word. */
const ENCODED_CHARS = 24;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const OPENING = '([{<';
const CLOSING = ')]}>,.;:!?';
/** Words of which nothing has to be looked at: no digit, and no letter that a value may have. */
const PLAIN = /^[^\d\u0001@=/\\]{1,23}$/;

/** The word with MASK for what differs. It has no spaces, controls and pairs of quotes. */
export function maskWord(word: string): string {
  if (PLAIN.test(word)) return word;
  let from = 0;
  let to = word.length;
  while (from < to && OPENING.includes(word[from] as string)) from += 1;
  while (to > from && CLOSING.includes(word[to - 1] as string)) to -= 1;
  return word.slice(0, from) + maskCore(word.slice(from, to)) + word.slice(to);
}

/** Nothing but a value, and what closes it. */
export function isMasked(word: string): boolean {
  return MASKED.test(word);
}

const MASKED = /^[([{]{0,3}\u0001[)\]},;:.]{0,3}$/;
const KEYED = /^([\p{L}_][\p{L}\d_.-]{0,39}=)[^=]/u;
const ADDRESS = /^[a-z][a-z0-9+.-]{0,19}:\/\//i;
const PATH = /^(?:[/~]|\.{1,2}\/|[a-z]:\\).|\\./i;
const HEX = /^(?:0x)?[0-9a-f-]{6,}$/i;
const COLONS = /^[0-9a-f:.%]{2,}$/i;
const ENCODED = /^[A-Za-z0-9+/_-]*={0,2}$/;
const HAS_DIGIT = /\d/;
const BRACKETS = /[()[\]{}<>]/;
const STARTS_AS_NUMBER = /^[-+#$€£]{0,2}\.?\d/;

function maskCore(core: string): string {
  if (core === '' || core === MASK) return core;
  if (ADDRESS.test(core)) return MASK;
  const key = KEYED.exec(core)?.[1];
  if (key !== undefined) return `${maskParts(key.slice(0, -1))}=${MASK}`;
  const at = core.indexOf('@');
  if (at > 0 && at < core.length - 1) return HEX_END.test(core) ? `${maskParts(core.slice(0, at))}@${MASK}` : MASK;
  if (isPath(core)) return MASK;
  const hasDigit = HAS_DIGIT.test(core);
  if (!hasDigit && !core.includes(MASK)) return core.length >= ENCODED_CHARS && isEncoded(core) ? MASK : core;
  if ((STARTS_AS_NUMBER.test(core) && !BRACKETS.test(core)) || HEX.test(core)) return MASK;
  if (COLONS.test(core) && core.indexOf(':') !== core.lastIndexOf(':')) return MASK;
  if (hasDigit && core.length >= ENCODED_CHARS && ENCODED.test(core) && isMixed(core)) return MASK;
  return maskParts(core);
}

/** As Java writes an object: Class@1f2e3d. */
const HEX_END = /@(?:[0-9a-f]{4,16}|\u0001)$/i;

function isPath(core: string): boolean {
  if (PATH.test(core)) return true;
  const slash = core.indexOf('/');
  if (slash === -1) return false;
  return core.indexOf('/', slash + 1) !== -1 || HAS_DIGIT.test(core) || core.includes('.', slash);
}

/** Without a digit only what padding or signs of base64 give away: names of classes are as long. */
function isEncoded(core: string): boolean {
  return /[+=]/.test(core) && ENCODED.test(core);
}

/** Large letters, small ones and digits in turn, as no name has them. */
function isMixed(core: string): boolean {
  let turns = 0;
  for (let at = 1; at < core.length; at += 1) if (kindOf(core[at - 1]) !== kindOf(core[at])) turns += 1;
  return turns * 3 >= core.length;
}

function kindOf(letter = ''): number {
  if (letter >= '0' && letter <= '9') return 0;
  return letter >= 'A' && letter <= 'Z' ? 1 : 2;
}

const PART = /[\p{L}\p{N}]+|[^\p{L}\p{N}]/gu;

/** Part by part; of values with one sign between them one stands for all. */
function maskParts(text: string): string {
  const out: string[] = [];
  for (const [part] of text.replace(UUID, MASK).matchAll(PART)) {
    const name = nameOf(part);
    if (name !== '') out.push(name);
    if (name === part || out.at(-1) === MASK) continue;
    if (out.at(-2) === MASK && JOINING.includes(out.at(-1) as string)) out.pop();
    else out.push(MASK);
  }
  return out.join('');
}

const JOINING = '-_.:,/+|;';
const NAMED_NUMBER = /^(\p{L}{1,24})\d+$/u;
const ONLY_HEX = /^[0-9a-f]{6,}$/i;

/** What stays of a part: all of it, what stands before a number, or nothing. */
function nameOf(part: string): string {
  if (part === MASK) return '';
  if (!HAS_DIGIT.test(part)) return part;
  return ONLY_HEX.test(part) ? '' : (NAMED_NUMBER.exec(part)?.[1] ?? '');
}
