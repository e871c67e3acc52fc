/** Goes through the letters of an expression, and keeps it within bounds. */

/** Says why an expression has no plain way; never leaves createScanner(). */
export class NotPlain extends Error {}

/** Parts of a whole expression, copies counted. */
const MAX_NODES = 2_000;
/** Brackets in brackets. */
const MAX_DEPTH = 50;

export interface Reader {
  peek(): string;
  take(): string;
  /** What stands next and fits, passed over. */
  takeMatch(shape: RegExp): RegExpExecArray | undefined;
  nextGroup(): number;
  enter(): void;
  leave(): void;
  count(nodes: number): void;
}

export function createReader(source: string): Reader {
  let at = 0;
  let groups = 0;
  let nodes = 0;
  let depth = 0;
  return {
    peek: () => source.charAt(at),
    take() {
      at += 1;
      return source.charAt(at - 1);
    },
    takeMatch(shape) {
      const found = shape.exec(source.slice(at, at + 40)) ?? undefined;
      at += found?.[0].length ?? 0;
      return found;
    },
    nextGroup() {
      groups += 1;
      return groups - 1;
    },
    enter() {
      depth += 1;
      if (depth > MAX_DEPTH) throw new NotPlain('too many brackets in brackets');
    },
    leave() {
      depth -= 1;
    },
    count(more) {
      nodes += more;
      if (nodes > MAX_NODES) throw new NotPlain('too many parts');
    },
  };
}
