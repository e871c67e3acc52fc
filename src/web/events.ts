/** POST /events: who may tell of something, how much, and what becomes of it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { readEvent, type ToldEvent } from './event-body.ts';

export interface EventParts {
  /** Who tells must know it; undefined: only this machine may tell. */
  readonly token: string | undefined;
  /** Why nothing can be taken now; undefined: it can. */
  readonly notNow: () => string | undefined;
  /** Rejects where it could not be stored. */
  readonly take: (event: ToldEvent) => Promise<void>;
  readonly onAnswer: (result: 'taken' | 'refused') => void;
  readonly now: () => number;
}

const BODY_BYTES_MAX = 4 * 1024;
const MINUTE_MS = 60_000;
const A_MINUTE_MAX = 20;
const JSON_TYPE = /^application\/json\s*(;|$)/i;
const RETRY_S = 10;

type Refusal = readonly [status: 400 | 401 | 403 | 413 | 415 | 429 | 503, sentence: string];

/** `host` is where HTTP listens. */
export function addEvents(app: Hono, host: string, parts: EventParts): void {
  const takenAt: number[] = [];

  function refuse(context: Context, [status, sentence]: Refusal): Response {
    parts.onAnswer('refused');
    if (status === 401) context.header('www-authenticate', 'Bearer');
    if (status === 429 || status === 503) context.header('retry-after', String(RETRY_S));
    return context.text(`${sentence}\n`, status);
  }

  function isTooMany(): boolean {
    // Those of a clock that was set back meanwhile are of another minute too.
    while (takenAt[0] !== undefined && Math.abs(parts.now() - takenAt[0]) >= MINUTE_MS) takenAt.shift();
    return takenAt.length >= A_MINUTE_MAX;
  }

  const limit = bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: (context) => refuse(context, [413, `This is longer than ${BODY_BYTES_MAX} bytes; send one short text.`]),
  });

  app.post('/events', limit, async (context) => {
    const stranger = strangerRefusal(context, host, parts.token);
    if (stranger) return refuse(context, stranger);
    const event = readEvent(await context.req.text(), parts.now());
    if ('mistake' in event) return refuse(context, [400, event.mistake]);
    const notNow = parts.notNow();
    if (notNow !== undefined) return refuse(context, [503, `${notNow} Send it again.`]);
    if (isTooMany())
      return refuse(context, [429, `More than ${A_MINUTE_MAX} a minute are not taken; send it again later.`]);
    takenAt.push(parts.now());
    try {
      await parts.take(event);
    } catch {
      return refuse(context, [503, 'It could not be stored; /healthz says why. Send it again.']);
    }
    parts.onAnswer('taken');
    return context.json({ ...event, time: new Date(event.time).toISOString() }, 202, { 'cache-control': 'no-store' });
  });
}

/** Pages that a browser shows can send to any address it reaches: but not without naming themselves, nor as JSON unasked. */
function strangerRefusal({ req }: Context, host: string, token: string | undefined): Refusal | undefined {
  if (req.header('origin') !== undefined)
    return [403, 'Browsers tell nothing here; send it from a program, as curl does.'];
  if (token === undefined && !isLoopback(host))
    return [
      403,
      'Events are not taken, since http listens beyond this machine and no token is set: set LINESMAN_EVENTS_TOKEN, and send it as "Authorization: Bearer TOKEN".',
    ];
  if (token !== undefined && !isSame(req.header('authorization') ?? '', `Bearer ${token}`))
    return [
      401,
      'The token is missing or wrong; send "Authorization: Bearer TOKEN" with that of LINESMAN_EVENTS_TOKEN.',
    ];
  if (!JSON_TYPE.test(req.header('content-type') ?? ''))
    return [415, 'This is not sent as JSON; send it with "Content-Type: application/json".'];
  return undefined;
}

/** What is compared has one length, and takes one time. */
function isSame(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost)$/i.test(host);
}
