/**
 * `node test/bench/log/append.ts FILE LINES_A_SECOND SECONDS`: appends to a log as a busy Nginx does, stamped with the
 * time. Prints when it had written how many lines, as JSON.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { clfTime } from '../../support/nginx-lines.ts';
import { createLogLines } from './lines.ts';

/** Nginx's workers write line by line; this often is near enough, and costs little. */
const WRITE_EVERY_MS = 10;
/** Lines made beforehand, which are written again and again with another stamp. */
const LINES = 20_000;
const LF = 10;
const BRACKET = 91;

export interface Written {
  /** Of process.hrtime, which all processes share, in ms; before the write. */
  readonly at: number;
  /** Lines written by then. */
  readonly lines: number;
}

const [, , path = '', rate = 0, seconds = 0] = process.argv.map((word, at) => (at === 2 ? word : Number(word))) as [
  ...[unknown, unknown, string, number, number],
];
const bytes = Buffer.from(createLogLines({ seed: 1, format: 'timed' }).take(LINES));
const begins = beginnings(bytes);
const stamps = begins.map((line) => bytes.indexOf(BRACKET, line) + 1);
const file = openSync(path, 'a');
const written: Written[] = [];
const total = rate * seconds;
const begun = clock();
for (let done = 0; done < total; await pause(WRITE_EVERY_MS)) {
  const at = clock();
  const due = Math.min(total, Math.floor(((at - begun) / 1_000) * rate));
  const stamp = clfTime(Date.now());
  const before = done;
  while (done < due) {
    const from = done % LINES;
    const to = Math.min(LINES, from + due - done);
    for (let line = from; line < to; line += 1) bytes.write(stamp, stamps[line] ?? 0, 'latin1');
    const end = begins[to] ?? bytes.length;
    writeSync(file, bytes, begins[from] as number, end - (begins[from] as number));
    done += to - from;
  }
  if (done > before) written.push({ at, lines: done });
}
closeSync(file);
process.stdout.write(JSON.stringify(written));

function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function beginnings(text: Buffer): readonly number[] {
  const found = [0];
  for (let end = text.indexOf(LF); end + 1 < text.length; end = text.indexOf(LF, end + 1)) found.push(end + 1);
  return found;
}
