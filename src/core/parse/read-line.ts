/** Which pattern takes a line, and what it says. */
import type { PatternReader } from './line-reader.ts';
import type { OpenedLine } from './opened-lines.ts';
import { isLastResort, type RawFields } from './pattern.ts';
import type { WrapperClock } from './wrappers/wrapper-clock.ts';

export interface ReadLine {
  readonly reader: PatternReader;
  /** Valid until the next line is read. Undefined where the line belongs to the one before: it has no fields of its own. */
  readonly raw: RawFields | undefined;
  /** The line's own stamp; where it has none its wrapper's. */
  readonly stamp: number | undefined;
  /** What the pattern took: the line without its wrapper, or all of it. */
  readonly text: string;
}

export interface ReadOrder {
  /** The file's own pattern first, if it is known. */
  readonly readers: readonly PatternReader[];
  readonly isKnown: boolean;
  readonly clock: WrapperClock;
}

/** `after` is the stamp before it, `near` any time that is close: syslog's stamps have no year. */
export function readLine(
  { readers, isKnown, clock }: ReadOrder,
  line: OpenedLine,
  after: number | undefined,
  near: number | undefined,
): ReadLine | undefined {
  const found = takeLine(readers, isKnown, line);
  if (!found) return undefined;
  const { reader, raw, text } = found;
  if (raw === undefined) return { reader, raw, text, stamp: undefined };
  const own = reader.time(raw, after, near);
  return { reader, raw, text, stamp: own ?? (line.stamp && clock(line.stamp, after ?? near, near)) };
}

type Taken = Omit<ReadLine, 'stamp'>;

function takeLine(readers: readonly PatternReader[], isKnown: boolean, { text, whole }: OpenedLine): Taken | undefined {
  // A file's own pattern may be one for whole lines: then no text inside of them is taken for another's line.
  const first = isKnown ? (readers[0] as PatternReader) : undefined;
  const hasOwn = first !== undefined && !isLastResort(first.pattern);
  const own = hasOwn ? takeOwn(first, text, whole) : undefined;
  if (own) return own;
  const others = { readers, from: hasOwn ? 1 : 0 };
  // A log daemon's line stays one where what is inside looks like another: only behind 'app: ' it is what somebody wrote.
  return take(others, text, isUsual) ?? take(others, whole, isAny) ?? take(others, text, isLast);
}

interface Others {
  readonly readers: readonly PatternReader[];
  /** The first of them that has not been asked. */
  readonly from: number;
}

type IsWanted = (reader: PatternReader) => boolean;
const isAny: IsWanted = () => true;
const isLast: IsWanted = ({ pattern }) => isLastResort(pattern);
const isUsual: IsWanted = (reader) => !isLast(reader);

/** By the pattern of the file; what goes on with a line of it is not another's line either. */
function takeOwn(reader: PatternReader, text: string | undefined, whole: string | undefined): Taken | undefined {
  const own = takeBy(reader, text) ?? takeBy(reader, whole);
  if (own || text === undefined || !reader.pattern.isContinuation(text)) return own;
  return { reader, raw: undefined, text };
}

function takeBy(reader: PatternReader, text: string | undefined): Taken | undefined {
  const raw = text === undefined ? undefined : reader.pattern.matchObserved(text);
  return raw === undefined || text === undefined ? undefined : { reader, raw, text };
}

/** By the first of them that is wanted. */
function take({ readers, from }: Others, text: string | undefined, isWanted: IsWanted): Taken | undefined {
  if (text === undefined) return undefined;
  for (let index = from; index < readers.length; index += 1) {
    const reader = readers[index] as PatternReader;
    const taken = isWanted(reader) ? takeBy(reader, text) : undefined;
    if (taken) return taken;
  }
  return undefined;
}
