/** Joins the parts in which a container runtime writes long lines. */
import { flatCopy } from '../../observe/flat-copy.ts';
import type { FileRecord } from '../../types.ts';
import { isLonger } from '../utf8.ts';
import type { OutputStream, Wrapped } from './wrapped.ts';

export type Held = NonNullable<FileRecord['held']>;

/** Stands for a beginning that grew over the limit: what comes of it is dropped up to its end. No part begins with nothing. */
const TOO_LONG = '';

/** A line with what was held before it; undefined where both together are longer than `bytes`. */
export function joined(held: Held | undefined, { stream, text }: Wrapped, bytes: number): string | undefined {
  const before = ownText(held, stream);
  if (before === TOO_LONG || text === undefined) return undefined;
  const whole = before === undefined ? text : before + text;
  return isLonger(whole, bytes) ? undefined : whole;
}

/** What is held behind this line, of which joined() gave `text`. Undefined when nothing is. */
export function heldAfter(held: Held | undefined, wrapped: Wrapped, text: string | undefined): Held | undefined {
  const { stream, isPart } = wrapped;
  if (!isPart && ownText(held, stream) === undefined) return held;
  const others = OUTPUT_STREAMS.flatMap((other): [OutputStream, string][] => {
    const beginning = other === stream ? undefined : ownText(held, other);
    return beginning === undefined ? [] : [[other, beginning]];
  });
  // A part of no letters is no beginning.
  const own: [OutputStream, string][] = isPart && text !== '' ? [[stream, flatCopy(text ?? TOO_LONG)]] : [];
  const entries = [...others, ...own];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const OUTPUT_STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];

function ownText(held: Held | undefined, stream: OutputStream): string | undefined {
  return held && Object.hasOwn(held, stream) ? held[stream] : undefined;
}
