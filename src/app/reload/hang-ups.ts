/** SIGHUP: somebody asks to read linesman.yaml again, or the terminal is gone. */
import { closeSync, openSync } from 'node:fs';

export interface HangUps {
  /** Resolves at the next one, at once where one came since the last call resolved. */
  next(): Promise<void>;
}

/** From the call on no SIGHUP ends the process by itself. `onTerminalGone`: nobody asked, and nobody sees what is logged. */
export function listenToHangUps(onTerminalGone: () => void): HangUps {
  const hasTerminal = process.stdout.isTTY === true;
  let isAsked = false;
  let wake: (() => void) | undefined;
  process.on('SIGHUP', () => {
    if (hasTerminal && isTerminalGone()) return onTerminalGone();
    isAsked = true;
    wake?.();
  });
  return {
    async next() {
      if (!isAsked)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      isAsked = false;
    },
  };
}

function isTerminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
