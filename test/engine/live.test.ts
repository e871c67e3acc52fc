import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readForever } from '../../src/engine/live.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { pipeOf } from '../../src/sources/pipe.ts';
import { createStdinReader } from '../../src/sources/stdin.ts';
import { until } from '../support/until.ts';
import { line, SOURCE, startHost, T0 } from './parts.ts';

test('a stop takes along what a stream holds, since it is nowhere else', async () => {
  const { input, engine, reader } = await startStream();
  input.write(line(1) + line(2));
  await until('it has come', () => reader.records()[0]?.size === Buffer.byteLength(line(1) + line(2)));

  await stopAtOnce({ name: SOURCE, engine, reader, isStream: true });

  assert.equal(linesOf(engine), 2);
});

test('of a file or a journal it takes nothing more: there it can be read again', async () => {
  const { input, engine, reader } = await startStream();
  input.write(line(1));
  await until('it has come', () => reader.records()[0]?.size === Buffer.byteLength(line(1)));

  await stopAtOnce({ name: SOURCE, engine, reader });

  assert.equal(linesOf(engine), 0);
});

async function startStream() {
  const input = new PassThrough();
  const reader = createStdinReader({ source: SOURCE, open: (handlers) => pipeOf(input, handlers), onEnded() {} });
  const { engine } = startHost(createMemoryStore(), reader);
  await engine.open(T0);
  return { input, engine, reader };
}

async function stopAtOnce(source: Parameters<typeof readForever>[0]): Promise<void> {
  await readForever(source, {
    now: () => T0 + 10_000,
    delay: async () => {},
    isStopping: () => true,
    onRound() {},
  });
}

function linesOf(engine: Parameters<typeof readForever>[0]['engine']): number {
  return engine.state().totals.reduce((sum, { count }) => sum + count, 0);
}
