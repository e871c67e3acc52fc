/** How linesman reads one line: what is taken off, which patterns were tried, what the one that takes it makes of it. */
import { type ObservedSeries, observedSeries } from '../observe/observed-line.ts';
import type { WatchSpec } from '../plugin.ts';
import type { FieldValue } from '../types.ts';
import { type Candidate, createCandidates } from './candidates.ts';
import { kindsOf } from './field-kinds-of.ts';
import { createPatternReaders } from './line-reader.ts';
import { MAX_PATTERN_BYTES, MAX_WRAPPED_BYTES } from './lines.ts';
import type { OpenedLine } from './opened-lines.ts';
import type { CompiledPattern, RawFields } from './pattern.ts';
import { type ReadLine, readLine } from './read-line.ts';
import { isLonger } from './utf8.ts';
import { unwrap } from './wrappers/wrapped.ts';
import { createWrapperClock } from './wrappers/wrapper-clock.ts';
import { type WrapperName, wrapperName } from './wrappers/wrapper-name.ts';

export interface Explained {
  /** As it was given. */
  readonly line: string;
  /** What stands around the line. */
  readonly wrapper?: {
    readonly name: WrapperName;
    /** Its own time, epoch ms. */
    readonly time: number | undefined;
    /** The line goes on in a later one. */
    readonly isPart: boolean;
    /** No pattern takes the line within, and one takes all of it. */
    readonly isLeftOn: boolean;
  };
  /** What patterns were tried on; undefined where it is too long for them. */
  readonly text: string | undefined;
  readonly taken?: TakenLine;
  /** Patterns that take it too, and come later in the order. */
  readonly alsoTakenBy: readonly string[];
  /** Patterns that do not take it, the nearest first. */
  readonly others: readonly Candidate[];
  /** Patterns that were left out of `others`, since they are so many. */
  readonly notRanked: number;
}

export interface TakenLine {
  readonly pattern: string;
  readonly description: string;
  /** It belongs to the line before it, and has no fields. */
  readonly continues: boolean;
  /** Epoch ms; undefined where neither it nor its wrapper has a stamp. */
  readonly time: number | undefined;
  /** Those it can have, in their order. */
  readonly fields: readonly ExplainedField[];
  readonly series: readonly WatchedSeries[];
}

export interface ExplainedField {
  readonly name: string;
  readonly kind: string;
  readonly value: FieldValue | undefined;
}

export interface WatchedSeries extends ObservedSeries {
  readonly watches: readonly Pick<WatchSpec, 'name' | 'severity' | 'by'>[];
}

export interface ExplainParts {
  readonly patterns: readonly CompiledPattern[];
  readonly watches: readonly WatchSpec[];
  /** IANA name, for stamps without a zone. */
  readonly timezone: string;
  /** A pattern that is the only one tried. */
  readonly only: string | undefined;
  /** A time that is close: syslog's stamps have no year. */
  readonly near: number;
}

/** Patterns of which it is told how far they came. */
const MAX_RANKED = 200;

/** Throws UserError where `only` names no pattern. */
export function explainLine(line: string, parts: ExplainParts): Explained {
  // All fields are shown, not only those that are observed.
  const patterns = parts.patterns.map((pattern) => ({ ...pattern, matchObserved: pattern.match }));
  const readers = createPatternReaders(patterns, parts.timezone, parts.only).order(parts.only);
  const clock = createWrapperClock(parts.timezone);
  const opened = openLine(line);
  const found = readLine({ readers, isKnown: parts.only !== undefined, clock }, opened, undefined, parts.near);
  const text = found?.text ?? opened.text ?? opened.whole;
  const isTaken = (pattern: CompiledPattern) => pattern === found?.reader.pattern;
  const rest = readers.map(({ pattern }) => pattern).filter((pattern) => !isTaken(pattern));
  // Where fields are read must be before the next match.
  const taken = found && takenLine(found, parts.watches);
  const isMatch = new Map(rest.map((pattern) => [pattern, text !== undefined && pattern.match(text) !== undefined]));
  const failed = rest.filter((pattern) => !isMatch.get(pattern));
  const { wrapper } = opened;
  return {
    ...{ line, text, ...(taken && { taken }) },
    ...(wrapper && {
      wrapper: {
        ...wrapper,
        time: opened.stamp && clock(opened.stamp, parts.near),
        isLeftOn: found !== undefined && text === opened.whole,
      },
    }),
    alsoTakenBy: rest.filter((pattern) => isMatch.get(pattern)).map(({ name }) => name),
    others: text === undefined ? [] : createCandidates(failed.slice(0, MAX_RANKED))(text),
    notRanked: text === undefined ? 0 : Math.max(0, failed.length - MAX_RANKED),
  };
}

type Opened = OpenedLine & { readonly wrapper?: { readonly name: WrapperName; readonly isPart: boolean } };

/** A part of a line is looked at as if it were whole. */
function openLine(line: string): Opened {
  const whole = isLonger(line, MAX_PATTERN_BYTES) ? undefined : line;
  const wrapped = isLonger(line, MAX_WRAPPED_BYTES) ? undefined : unwrap(line);
  if (!wrapped) return { text: whole, whole: undefined, stamp: undefined, stream: 'stdout' };
  const { text, stamp, stream, isPart } = wrapped;
  const isShort = text !== undefined && !isLonger(text, MAX_PATTERN_BYTES);
  return {
    text: isShort ? text : undefined,
    whole,
    stamp,
    stream,
    wrapper: { name: wrapperName(line, wrapped), isPart },
  };
}

function takenLine({ reader, raw, stamp }: ReadLine, watches: readonly WatchSpec[]): TakenLine {
  const { pattern } = reader;
  const { name, spec } = pattern;
  const about = { pattern: name, description: spec.description, time: stamp };
  if (!raw) return { ...about, continues: true, fields: [], series: [] };
  const fields = fieldsOf(pattern, raw);
  const values = new Map(fields.map((field) => [field.name, field.value]));
  const observed = observedSeries(spec.observation, (field) => values.get(field));
  const series = observed.map((one) => ({ ...one, watches: watches.filter((watch) => looksAt(watch, one.name)) }));
  return { ...about, continues: false, fields, series };
}

function fieldsOf(pattern: CompiledPattern, raw: RawFields): readonly ExplainedField[] {
  const kinds = kindsOf(pattern);
  return pattern.fieldNames.map((name) => ({
    ...{ name, kind: kinds(name) },
    value: pattern.readerOf(name)?.(raw),
  }));
}

/** Detectors name the series that they read in their options. */
function looksAt({ options }: WatchSpec, series: string): boolean {
  return Object.values(options).includes(series);
}
