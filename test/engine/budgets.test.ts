/** What each test may give of the false alarms that are accepted, through the whole engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JudgeInput } from '../../src/core/plugin.ts';
import type { Verdict } from '../../src/core/types.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;
const MINUTE_MS = 60_000;
const SECONDS = 600;

test('an open fault keeps the budget with which it began, and a new one has that of now', async () => {
  const asked: JudgeInput[] = [];
  const first = armed('first', (input) => {
    asked.push(input);
    return minuteOf(input) <= 4 || minuteOf(input) >= 8 ? 'bad' : 'well';
  });
  const second = armed('second', (input) => (minuteOf(input) < 3 ? 'unclear' : 'well'));

  await judgeAll([first, second]);

  const budgets = new Map(asked.map((input) => [minuteOf(input), input.budget]));
  assert.deepEqual([...budgets.keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual([...budgets.values()], [2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
});

test('a watch that says well where nothing ever comes is no test', async () => {
  const budgets = new Set<number>();
  const watch = armed('real', ({ budget }) => {
    budgets.add(budget);
    return 'well';
  });
  const idle = armed('idle', () => 'well');

  await judgeAll([watch, { ...idle, runner: { ...idle.runner, inputs: ['never.seen', 'http.requests'] } }]);

  assert.deepEqual([...budgets], [2]);
});

function minuteOf({ now }: JudgeInput): number {
  return (now - T0) / MINUTE_MS;
}

function armed(name: string, verdictOf: (input: JudgeInput) => Verdict): ArmedWatch {
  return {
    watch: {
      ...{ name, detector: 'made-up', options: {}, severity: 'warning', clearAfterMs: MINUTE_MS, rank: 0 },
      ...{ title: 'things', why: 'because', whatToDo: 'look' },
    },
    runner: {
      ...{ inputs: ['http.requests'], everyMs: MINUTE_MS, onGrid: true, spends: true },
      judge(input) {
        const { source, now } = input;
        const verdict = verdictOf(input);
        const finding = {
          ...{ source, series: 'http.requests', labels: {}, time: now, since: now - MINUTE_MS, value: 5, expected: 1 },
          ...({ limit: 3, unit: 'count', windowMs: MINUTE_MS, score: 7, urgent: true } as const),
        };
        return { verdict, baseline: undefined, ...(verdict === 'bad' && { finding }) };
      },
    },
  };
}

/** With two false alarms a month. */
async function judgeAll(watches: readonly ArmedWatch[]): Promise<void> {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(Array.from({ length: SECONDS + 1 }, (_, second) => line(second)).join(''));
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const ticker = startTicker(store, { watches: { [SOURCE]: watches }, falseAlarmsPerMonth: 2 });
  await ticker.tick({ complete: { [SOURCE]: T0 + SECONDS * 1_000 }, delivered: () => false });
}
