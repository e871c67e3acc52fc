/** What somebody tells of at POST /events: a text, its kind and when it was; every mistake in one sentence. */

export interface ToldEvent {
  /** One line. */
  readonly text: string;
  readonly kind: string;
  /** Epoch ms. */
  readonly time: number;
}

const TEXT_CHARS = 200;
const KIND = /^[a-z][a-z-]{0,19}$/;
/** A label of its series. */
const DEFAULT_KIND = 'event';
/** Older figures are not written any more. */
const BACK_MS = 10 * 60_000;
/** Clocks of two machines differ. */
const AHEAD_MS = 60_000;
const KEYS = ['text', 'kind', 'time'];
/** RFC 3339, with its zone: a time without one would be read as that of this machine. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Nothing of what was given stands in a mistake. */
export function readEvent(body: string, now: number): ToldEvent | { readonly mistake: string } {
  const given = parsed(body);
  if (given === undefined) return { mistake: 'This is no JSON mapping; send {"text": "shop 1.4 deployed"}.' };
  const unknown = Object.keys(given).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) return { mistake: `There are other keys than ${KEYS.join(', ')}; leave them out.` };
  const { text, kind = DEFAULT_KIND, time } = given;
  const line = typeof text === 'string' ? text.replace(/\s+/g, ' ').trim().toWellFormed() : '';
  if (line === '') return { mistake: '"text" is missing; write a sentence, such as "shop 1.4 deployed".' };
  if (typeof kind !== 'string' || !KIND.test(kind))
    return { mistake: '"kind" is no short word; write 1 to 20 small letters and dashes, such as "deploy".' };
  const at = time === undefined ? now : timeOf(time);
  if (at === undefined)
    return { mistake: '"time" is no time with a zone; write one such as "2026-11-28T23:04:42Z", or leave it out.' };
  if (at < now - BACK_MS || at > now + AHEAD_MS)
    return { mistake: '"time" is not within the last ten minutes; leave it out, and send it when it happens.' };
  return { text: cut(line), kind, time: Math.min(at, now) };
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const given: unknown = JSON.parse(body);
    return typeof given === 'object' && given !== null && !Array.isArray(given)
      ? (given as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(time: unknown): number | undefined {
  const at = typeof time === 'string' && ISO.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** A deployment must not fail because its message is long. */
function cut(text: string): string {
  const characters = [...text];
  return characters.length <= TEXT_CHARS ? text : `${characters.slice(0, TEXT_CHARS - 1).join('')}…`;
}
