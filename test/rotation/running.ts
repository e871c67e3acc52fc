/** A program reading the files of a story, as a process: started, frozen, ended in order and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { judge } from './judge.ts';
import type { Program } from './programs/program.ts';
import type { Reading } from './story.ts';

const NOBODY = 65_534;
const LOOK_MS = 100;
/** It has read all that it is going to read when nothing more comes for so long. */
const QUIET_MS = 2_000;
/** Without events it looks once a second, and at a new file under the name only some looks later. */
const QUIET_POLLING_MS = 3_500;
const SETTLE_MS = 6_000;
const SETTLE_MIN_MS = 500;
/** Minutes of a story are no more than this: nobody can be given a clock. */
const PASS_MAX_MS = 7_000;
/** At the end; long enough for whoever holds a file back until it is sure of it. */
const FINISH_MS = 16_000;
const START_MS = 500;
const READY_MS = 60_000;
const STOP_MS = 5_000;
const STOP_LOOK_MS = 10;
const SAID_CHARS = 2_000;

export interface Running extends Reading {
  /** Waits for the last lines and says what it gave. */
  readonly finish: () => Promise<readonly string[]>;
  /** The end of what it said, where it ended by itself. */
  readonly death: () => string | undefined;
  /** Ends it and removes what it left. */
  readonly end: () => Promise<void>;
}

export function createRunning(parts: {
  readonly program: Program;
  readonly globs: readonly string[];
  readonly events: boolean;
  readonly unprivileged: boolean;
  readonly written: () => readonly string[];
  /** Kills it. */
  readonly signal: AbortSignal;
}): Running {
  const { program, globs, events, written, signal } = parts;
  const state = mkdtempSync(join(tmpdir(), 'rotation-state-'));
  const asNobody = parts.unprivileged && process.getuid?.() === 0;
  if (asNobody) chownSync(state, NOBODY, NOBODY);
  let child: ChildProcess | undefined;
  let output: string | undefined;
  let printed = '';
  let said = '';
  let death: string | undefined;
  let isStopping = false;

  const text = (): string => {
    if (output === undefined) return printed;
    return existsSync(output) ? readFileSync(output, 'utf8') : '';
  };
  const lines = (): readonly string[] => text().replace(/\n$/, '').split('\n');
  const isComplete = (): boolean => judge(written(), lines()).lost === 0;

  async function start(): Promise<void> {
    const launch = await program.launch({ globs, state, events, lastLine: text() === '' ? undefined : lines().at(-1) });
    output = launch.output;
    const user = asNobody ? { uid: NOBODY, gid: NOBODY } : {};
    const started = spawn(launch.command, launch.args, {
      ...user,
      cwd: state,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    child = started;
    started.on('error', () => undefined);
    started.stdout.setEncoding('utf8').on('data', (data: string) => {
      printed += data;
    });
    said = '';
    isStopping = false;
    started.stderr.setEncoding('utf8').on('data', (data: string) => {
      said = (said + data).slice(-SAID_CHARS);
    });
    // Behind its exit, when all that it said has come.
    started.on('close', (code, by) => {
      const ended = code === null ? `ended by ${by}` : `exit code ${code}`;
      if (!isStopping) death = said.replace(/^ready\n/, '').trim() || `${ended}, without a word`;
    });
    const began = Date.now();
    const isUp = (): boolean => (launch.saysReady ? said.includes('ready') : Date.now() - began >= START_MS);
    while (!isUp() && hasNotEnded(started)) {
      if (Date.now() - began >= READY_MS)
        throw new Error(`${program.name} did not start within ${READY_MS} ms: ${said}`);
      await sleep(LOOK_MS);
    }
  }

  async function stop(): Promise<void> {
    if (!child || !hasNotEnded(child)) return;
    isStopping = true;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    for (let waited = 0; hasNotEnded(child); waited += LOOK_MS) {
      if (waited >= STOP_MS) child.kill('SIGKILL');
      await sleep(LOOK_MS);
    }
  }

  async function freeze(): Promise<void> {
    child?.kill('SIGSTOP');
    for (let waited = 0; child && waited < START_MS && !isStopped(child); waited += STOP_LOOK_MS)
      await sleep(STOP_LOOK_MS);
  }

  /** Until all is there, or nothing has come for a while. */
  async function settle(atMostMs: number, quietMs: number): Promise<void> {
    const began = Date.now();
    let size = text().length;
    let changedAt = began;
    for (;;) {
      await sleep(LOOK_MS);
      const at = Date.now();
      const sizeNow = text().length;
      if (sizeNow !== size) changedAt = at;
      size = sizeNow;
      if (at - began >= SETTLE_MIN_MS && isComplete()) return;
      if (at - changedAt >= quietMs || at - began >= atMostMs) return;
    }
  }

  async function finish(): Promise<readonly string[]> {
    await settle(FINISH_MS, FINISH_MS);
    // What comes twice comes after it came once.
    await sleep(QUIET_MS);
    return text() === '' ? [] : lines();
  }

  async function end(): Promise<void> {
    await stop();
    rmSync(state, { recursive: true, force: true });
  }

  return {
    start,
    stop,
    settle: async () => await settle(SETTLE_MS, events ? QUIET_MS : QUIET_POLLING_MS),
    pass: async (ms) => await sleep(Math.min(ms, PASS_MAX_MS)),
    freeze,
    stall: freeze,
    thaw: async () => void child?.kill('SIGCONT'),
    finish,
    death: () => death,
    end,
  };
}

function hasNotEnded(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** The signal is answered later than it is sent. Only Linux tells. */
function isStopped({ pid }: ChildProcess): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && / T /.test(readFileSync(stat, 'utf8'));
}
