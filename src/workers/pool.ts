/** Threads that parse for all sources. One that comes no further, or that ends, costs nothing but the time until that is seen. */
import type { PatternSpec } from '../core/parse/pattern.ts';
import { SLICE_BYTES } from '../core/parse/slices.ts';
import type { SliceParser } from '../core/ports.ts';
import type { Answer, Question, Reading, Stuck } from './messages.ts';
import { unpackTally } from './tally-message.ts';
import { type Asked, QUESTIONS_AT_A_TIME, startThread, type Thread } from './thread.ts';
import { createWatchdog, LOOK_MS, type StuckThread, type Watchdog } from './watchdog.ts';

/** A question in which so many threads ended is not asked again. */
const MAX_ENDS = 3;
/** Ids begin anew behind this one; they are told apart as 32 bits. */
const MAX_ID = 2 ** 30;

/** A RegExp took too long for a line; it is not asked any more until linesman is started again. */
export interface TooSlow {
  readonly pattern: string;
  /** Beginning of that line, as it stood in the log: escape it at output. Undefined where it is not known. */
  readonly line: string | undefined;
}

export interface ParsePool {
  /** What lines are read by; once, until then questions wait. `slow` names those whose RegExp is left out from the first. */
  load(patterns: readonly PatternSpec[], slow?: readonly string[]): void;
  /** The parser of a source. */
  parserFor(reading: Reading): SliceParser;
  /** Starts a thread before there is anything to load or to parse. */
  warmUp(): void;
  /** Ends all threads; what is not answered is rejected. */
  close(): Promise<void>;
}

export interface ParsePoolParts {
  /** Threads at most; each is started when those before it have enough to do. */
  readonly threads: number;
  /** SLICE_BYTES, but in tests. */
  readonly sliceBytes?: number | undefined;
  readonly onTooSlow: (found: TooSlow) => void;
}

interface Member {
  readonly thread: Thread;
  readonly watchdog: Watchdog;
}

export function createParsePool({ threads, sliceBytes = SLICE_BYTES, onTooSlow }: ParsePoolParts): ParsePool {
  const members: Member[] = [];
  const ending = new Set<Promise<void>>();
  const tooSlow = new Set<string>();
  const queue: Asked[] = [];
  let patterns: readonly PatternSpec[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let questions = 0;

  function start(): Member {
    const thread = startThread({ answered: hand, ended });
    if (patterns) thread.load(patterns, [...tooSlow]);
    const member = { thread, watchdog: createWatchdog(thread) };
    members.push(member);
    return member;
  }

  /** Gives threads what waits. */
  function hand(): void {
    if (isClosed || !patterns) return;
    while (queue.length > 0) {
      const member = leastBusy();
      if (!member) break;
      member.thread.ask(queue.shift() as Asked);
    }
    if (members.some(isBusy)) timer ??= setInterval(look, LOOK_MS);
  }

  function leastBusy(): Member | undefined {
    const [first, ...others] = members;
    const least = others.reduce((least, other) => (load(other) < load(least) ? other : least), first ?? start());
    if (load(least) < QUESTIONS_AT_A_TIME) return least;
    return members.length < threads ? start() : undefined;
  }

  function look(): void {
    if (!members.some(isBusy)) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const member of members) void member.watchdog.look().then((stuck) => stuck && leaveOut(member, stuck));
  }

  /** The thread is ended, and another goes on without the pattern that it was stuck in. */
  function leaveOut(member: Member, { pattern: index, call }: StuckThread): void {
    const pattern = patterns?.[index]?.name;
    if (pattern === undefined || !members.includes(member)) return;
    const [first, ...others] = dismiss(member);
    // Of several threads that are stuck in one pattern the first is told of.
    if (first) queue.unshift(tooSlow.has(pattern) ? first : stuckAt(first, { pattern, call }), ...others);
    tooSlow.add(pattern);
    for (const { thread } of members) thread.tellTooSlow(pattern);
    const ended = member.thread.end();
    ending.add(ended);
    void ended.then(() => ending.delete(ended));
    hand();
  }

  /** As it was asked, and told of once it is answered. */
  function stuckAt(asked: Asked, stuck: Stuck): Asked {
    return {
      ...asked,
      question: { ...asked.question, stuck },
      resolve(answer) {
        onTooSlow({ pattern: stuck.pattern, line: answer.stuckLine });
        asked.resolve(answer);
      },
      reject(error) {
        onTooSlow({ pattern: stuck.pattern, line: undefined });
        asked.reject(error);
      },
    };
  }

  /** What it had not answered. */
  function dismiss(member: Member): readonly Asked[] {
    members.splice(members.indexOf(member), 1);
    return member.thread.waiting;
  }

  /** It ended by itself, or because its memory did not suffice. */
  function ended(thread: Thread, error: unknown): void {
    const member = members.find((one) => one.thread === thread);
    if (!member || isClosed) return;
    const [first, ...others] = dismiss(member);
    if (first && first.ends + 1 >= MAX_ENDS) first.reject(error ?? new Error('threads end when they parse this'));
    else if (first) queue.unshift({ ...first, ends: first.ends + 1 });
    queue.splice(first ? 1 : 0, 0, ...others);
    hand();
  }

  async function ask(question: Omit<Question, 'id'>): Promise<Answer> {
    if (isClosed) throw new Error('the parser is closed');
    questions = (questions % MAX_ID) + 1;
    const id = questions;
    return await new Promise<Answer>((resolve, reject) => {
      queue.push({ question: { ...question, id }, ends: 0, resolve, reject });
      hand();
    });
  }

  return {
    load(loaded, slow = []) {
      patterns = loaded;
      for (const name of slow) tooSlow.add(name);
      for (const { thread } of members) thread.load(loaded, slow);
      hand();
    },
    parserFor: (reading) => ({
      sliceBytes,
      width: threads === 1 ? 1 : threads * QUESTIONS_AT_A_TIME,
      firstTime: async (slice, now) => (await ask({ reading, slice, now })).firstTime,
      async parse(slice, limits) {
        const { parsed } = await ask({ reading, slice, now: limits.now, limits });
        if (!parsed) throw new Error('a thread gave no answer');
        return { ...parsed, tally: unpackTally(parsed.tally) };
      },
    }),
    warmUp() {
      if (members.length === 0) start();
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      const left = [...members.flatMap(({ thread }) => thread.waiting), ...queue.splice(0)];
      await Promise.all([...ending, ...members.map(async ({ thread }) => await thread.letEnd())]);
      for (const { reject } of left) reject(new Error('the parser was closed'));
    },
  };
}

function isBusy({ thread }: Member): boolean {
  return thread.waiting.length > 0;
}

function load({ thread }: Member): number {
  return thread.waiting.length;
}
