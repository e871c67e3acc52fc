/** Has what a check found judged as soon as its second is over, and told as soon as it is held no longer, instead of when the machine's figures are taken next. */
import { HOLD_CHECKS_MS } from '../../core/decide/tellings.ts';

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
  /** One a second at most, each for HOLD_CHECKS_MS. */
  const held = new Set<NodeJS.Timeout>();
  let until = 0;
  let isWanted = false;

  /** Should it be a fault by now its mail waits for a step so much later, which no figure may bring. */
  function closeHeld(time: number): void {
    const late = setTimeout(() => {
      held.delete(late);
      void close(time, true).catch(parts.onError);
    }, time - parts.now());
    held.add(late);
  }

  async function close(time: number, isWrong: boolean): Promise<void> {
    await parts.settled();
    parts.reach(time);
    if (isWrong) await parts.judge();
  }

  function over(): void {
    const [time, isWrong] = [until, isWanted];
    timer = undefined;
    isWanted = false;
    if (isWrong) closeHeld(time + HOLD_CHECKS_MS);
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
      for (const late of held) clearTimeout(late);
    },
  };
}
