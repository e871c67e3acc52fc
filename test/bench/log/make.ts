/** `node test/bench/log/make.ts LINES FORMAT SEED LINES_A_SECOND`: a log of an imagined site on standard output. */
import { writeSync } from 'node:fs';
import type { LogFormat } from './answers.ts';
import { createLogLines } from './lines.ts';

const LINES_AT_ONCE = 1_000;
const STDOUT = 1;

const [lines, format, seed, perSecond] = process.argv.slice(2) as [string, LogFormat, string, string];
const log = createLogLines({ seed: Number(seed), format, perSecond: Number(perSecond) });
for (let left = Number(lines); left > 0; left -= LINES_AT_ONCE) {
  const bytes = log.take(Math.min(left, LINES_AT_ONCE));
  for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
}
