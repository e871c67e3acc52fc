/** Checks on a clock that is moved by hand: what they answer is said by the test. */
import { mock } from 'node:test';
import { type Asking, createChecking } from '../../../src/app/checking/checking.ts';
import type { KnownCheck } from '../../../src/app/knowing/checks.ts';
import type { CheckReading } from '../../../src/core/check.ts';
import type { Measurement } from '../../../src/core/plugin.ts';

export const T0 = Date.UTC(2026, 10, 28, 12);
export const WELL: CheckReading = { said: 'It is open.' };
export const SHUT: CheckReading = { cause: 'shut', said: 'It is shut.' };

export type Run = KnownCheck['runner']['run'];

export function known(name: string, run: Run, parts: Partial<KnownCheck> = {}): KnownCheck {
  const causes = { shut: { title: 'The door is shut', severity: 'critical', why: 'w', whatToDo: 't' } } as const;
  return {
    ...{ name, kind: 'door', everyMs: 15_000, timeoutMs: 5_000, settleMs: 0, confirm: { bad: 2, of: 3 } },
    runner: { target: `door ${name}`, causes, run },
    config: { name, kind: 'door', settle: 0, options: {} },
    ...parts,
  };
}

export interface Told {
  /** Seconds since the start. */
  readonly at: number;
  readonly check: string;
  readonly failed: number;
  readonly lines: readonly string[];
}

export function startChecking(checks: readonly KnownCheck[]) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  let passed = 0;
  const now = () => T0 + passed;
  const told: Told[] = [];
  const measured: Measurement[] = [];
  const asked: Asking[] = [];
  const checking = createChecking({
    ...{ checks, now, clock: now, onAsked: (asking) => void asked.push(asking) },
    async tell(measurements, at) {
      measured.push(...measurements);
      for (const { series, value, lines = [] } of measurements) {
        const [, check] = /^check\.failed\{check=(.*)\}$/.exec(series) ?? [];
        if (check !== undefined) told.push({ at: (at.now - T0) / 1_000, check, failed: value, lines });
      }
    },
  });
  checking.start();
  return {
    ...{ checking, told, measured, asked, now },
    /** Lets so much time pass, a tenth of a second at a time. */
    async pass(ms: number) {
      await idle();
      for (let left = ms; left > 0; left -= 100) {
        passed += Math.min(100, left);
        mock.timers.tick(Math.min(100, left));
        await idle();
      }
    },
  };
}

/** What can go on has gone on. */
async function idle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
