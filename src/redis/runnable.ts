/** Can this command be run here. */
import { execFile } from 'node:child_process';

const END_WITHIN_MS = 5_000;

/** True where it ends with exit code 0. */
export function isRunnable(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: END_WITHIN_MS }, (error) => resolve(error === null));
  });
}
