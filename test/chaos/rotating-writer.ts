/** Writes lines at a rate, with bursts of bad answers, rotates the file now and then, and knows what it wrote. */
import { clfTime } from '../support/nginx-lines.ts';
import type { Random } from './random.ts';
import { openRotatingLog, pickRotation, type RotatingLog } from './rotating-log.ts';

/** A burst of bad answers comes this often and lasts so long. */
const BURST_EVERY_MS = 20_000;
export const BURST_MS = 4_000;
export const BURST_AFTER_MS = 6_000;
const WRITE_EVERY_MS = 50;
/** In the end so much less is written. */
const CALM = 10;
const FIRST_ROTATION_MS = 1_500;
/** From one rotation to the next: at least so long, and on average as much again three times. */
const ROTATION_MS_MIN = 1_000;
const ROTATION_MS_SPREAD = 6_000;
/** A line between its time, its number, its status and its end. */
const MIDDLE = ' HTTP/1.1" ';
const AFTER = ' 15 "-" "c" rt=0.005 host=a.example\n';

export interface Writer {
  /** Few lines, no more bursts and rotations: time to catch up. */
  calm(): void;
  stop(): Promise<void>;
  total(): number;
  /** Lines by status: the truth that is compared with. */
  written(): Readonly<Record<string, number>>;
  rotations(): ReturnType<RotatingLog['rotations']>;
  bursts(): number;
}

export function startWriter(
  path: string,
  parts: {
    readonly rate: number;
    readonly rotations: 'rename' | 'mixed';
    readonly random: Random;
    readonly readUpTo: () => number;
  },
): Writer {
  const { random } = parts;
  const log = openRotatingLog(path, random, parts.readUpTo);
  const written: Record<string, number> = {};
  const began = Date.now();
  let total = 0;
  let wroteAt = began;
  let lookedAt = began;
  let rate = parts.rate;
  let due = 0;
  let calmFrom = Number.POSITIVE_INFINITY;
  let nextRotation = began + FIRST_ROTATION_MS;

  function write(): void {
    const now = Date.now();
    // Not more at once than a second's worth, should this process have been held up.
    due = Math.min(rate, due + ((now - lookedAt) / 1_000) * rate);
    lookedAt = now;
    const count = Math.floor(due);
    if (count === 0 || !log.isOpen()) return;
    due -= count;
    log.append(linesOf(count, now));
    wroteAt = now;
    if (now < nextRotation || now >= calmFrom) return;
    if (log.rotate(pickRotation(random, parts.rotations)))
      nextRotation = now + ROTATION_MS_MIN + ROTATION_MS_SPREAD * random();
  }

  function linesOf(count: number, now: number): string {
    const inBurst = now < calmFrom && isBurst(now - began);
    const before = `203.0.113.7 - - [${clfTime(now)}] "GET /`;
    const lines: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const status = statusFor(random(), inBurst);
      written[status] = (written[status] ?? 0) + 1;
      lines.push(before, String(total + i), MIDDLE, status, AFTER);
    }
    total += count;
    return lines.join('');
  }

  const timer = setInterval(write, WRITE_EVERY_MS);
  return {
    calm() {
      calmFrom = Date.now();
      rate = parts.rate / CALM;
    },
    async stop() {
      clearInterval(timer);
      await log.close();
    },
    total: () => total,
    written: () => written,
    rotations: log.rotations,
    bursts: () => Math.ceil((Math.min(wroteAt, calmFrom) - began - BURST_AFTER_MS) / BURST_EVERY_MS),
  };
}

/** In the middle of its period, so that a short run has one and sees its end. */
function isBurst(elapsed: number): boolean {
  const since = (elapsed % BURST_EVERY_MS) - BURST_AFTER_MS;
  return since >= 0 && since < BURST_MS;
}

function statusFor(chance: number, inBurst: boolean): string {
  if (inBurst && chance < 0.3) return chance < 0.1 ? '503' : '502';
  if (chance > 0.97) return '404';
  return chance > 0.9 ? '304' : '200';
}
