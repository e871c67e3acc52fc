/** Doing something once more later, while it is still wanted. */

export interface Again {
  /** Calls the work after that long; does nothing where it is armed already, and after close. */
  arm(inMs: number, attempt?: number): void;
  cancel(): void;
  isClosed(): boolean;
  close(): void;
}

/** One timer at most; the work arms it again where it is not done. */
export function createAgain(work: (attempt: number) => Promise<void>): Again {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  function cancel(): void {
    clearTimeout(timer);
    timer = undefined;
  }
  return {
    arm(inMs, attempt = 1) {
      if (isClosed) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void work(attempt);
      }, inMs);
    },
    cancel,
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      cancel();
    },
  };
}
