/** Prints the lines that linesman's reader takes; at SIGTERM it keeps its file records for the next start. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FileRecord } from '../../../src/core/types.ts';
import { createFileReader } from '../../../src/sources/files.ts';

interface Options {
  readonly globs: readonly string[];
  readonly checkpoint: string;
  readonly watch: boolean;
}

const WAIT_MS = 1_000;
const LF = 10;

async function readForever({ globs, checkpoint, watch }: Options): Promise<void> {
  let stopping = false;
  process.once('SIGTERM', () => {
    stopping = true;
  });
  const reader = createFileReader({ source: 'bench', globs, from: 'beginning', watch });
  const known = existsSync(checkpoint) ? (JSON.parse(readFileSync(checkpoint, 'utf8')) as FileRecord[]) : undefined;
  await reader.open(known, Date.now());
  process.stderr.write('ready\n');
  while (!stopping) {
    const chunks = await reader.chunks(Date.now());
    for (const { generation, bytes } of chunks) {
      process.stdout.write(Buffer.from(bytes));
      if (bytes.at(-1) !== LF) process.stdout.write('\n');
      reader.take(generation, bytes.length, {});
    }
    if (chunks.length === 0) await reader.wait(WAIT_MS);
  }
  writeFileSync(checkpoint, JSON.stringify(reader.records()));
  await reader.close();
}

await readForever(JSON.parse(process.argv[2] ?? '{}') as Options);
