/**
 * `node test/bench/rows/regexp-path.ts FILE`: parses a log by the patterns' regular expressions alone, as lines go that
 * fit no scanner; prints what it took as JSON. Without the windows and the start of the program.
 */
import { readFileSync } from 'node:fs';
import { createChunkParser } from '../../../src/core/parse/chunk.ts';
import type { Chunk } from '../../../src/core/types.ts';
import { patterns } from '../../core/parse/tallies.ts';

/** As a reader gives them. */
const CHUNK_BYTES = 1024 * 1024;
const LF = 10;

const parser = createChunkParser({ patterns, timezone: 'UTC', isScanned: false });
const log = readFileSync(process.argv[2] ?? '');
let lines = 0;
let position: Pick<Chunk, 'pattern' | 'lastTime'> = {};
const before = process.cpuUsage();
for (let from = 0; from < log.length; ) {
  const to = log.lastIndexOf(LF, from + CHUNK_BYTES) + 1;
  const chunk = { source: 'bench', generation: 'bench', offset: from, bytes: log.subarray(from, to), ...position };
  const { tally, pattern, lastTime } = parser.parse(chunk, 0, {
    until: Infinity,
    now: Infinity,
    watermark: position.lastTime,
  });
  lines += tally.lines;
  position = { pattern, lastTime };
  from = to;
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ lines, cpuS: (user + system) / 1e6 }));
