/** Bounds in time: on waiting for something, and on saying something. */

/** The promise's own outcome, or a rejection after that long; the promise itself goes on. */
export async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  // Whichever comes second is nobody's any more.
  promise.catch(() => {});
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Says the first message at once, then at most one in that long; the next one tells how many were left out. */
export function atMostEvery(ms: number, say: (message: string) => void): (message: string) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return (message) => {
    const now = performance.now();
    if (now - saidAt < ms) {
      leftOut += 1;
      return;
    }
    say(leftOut === 0 ? message : `${message} (${leftOut} messages before it were left out)`);
    saidAt = now;
    leftOut = 0;
  };
}
