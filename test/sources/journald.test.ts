/** The journal as systemd-journald keeps it: one of our own, in a mount namespace, read by the real journalctl. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createJournalReader } from '../../src/sources/journal.ts';
import { until } from '../support/until.ts';
import { createStreamHarness, type StreamHarness } from './stream-harness.ts';

const JOURNALD = '/lib/systemd/systemd-journald';
const SOCKET = '/run/systemd/journal/dev-log';

test('journald: named entries alone, each once, over a restart and a store that forgets', {
  skip: whyNot(),
}, async (t) => {
  const journald = await startJournald(t);
  journald.log('other', 'before');
  const reader = () => createJournalReader({ source: 'journal', of: ['nginx', 'app.service'], from: 'end' });
  const harness = createStreamHarness(reader());
  t.after(async () => await harness.reader().close());
  await harness.open();

  journald.log('nginx', 'one');
  journald.log('other', 'not ours');
  journald.log('nginx', 'two');
  await harness.takes(2);
  await harness.restart(reader());
  journald.log('nginx', 'three');
  await harness.takes(3);
  harness.forget(1);
  await harness.round();
  journald.log('nginx', 'four');
  await harness.takes(4);

  assert.deepEqual(messages(harness), ['one', 'two', 'three', 'four']);
  assert.deepEqual(harness.reader().problems(), []);
});

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can make a mount namespace';
  try {
    accessSync(JOURNALD);
    for (const program of ['unshare', 'nsenter', 'journalctl', 'logger']) execFileSync('which', [program]);
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'it needs systemd-journald, journalctl, logger, and a namespace of its own';
  }
}

/** Its /run is its own, so it disturbs no other; PATH gets a journalctl that looks there. */
async function startJournald(t: TestContext): Promise<{ log(identifier: string, message: string): void }> {
  const setUp = `mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal && exec ${JOURNALD}`;
  const child = spawn('unshare', ['-m', 'sh', '-c', setUp], { stdio: 'ignore' });
  const bin = mkdtempSync(join(tmpdir(), 'linesman-journald-'));
  const path = process.env.PATH;
  t.after(async () => {
    process.env.PATH = path;
    await end(child);
    rmSync(bin, { recursive: true });
  });
  const inside = (program: string) => [`-t`, `${child.pid}`, '-m', program];
  await until('journald listens', () => {
    try {
      execFileSync('nsenter', [...inside('test'), '-S', SOCKET], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  const real = execFileSync('which', ['journalctl'], { encoding: 'utf8' }).trim();
  const program = `#!/bin/sh\nexec nsenter ${inside(real).join(' ')} "$@"\n`;
  writeFileSync(join(bin, 'journalctl'), program, { mode: 0o755 });
  process.env.PATH = `${bin}:${path}`;
  return {
    log: (identifier, message) =>
      void execFileSync('nsenter', [...inside('logger'), '-u', SOCKET, '-t', identifier, message]),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

function messages(harness: StreamHarness): readonly string[] {
  return harness.stored().lines.map((line) => (JSON.parse(line) as { MESSAGE: string }).MESSAGE);
}
