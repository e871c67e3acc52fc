/** Lets one who waits go on at once when something comes. */

export interface Alarm {
  ring(): void;
  /** What rang before is forgotten. */
  reset(): void;
  /** Resolves when it rings, at once where it rang since the last reset, or after waitMs. One may wait. */
  wait(waitMs: number): Promise<void>;
}

export function createAlarm(): Alarm {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    reset() {
      hasRung = false;
    },
    async wait(waitMs) {
      if (hasRung) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    },
  };
}
