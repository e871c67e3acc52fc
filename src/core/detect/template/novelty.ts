/** What a watch on new kinds of messages has learnt, and what it tells of them. */
import { FEW_LINES, type Kind, withSighting } from './kinds.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Until then everything is new. */
export const WARM_UP_MS = DAY_MS;
/** Clock hours with lines that it must have seen by then: one old line and a silent day teach nothing. */
const HOURS_MIN = 6;
/** So many times the warm-up are enough for a log that says less than that. */
const QUIET_TIMES = 7;
/** A kind that has not come often enough by then is known, and never told. */
export const RIPE_WITHIN_MS = DAY_MS;
/** New kinds in the first hours say nothing of how often there are some later. */
const FIRST_HOURS_MS = 12 * HOUR_MS;
/** How long it is remembered how often there are new kinds, and how many a day are so usual that none is news. */
const REMEMBERED_MS = 4 * DAY_MS;
const USUAL_A_DAY = 4;
/** What is met within so long is one event. */
const EVENT_MS = HOUR_MS;
/** After a jump back of the clock longer than this it is not waited for. */
const JUMP_MS = HOUR_MS;

export interface NoveltyBook {
  /** First step judged. */
  readonly since: number;
  /** Last step that was learnt. */
  readonly at: number;
  /** Clock hours with lines, and when it had learnt enough. */
  readonly hours: number;
  readonly learntAt?: number | undefined;
  readonly kinds: readonly Kind[];
  /** When there was something to tell, within the last day. */
  readonly told: readonly number[];
  /** Events with new kinds, each weighing less the longer ago it was; the weight is that of `last`. */
  readonly events: { readonly weight: number; readonly last: number };
}

export interface NoveltyOptions {
  readonly atLeast: number;
  readonly perDay: number;
  readonly warmUp: number;
}

export interface NoveltyStep {
  readonly now: number;
  /** Lines by template. */
  readonly entries: readonly (readonly [template: string, count: number])[];
  /** Templates that had a fatal line. */
  readonly fatal: ReadonlySet<string>;
  /** A fault is open: what is new waits for its end. */
  readonly isOpen: boolean;
}

export interface NoveltyJudged {
  /** The same object when nothing was learnt. */
  readonly book: NoveltyBook;
  /** Kinds that are to be told now, most lines first. */
  readonly news: readonly Kind[];
  readonly isLearning: boolean;
  readonly note?: string | undefined;
}

export function createNoveltyBook(now: number): NoveltyBook {
  return { since: now, at: now, hours: 0, kinds: [], told: [], events: { weight: 0, last: now } };
}

export function judgeNovelty(book: NoveltyBook, step: NoveltyStep, options: NoveltyOptions): NoveltyJudged {
  const { now } = step;
  const before = beforeAt(book, now);
  const isLearning = !hasLearnt(before, now, options);
  const nothing = { news: [], isLearning };
  if (now <= before.at && before.at - now < JUMP_MS) return { ...nothing, book: before };
  const seen = withSightings(before, step, options);
  const { learntAt = Number.POSITIVE_INFINITY } = seen;
  const isNews = (kind: Kind) => isRipe(kind, options) && (isLearning || kind.first >= learntAt);
  const ripe = seen.kinds.filter(isNews);
  if (ripe.length === 0) return { ...nothing, book: seen, ...(isLearning && { note: learningNote(options) }) };
  const waiting = before.kinds.filter(isNews);
  const counted = ripe.length > waiting.length ? withEvent(seen, now) : seen;
  if (isLearning) return { ...nothing, book: settled(counted, ripe), note: learningNote(options) };
  if (isUsual(before, now))
    return { ...nothing, book: settled(counted, ripe), note: 'new kinds of messages are usual here' };
  const told = counted.told.filter((time) => Math.abs(now - time) < DAY_MS);
  // Neither is lost: they stay ripe, and come with what is told next.
  if (step.isOpen) return { ...nothing, book: counted, note: 'what is new waits until the last news are over' };
  if (told.length >= options.perDay)
    return { ...nothing, book: counted, note: `${told.length} were told within a day` };
  const news = ripe.toSorted((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1));
  return { book: { ...settled(counted, ripe), told: [...told, now] }, news, isLearning };
}

/**
 * A clock that was set back before the first step begins to learn anew; what is known stays known. Where it was set back before
 * the time at which enough was learnt, enough is learnt all the same: else nothing were new until that time comes again.
 */
function beforeAt(book: NoveltyBook, now: number): NoveltyBook {
  const { since, learntAt } = book;
  const isAhead = learntAt !== undefined && learntAt - now >= JUMP_MS;
  const learnt = isAhead ? { ...book, learntAt: now } : book;
  return since - now < JUMP_MS ? learnt : { ...learnt, since: now, told: [] };
}

function learningNote({ warmUp }: NoveltyOptions): string {
  return `learns for ${Math.round(warmUp / HOUR_MS)} h first`;
}

function isRipe({ isFresh, isFatal, count }: Kind, { atLeast }: NoveltyOptions): boolean {
  return isFresh === true && (isFatal === true || count >= atLeast);
}

function hasLearnt({ since, hours, learntAt }: NoveltyBook, now: number, { warmUp }: NoveltyOptions): boolean {
  if (learntAt !== undefined) return true;
  return now - since >= warmUp * (hours >= HOURS_MIN ? 1 : QUIET_TIMES);
}

function withSightings(book: NoveltyBook, step: NoveltyStep, options: NoveltyOptions): NoveltyBook {
  const { now, entries, fatal } = step;
  if (entries.length === 0) return book;
  const isFresh = now - book.since >= FIRST_HOURS_MS;
  let kinds = book.kinds.map((kind) => (kind.count < FEW_LINES && isOver(kind, now) ? known(kind) : kind));
  for (const [template, count] of entries) {
    const sighting = { template, count, now, isFatal: fatal.has(template), isFresh };
    kinds = withSighting(kinds, sighting) as Kind[];
  }
  const isNewHour = book.hours === 0 || Math.floor(now / HOUR_MS) !== Math.floor(book.at / HOUR_MS);
  // What is met now is new: the hours before it have taught enough, or not.
  const learntAt = book.learntAt ?? (hasLearnt(book, now, options) ? now : undefined);
  return { ...book, at: now, kinds, hours: Math.min(HOURS_MIN, book.hours + (isNewHour ? 1 : 0)), learntAt };
}

function isOver({ isFresh, first }: Kind, now: number): boolean {
  return isFresh === true && now - first > RIPE_WITHIN_MS;
}

function known({ isFresh: _, ...kind }: Kind): Kind {
  return kind;
}

function settled(book: NoveltyBook, ripe: readonly Kind[]): NoveltyBook {
  if (ripe.length === 0) return book;
  return { ...book, kinds: book.kinds.map((kind) => (ripe.includes(kind) ? known(kind) : kind)) };
}

function withEvent(book: NoveltyBook, now: number): NoveltyBook {
  const { weight, last } = book.events;
  if (weight > 0 && now - last < EVENT_MS) return book;
  return { ...book, events: { weight: 1 + weight * faded(now - last), last: now } };
}

/** Several a day, over the time since the first hours. */
function isUsual({ since, events }: NoveltyBook, now: number): boolean {
  const weight = events.weight * faded(now - events.last);
  const days = ((1 - faded(now - since - FIRST_HOURS_MS)) * REMEMBERED_MS) / DAY_MS;
  return weight >= USUAL_A_DAY && weight > USUAL_A_DAY * days;
}

function faded(ms: number): number {
  return Math.exp(-Math.max(0, ms) / REMEMBERED_MS);
}
