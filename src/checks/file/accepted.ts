/** Which content is the accepted one: a change is wrong for some readings, so that it is confirmed and told, then it is the accepted one. */

/** More than any usual `confirm` needs; at the default step about four minutes. */
const READINGS = 5;

export interface Accepted {
  /** 'changed' for five readings in a row; 'accepted' at the reading after them. */
  see(digest: string): 'same' | 'changed' | 'accepted';
  /** It is the accepted one from now on. */
  accept(digest: string): void;
  /** The accepted one; undefined before the first reading. */
  readonly digest: string | undefined;
}

export function createAccepted(): Accepted {
  let accepted: string | undefined;
  let next: { readonly digest: string; readonly seen: number } | undefined;
  return {
    get digest() {
      return accepted;
    },
    accept(digest) {
      accepted = digest;
      next = undefined;
    },
    see(digest) {
      accepted ??= digest;
      const seen = next?.digest === digest ? next.seen + 1 : 1;
      next = digest === accepted ? undefined : { digest, seen };
      if (!next) return 'same';
      if (seen <= READINGS) return 'changed';
      accepted = digest;
      next = undefined;
      return 'accepted';
    },
  };
}
