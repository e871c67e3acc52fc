/** Whether memory stays flat while a generator writes lines into a replay's standard input. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeLogCommand } from '../log/log-files.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits } from '../statistics.ts';
import { residentMiB } from './world.ts';

/** From the peak of the first half, without its first tenth, to the peak of the second one; a collector breathes. */
const GROWTH_MIB_MAX = 10;
const SAMPLE_MS = 200;

export const memory: Row = {
  name: 'memory',
  async measure(bench) {
    bench.say(`memory: ${bench.pipedLines} lines on standard input`);
    const samples = await residentWhile(bench);
    const tenth = Math.ceil(samples.length / 10);
    const half = Math.ceil(samples.length / 2);
    const before = Math.max(...samples.slice(tenth, half));
    const after = Math.max(...samples.slice(half));
    return [figure(bench, { before, after, last: samples.at(-1) ?? Number.NaN })];
  },
};

function figure(
  { pipedLines }: Bench,
  peaks: { readonly before: number; readonly after: number; readonly last: number },
): Figure {
  const growth = peaks.after - peaks.before;
  return {
    name: `memory, ${pipedLines / 1e6} million lines on standard input`,
    goal: `flat: <= ${GROWTH_MIB_MAX} MiB more in the second half`,
    measured: `${growth <= 0 ? 'no' : inDigits(growth)} MiB more`,
    isMet: growth <= GROWTH_MIB_MAX,
    beside: `peaks ${inDigits(peaks.before)} and ${inDigits(peaks.after)} MiB, ${inDigits(peaks.last)} MiB at the end`,
  };
}

/** Resident MiB again and again, from the first line to the last. */
async function residentWhile({ folder, main, env, pipedLines, during }: Bench): Promise<readonly number[]> {
  const pipe = join(folder, 'lines.fifo');
  spawnSync('mkfifo', [pipe]);
  const generator = piped(makeLogCommand('timed', pipedLines), `>"${pipe}"`, {});
  const replay = piped([process.execPath, main, 'replay', '-'], `<"${pipe}"`, env);
  function end(): void {
    generator.kill('SIGKILL');
    replay.kill('SIGKILL');
  }
  return await during(end, async () => {
    const ended = once(replay, 'exit') as Promise<[number | null]>;
    const samples: number[] = [];
    while (replay.exitCode === null && replay.signalCode === null) {
      // It may end while we look.
      const now = await residentMiB(replay.pid ?? 0).catch(() => Number.NaN);
      if (now > 0) samples.push(now);
      await pause(SAMPLE_MS);
    }
    const [code] = await ended;
    if (code !== 0 && code !== 1) throw new Error(`The replay of standard input ended with ${code}`);
    return samples;
  });
}

/** By a shell that becomes the program: pipes of Node's own would be sockets, and not block. */
function piped(command: readonly string[], redirection: string, env: Readonly<Record<string, string>>): ChildProcess {
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const options = { env: { ...process.env, ...env }, stdio: [...stdio] };
  return spawn('bash', ['-c', `exec "$@" ${redirection} 2>/dev/null`, 'bash', ...command], options);
}
