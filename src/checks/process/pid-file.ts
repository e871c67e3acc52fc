/** The process that a pid file names. */
import { readFileSync } from 'node:fs';
import type { MachinePlaces } from '../../core/plugin.ts';
import { hostPath } from '../../machine/host-path.ts';

/** More than a number with its newline: postgres writes seven lines. */
const NUMBER = /^\s*(\d{1,10})\s*(?:\n|$)/;

export type PidFile =
  | { readonly kind: 'pid'; readonly pid: number }
  /** `code` is the system's, or 'no number' where it holds something else. */
  | { readonly kind: 'missing'; readonly code: string }
  | { readonly kind: 'refused'; readonly code: string };

export function readPidFile(places: MachinePlaces, path: string): PidFile {
  try {
    const pid = NUMBER.exec(readFileSync(hostPath(places, path), 'latin1'))?.[1];
    return pid === undefined ? { kind: 'missing', code: 'no number' } : { kind: 'pid', pid: Number(pid) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return { kind: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'refused', code };
  }
}
