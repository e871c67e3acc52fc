import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFilesReader } from '../../src/collectors/files.ts';
import { fakeMachine } from '../support/fake-proc.ts';

test('open files are told, and their share of those that are allowed', async (t) => {
  const { places } = fakeMachine(t, { 'proc/sys/fs/file-nr': '1920\t0\t6400\n' });

  assert.deepEqual(await createFilesReader(places).collect(), [
    { series: 'host.files.open', value: 1_920 },
    { series: 'host.files.used', value: 30 },
  ]);
});

test('a kernel without a limit has nothing that could fill up', async (t) => {
  const { places } = fakeMachine(t, { 'proc/sys/fs/file-nr': '1920\t0\t9223372036854775807\n' });

  assert.ok(
    (await createFilesReader(places).collect()).every(({ series, value }) => series.endsWith('open') || value < 1e-9),
  );
});

test('a file that is none says nothing', async (t) => {
  const { places, write } = fakeMachine(t);
  assert.deepEqual(await createFilesReader(places).collect(), []);
  for (const text of ['', '\n', 'a b c', '1 0 0', '1', '-1 0 5', '\0\0\0']) {
    write({ 'proc/sys/fs/file-nr': text });
    assert.deepEqual(await createFilesReader(places).collect(), [], text);
  }
});
