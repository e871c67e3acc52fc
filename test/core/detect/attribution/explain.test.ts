import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawer, type Scene, sceneExplained, usualVisit, type Visit } from './visits.ts';

const SCANNER = { client: '198.51.100.7', route: '/wp-login.php', method: 'POST' };
const share = { judged: 'share', usual: 0.003, rate: 10, seconds: 40 } as const;
const count = { judged: 'count', usual: 0, rate: 10, seconds: 40 } as const;
const failing = (which: Visit, chance: number) => (visit: Visit) =>
  Object.entries(which).every(([by, key]) => visit[by] === key) ? chance : 0.003;

const CASES: readonly (readonly [name: string, scene: Omit<Scene, 'draw'>, said: string])[] = [
  ['one upstream of three', { ...share, failing: failing({ upstream: '10.0.0.2:8080' }, 0.8) }, '10.0.0.2:8080'],
  [
    'one route, not the virtual host that holds it',
    { ...share, failing: failing({ route: '/route/d0' }, 1) },
    '/route/d0',
  ],
  ['one virtual host', { ...share, failing: failing({ vhost: 'site-1' }, 0.6) }, 'site-1'],
  ['all alike', { ...share, failing: () => 0.2 }, 'spread'],
  ['nearly nothing', { ...share, rate: 0.5, failing: () => 0.3 }, 'nothing'],
  [
    'one client that asks as often as all others',
    { ...count, more: { rate: 10, visit: (draw) => ({ ...usualVisit(draw), client: SCANNER.client }) } },
    SCANNER.client,
  ],
  ['twice as many of everything', { ...count, more: { rate: 10, visit: usualVisit } }, 'spread'],
  ['one agent that is gone', { ...count, left: ({ agent_family: family }) => (family === 'Chrome' ? 0 : 1) }, 'Chrome'],
];

for (const [name, scene, said] of CASES) {
  test(`who explains it: ${name}`, () => {
    let findings = 0;
    for (let seed = 1; seed <= 5; seed += 1) {
      const found = sceneExplained({ ...scene, draw: drawer(seed) });
      if (found === 'no finding') continue;
      findings += 1;

      const first = found?.kind === 'keys' ? found.explainers[0]?.keys.join(' and ') : (found?.kind ?? 'nothing');

      assert.equal(first, said, `seed ${seed}`);
    }
    assert.ok(findings > 0);
  });
}

test('without whom the share is told, and what their share was before', () => {
  const scene = { ...share, usual: 0.01, failing: failing({ upstream: '10.0.0.2:8080' }, 0.8), draw: drawer(3) };
  const found = sceneExplained(scene);
  assert.ok(found !== undefined && found !== 'no finding');
  const [first] = found.explainers;

  assert.ok(first?.isUsual && first.without < 0.03);
  assert.ok(first.now > 0.9 && (first.before ?? 1) < 0.6 && (first.all ?? 1) < 0.35);
});

test('that all routes fail alike is said with numbers, though one agent may not', () => {
  const told = sceneExplained({ ...share, failing: () => 0.2, draw: drawer(2) });
  assert.ok(told !== undefined && told !== 'no finding');

  assert.ok(told.fields.includes('upstream'));
  const { alike } = told;
  assert.ok(alike && alike.keys >= 2 && alike.keys <= 5 && alike.low <= alike.of && alike.of <= alike.high);
  assert.ok(alike.low > 0.05 && alike.high < 0.5);
});
