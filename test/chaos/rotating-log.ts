/** A log file as servers and logrotate treat it: written through a descriptor, and rotated in each of their ways. */
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { pick, type Random } from './random.ts';

export const ROTATION_KINDS = ['rename', 'dateext', 'copytruncate', 'gzip', 'delaycompress'] as const;
export type RotationKind = (typeof ROTATION_KINDS)[number];

/** After a rotation the old file still gets lines for so long, as from Nginx' workers. */
const OLD_WORKERS_MS = 500;
/** Between copying a file and cutting it; nothing is written meanwhile, or it would be in no file. */
const COPYING_MS_MAX = 300;
/** Rotated files that stay. */
const KEPT = 12;

export interface RotatingLog {
  /** False while nothing may be written: a file is being copied. */
  isOpen(): boolean;
  append(text: string): void;
  /** False while the last rotation is still going on; then it does nothing. */
  rotate(kind: RotationKind): boolean;
  rotations(): Readonly<Partial<Record<RotationKind | 'deleted', number>>>;
  /** Resolves when what is being compressed is done. */
  close(): Promise<void>;
}

interface Rotated {
  /** Number of its name, 1 for the newest; undefined where it has a date. */
  number: number | undefined;
  path: string;
  readonly at: number;
}

/** `readUpTo`: what was rotated before then has surely been read, and may be deleted. */
export function openRotatingLog(path: string, random: Random, readUpTo: () => number): RotatingLog {
  const rotated: Rotated[] = [];
  const counts: Partial<Record<RotationKind | 'deleted', number>> = {};
  let live = openSync(path, 'a');
  let old: { readonly fd: number; readonly until: number } | undefined;
  let isCopying = false;
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;
  let dated = 0;

  function append(text: string): void {
    endOldWorkers();
    writeSync(old !== undefined && random() < 0.5 ? old.fd : live, text);
  }

  function endOldWorkers(): void {
    if (old === undefined || Date.now() < old.until) return;
    closeSync(old.fd);
    old = undefined;
  }

  function rotate(kind: RotationKind): boolean {
    endOldWorkers();
    if (isWorking || old !== undefined) return false;
    counts[kind] = (counts[kind] ?? 0) + 1;
    deleteOldest();
    if (kind !== 'dateext') shiftNumbers();
    if (kind === 'copytruncate') work(copyAndCut);
    else {
      const file = moveAway(kind);
      if (kind === 'gzip') work(async () => await compress(file));
      const second = rotated.find((one) => one.number === 2 && !one.path.endsWith('.gz'));
      if (kind === 'delaycompress' && second) work(async () => await compress(second));
    }
    return true;
  }

  function moveAway(kind: RotationKind): Rotated {
    const number = kind === 'dateext' ? undefined : 1;
    dated += 1;
    const name = number === undefined ? `${path}-${dateOf(Date.now())}.${dated}` : `${path}.1`;
    const file = { number, path: name, at: Date.now() };
    renameSync(path, name);
    rotated.unshift(file);
    // What is compressed at once was given up by its workers before, or their lines would be in no file.
    if (kind === 'gzip') closeSync(live);
    else old = { fd: live, until: Date.now() + OLD_WORKERS_MS };
    live = openSync(path, 'a');
    return file;
  }

  async function copyAndCut(): Promise<void> {
    isCopying = true;
    const copy = `${path}.1`;
    copyFileSync(path, copy);
    rotated.unshift({ number: 1, path: copy, at: Date.now() });
    await pause(COPYING_MS_MAX * random());
    truncateSync(path, 0);
    isCopying = false;
  }

  /** As gzip does: the plain file goes when the compressed one is whole. */
  async function compress(file: Rotated): Promise<void> {
    await pipeline(createReadStream(file.path), createGzip({ level: 1 }), createWriteStream(`${file.path}.gz`));
    rmSync(file.path);
    file.path += '.gz';
  }

  /** As logrotate does: .2 becomes .3, then .1 becomes .2. */
  function shiftNumbers(): void {
    const numbered = rotated.filter((one) => one.number !== undefined);
    for (const file of numbered.toReversed()) {
      const number = (file.number ?? 0) + 1;
      const next = `${path}.${number}${file.path.endsWith('.gz') ? '.gz' : ''}`;
      renameSync(file.path, next);
      Object.assign(file, { path: next, number });
    }
  }

  function deleteOldest(): void {
    const last = rotated.at(-1);
    if (last === undefined || rotated.length <= KEPT || last.at >= readUpTo()) return;
    rmSync(last.path);
    rotated.pop();
    counts.deleted = (counts.deleted ?? 0) + 1;
  }

  function work(job: () => Promise<void>): void {
    isWorking = true;
    working = job().finally(() => {
      isWorking = false;
    });
  }

  return {
    isOpen: () => !isCopying,
    append,
    rotate,
    rotations: () => counts,
    async close() {
      await working;
      if (old) closeSync(old.fd);
      closeSync(live);
    },
  };
}

export function pickRotation(random: Random, mode: 'rename' | 'mixed'): RotationKind {
  return mode === 'rename' ? 'rename' : pick(random, ROTATION_KINDS);
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}
