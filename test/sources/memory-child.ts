/** Reads files in a process of its own and prints, as JSON, by how much its memory rose at most over each. For memory.test.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { LineReader } from '../../src/core/ports.ts';
import type { Ledger } from '../../src/core/types.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createFileReader } from '../../src/sources/files.ts';
import { startHost } from '../engine/parts.ts';

const WARM_RUNS = 3;
const NOW = Date.UTC(2026, 10, 25, 4);

export interface Measured {
  /** Peak resident memory while the file was read, above what was resident before the first. */
  readonly riseBytes: number;
  readonly lines: number;
  readonly ledger: Ledger;
  readonly problems: readonly string[];
}

type Run = (path: string) => Promise<Omit<Measured, 'riseBytes'>>;

/** Warm over ordinary lines first: compiled code and the grown heap are no cost of the files measured. */
async function measure(run: Run, warm: string, paths: readonly string[]): Promise<readonly Measured[]> {
  for (let time = 0; time < WARM_RUNS; time += 1) await run(warm);
  globalThis.gc?.();
  const before = memoryOf('VmRSS');
  const measured: Measured[] = [];
  for (const path of paths) {
    // Resets the peak (VmHWM) to what is in use now.
    writeFileSync('/proc/self/clear_refs', '5');
    const result = await run(path);
    measured.push({ ...result, riseBytes: memoryOf('VmHWM') - before });
  }
  return measured;
}

async function runReader(path: string): Promise<Omit<Measured, 'riseBytes'>> {
  const reader = readerOf(path);
  let now = NOW;
  let lines = 0;
  await reader.open(undefined, now);
  for (let quiet = 0; quiet < 3; now += 10_000) {
    const chunks = await reader.chunks(now);
    quiet = chunks.length === 0 ? quiet + 1 : 0;
    for (const { generation, bytes } of chunks) {
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
      reader.take(generation, bytes.length, {});
    }
  }
  const result = { lines, ledger: reader.accounted(), problems: reader.problems() };
  await reader.close();
  return result;
}

async function runEngine(path: string): Promise<Omit<Measured, 'riseBytes'>> {
  const reader = readerOf(path);
  const { engine } = startHost(createMemoryStore(), reader);
  let now = NOW;
  let lines = 0;
  await engine.open(now);
  for (let quiet = 0; quiet < 3; now += 10_000) {
    const round = await engine.round(now);
    quiet = round.idle ? quiet + 1 : 0;
    lines += round.lines;
  }
  const { ledger } = engine.state();
  if (!ledger) throw new Error('no ledger was committed');
  const result = { lines, ledger, problems: reader.problems() };
  await reader.close();
  return result;
}

function readerOf(path: string): LineReader {
  return createFileReader({ source: 'nginx', globs: [path], from: 'beginning', sweepMs: 0, watch: false });
}

function memoryOf(name: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(found?.[1]) * 1024;
}

const [kind, warm = '', ...paths] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure(kind === 'engine' ? runEngine : runReader, warm, paths)));
