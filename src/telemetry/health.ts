/** Why linesman is not well: named reasons that parts set and clear; /healthz and the log show them. */

export interface Health {
  /** One sentence with its remedy; a later one under the same name replaces it. True when it is news. */
  set(name: string, reason: string): boolean;
  /** True when it had been set. */
  clear(name: string): boolean;
  /** The one of this name; undefined where it is not set. */
  reason(name: string): string | undefined;
  /** In the order in which they came up; empty when all is well. */
  reasons(): readonly string[];
}

/** Names are those of our parts and sources, a bounded set; beyond this many reasons only the count would matter. */
const MAX_REASONS = 100;

export function createHealth(): Health {
  const reasons = new Map<string, string>();
  return {
    set(name, reason) {
      if (reasons.get(name) === reason) return false;
      if (!reasons.has(name) && reasons.size >= MAX_REASONS) return false;
      reasons.set(name, reason);
      return true;
    },
    clear: (name) => reasons.delete(name),
    reason: (name) => reasons.get(name),
    reasons: () => [...reasons.values()],
  };
}
