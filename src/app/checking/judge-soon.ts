/** Has what a check found judged as soon as its second is over, instead of when the machine's figures are taken next. */

const SECOND_MS = 1_000;

export interface JudgeSoon {
  /** Figures of this time are in. */
  saw(at: number, isWrong: boolean): void;
  stop(): void;
}

export function createJudgeSoon(parts: {
  readonly now: () => number;
  /** Resolves when every figure that was given before is in. */
  readonly settled: () => Promise<unknown>;
  /** All figures before this time are in. */
  readonly reach: (time: number) => void;
  /** Judges what there is. */
  readonly judge: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}): JudgeSoon {
  let timer: NodeJS.Timeout | undefined;
  let until = 0;
  let isWanted = false;

  async function close(time: number, isWrong: boolean): Promise<void> {
    await parts.settled();
    parts.reach(time);
    if (isWrong) await parts.judge();
  }

  function over(): void {
    const [time, isWrong] = [until, isWanted];
    timer = undefined;
    isWanted = false;
    void close(time, isWrong).catch(parts.onError);
  }

  return {
    saw(at, isWrong) {
      isWanted ||= isWrong;
      const end = (Math.floor(at / SECOND_MS) + 1) * SECOND_MS;
      if (timer && end <= until) return;
      clearTimeout(timer);
      until = end;
      timer = setTimeout(over, Math.max(0, until - parts.now()));
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
