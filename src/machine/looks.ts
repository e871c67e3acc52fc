/** One look at a time: one that does not end in time goes on by itself, and no second is begun beside it. */

/** 'late': the signal ended it, or an earlier look has still not ended. Rejects as the look does. */
export type Look = <T>(signal: AbortSignal, look: () => Promise<T>) => Promise<T | 'late'>;

export function createLook(): Look {
  let isUnderWay = false;
  return async (signal, look) => {
    if (isUnderWay || signal.aborted) return 'late';
    isUnderWay = true;
    const done = look().finally(() => {
      isUnderWay = false;
    });
    let late: (() => void) | undefined;
    const ended = new Promise<'late'>((resolve) => {
      late = () => resolve('late');
      signal.addEventListener('abort', late);
    });
    try {
      return await Promise.race([done, ended]);
    } finally {
      if (late) signal.removeEventListener('abort', late);
      // Nobody waits for it any more where it was late.
      done.catch(() => undefined);
    }
  };
}
