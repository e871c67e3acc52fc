import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStateLost } from '../../../src/app/storage/state-lost.ts';
import type { SourceEngine } from '../../../src/engine/source.ts';

test('one emptying is said once, although every source and the judging find it out by themselves', () => {
  const desk = deskOf(['nginx', 'shop']);

  desk.lose('nginx', 0);
  desk.loseJudging(1_000);
  desk.lose('shop', 12_000);

  assert.equal(desk.said(), 1);
});

test('a second emptying is said too, also where the clock was set back in between', () => {
  const desk = deskOf(['nginx']);

  desk.lose('nginx', 0);
  desk.lose('nginx', 60_000);
  desk.lose('nginx', -3_600_000);

  assert.equal(desk.said(), 3);
});

test('without a loss nothing is said', () => {
  const desk = deskOf(['nginx']);

  for (const at of [0, 1_000, 60_000]) desk.look(at);

  assert.equal(desk.said(), 0);
});

function deskOf(names: readonly string[]) {
  const lost = new Map(names.map((name) => [name, 0]));
  let judging = 0;
  let time = 0;
  let said = 0;
  const sources = names.map((name) => ({
    engine: { conflicts: () => ({ behind: 7, lost: lost.get(name) ?? 0 }) } as unknown as SourceEngine,
  }));
  const lookForLoss = createStateLost({
    ...{ sources: () => sources, ticker: { lost: () => judging }, now: () => time },
    onLost() {
      said += 1;
    },
  });
  const look = (at: number) => {
    time = at;
    lookForLoss();
  };
  return {
    look,
    said: () => said,
    lose(name: string, at: number) {
      lost.set(name, (lost.get(name) ?? 0) + 1);
      look(at);
    },
    loseJudging(at: number) {
      judging += 1;
      look(at);
    },
  };
}
