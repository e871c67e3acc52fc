/** What a person sees of one followed file: each line parsed, opened and painted. */
import { createEventReader } from '../core/parse/line-event.ts';
import { createPatternReaders } from '../core/parse/line-reader.ts';
import { type OpenedLine, walkOpened } from '../core/parse/opened-lines.ts';
import type { CompiledPattern } from '../core/parse/pattern.ts';
import { type Canvas, paint } from '../core/render/paint.ts';
import { visible } from '../core/render/sanitise.ts';
import { eventPieces, type Piece, unmatchedPieces } from '../core/render/tail-line.ts';
import type { Chunk } from '../core/types.ts';

export interface TailViewParts {
  readonly patterns: readonly CompiledPattern[];
  /** A pattern that is the only one tried. Throws UserError where there is none of that name. */
  readonly only: string | undefined;
  /** IANA name: times are shown in it, and stamps without a zone are read in it. */
  readonly timezone: string;
  /** As of now: a terminal's width can change. */
  readonly canvas: () => Canvas;
  readonly write: (text: string) => void;
  /** What is said of the files themselves. */
  readonly noteCanvas: Canvas;
  readonly note: (text: string) => void;
}

export interface TailView {
  /** The pattern of most of these lines is that of the file. */
  recognise(sample: Uint8Array): void;
  line(text: string): void;
  notice(text: string): void;
}

/** Makes the view of each file; `name` is shown before its lines, unless it is ''. */
export function createTailViews(parts: TailViewParts): (name: string, label: string) => TailView {
  const { timezone, canvas } = parts;
  const readers = createPatternReaders(parts.patterns, timezone, parts.only);
  const tried = readers.order(undefined).map(({ pattern }) => pattern);
  const readEvent = createEventReader(tried, timezone);
  const clock = createDayClock(timezone);

  return (name, label) => {
    const prefix: readonly Piece[] = label === '' ? [] : [{ text: visible(label, LABEL_CHARS), tone: 'dim' }];
    let known: string | undefined;
    let held: Chunk['held'];

    function notice(text: string): void {
      const pieces: Piece[] = [{ text: visible(`${name}: ${text}`, NOTICE_CHARS), tone: 'dim' }];
      parts.note(paint(pieces, parts.noteCanvas));
    }

    function learn(pattern: string, isSure: boolean): void {
      if (known === undefined) notice(`${isSure ? 'lines of the pattern' : 'first line of the pattern'} ${pattern}`);
      known ??= pattern;
    }

    function piecesOf(opened: OpenedLine, raw: string): readonly Piece[] {
      const now = Date.now();
      const read = readEvent(opened, known, now);
      if (!read) return unmatchedPieces(opened.text ?? raw);
      learn(read.pattern.name, false);
      const time = read.event.time === undefined ? '-' : clock(read.event.time, now);
      return eventPieces({ event: read.event, fieldNames: read.pattern.fieldNames, text: read.text, time });
    }

    return {
      recognise(sample) {
        const pattern = readers.recognise(chunkOf(sample, undefined), 0);
        if (pattern !== undefined) learn(pattern, true);
        else if (sample.length > 0) notice('no pattern recognised, lines are shown as they are');
      },
      line(text) {
        const chunk = chunkOf(new TextEncoder().encode(`${text}\n`), held);
        held = walkOpened(chunk, 0, (opened) => {
          parts.write(paint([...prefix, ...piecesOf(opened, text)], canvas()));
          return true;
        }).held;
      },
      notice,
    };
  };
}

const NOTICE_CHARS = 500;
const LABEL_CHARS = 60;

function chunkOf(bytes: Uint8Array, held: Chunk['held']): Chunk {
  return { source: 'tail', generation: 'tail', offset: 0, bytes, held };
}

/** 08:22:39, with the day before it where that is not today. */
function createDayClock(timezone: string): (time: number, now: number) => string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'medium' });
  // Canada's dates are written as ISO 8601 does.
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  return (at, now) => {
    const [date, today] = [day.format(at), day.format(now)];
    return date === today ? time.format(at) : `${date} ${time.format(at)}`;
  };
}
