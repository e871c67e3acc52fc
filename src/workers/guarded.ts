/** Patterns that write down where they are before they ask their RegExp, and leave out one that is too slow. */
import { flatCopy } from '../core/observe/flat-copy.ts';
import type { CompiledPattern } from '../core/parse/pattern.ts';
import { BEAT_CALLS, BEAT_ID, BEAT_PATTERN, NO_PATTERN, type Stuck } from './messages.ts';

/** Of the line at which a thread came no further. */
const STUCK_LINE_CHARS = 200;

export interface Guard {
  /** The same pattern; its RegExp is asked only under the eyes of the guard. */
  watch(pattern: CompiledPattern): CompiledPattern;
  leaveOut(pattern: string): void;
  isLeftOut(pattern: string): boolean;
  /** A new question; `stuck` is where the last thread stood that was asked it. */
  begin(id: number, stuck: Stuck | undefined): void;
  /** Beginning of the line at which that thread stood. */
  end(): string | undefined;
}

export function createGuard(beat: Int32Array): Guard {
  const leftOut = new Set<string>();
  let watched = 0;
  let calls = 0;
  let stuck: Stuck | undefined;
  let stuckLine: string | undefined;

  /** What was asked before the call that did not end can be asked again: it ended. */
  function isLeftOutNow(pattern: string, line: string): boolean {
    if (stuck?.pattern !== pattern || calls > stuck.call) return leftOut.has(pattern);
    if (calls < stuck.call) return false;
    stuckLine = flatCopy(line.slice(0, STUCK_LINE_CHARS).toWellFormed());
    leftOut.add(pattern);
    return true;
  }

  /** `none` is the answer of a pattern that is left out. */
  function guarded<T>(
    { pattern, index }: { readonly pattern: string; readonly index: number },
    ask: (line: string) => T,
    none: T,
  ): (line: string) => T {
    return (line) => {
      calls += 1;
      if ((leftOut.size > 0 || stuck !== undefined) && isLeftOutNow(pattern, line)) return none;
      Atomics.store(beat, BEAT_PATTERN, index);
      Atomics.store(beat, BEAT_CALLS, calls);
      const answer = ask(line);
      Atomics.store(beat, BEAT_PATTERN, NO_PATTERN);
      return answer;
    };
  }

  return {
    watch(pattern) {
      const place = { pattern: pattern.name, index: watched };
      watched += 1;
      return {
        ...pattern,
        matchObserved: guarded(place, pattern.matchObserved, undefined),
        isContinuation: guarded(place, pattern.isContinuation, false),
      };
    },
    leaveOut: (pattern) => void leftOut.add(pattern),
    isLeftOut: (pattern) => leftOut.has(pattern),
    begin(id, at) {
      calls = 0;
      stuck = at;
      stuckLine = undefined;
      Atomics.store(beat, BEAT_PATTERN, NO_PATTERN);
      Atomics.store(beat, BEAT_CALLS, 0);
      Atomics.store(beat, BEAT_ID, id);
    },
    end() {
      stuck = undefined;
      Atomics.store(beat, BEAT_ID, 0);
      return stuckLine;
    },
  };
}
