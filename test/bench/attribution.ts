/**
 * How often who explains a finding is named rightly: `node test/bench/attribution.ts [part of a name]`. Simulated visits,
 * repeatable, through the very lists of heavy hitters that reading fills; a minute or two for all of it.
 */
import {
  drawer,
  type Scene,
  sceneExplained,
  usualVisit as usual,
  type Visit,
} from '../core/detect/attribution/visits.ts';

interface Case {
  readonly name: string;
  readonly scene: Omit<Scene, 'draw' | 'rate' | 'seconds' | 'usual'>;
  readonly usual?: number;
  /** Field to keys that may be named; none: it must be said to be spread, or nothing. */
  readonly right: Readonly<Record<string, readonly string[]>>;
}

const is =
  (by: string, ...keys: readonly string[]) =>
  (visit: Visit) =>
    keys.includes(visit[by] ?? '');
const failing = (which: (visit: Visit) => boolean, chance: number) => (visit: Visit) => (which(visit) ? chance : 0.003);
const scanner = () => ({
  route: '/wp-login.php',
  vhost: 'site-0',
  client: '198.51.100.7',
  method: 'POST',
  agent_family: 'Python',
});

const CASES: readonly Case[] = [
  { name: 'all fail alike, 20%', scene: { judged: 'share', failing: () => 0.2 }, right: {} },
  { name: 'all fail alike, 5%', scene: { judged: 'share', failing: () => 0.05 }, right: {} },
  { name: 'all fail alike, usually 3%', scene: { judged: 'share', failing: () => 0.3 }, usual: 0.03, right: {} },
  ...[1, 0.4].map((chance) => ({
    name: `one route fails, ${chance * 100}%`,
    scene: { judged: 'share' as const, failing: failing(is('route', '/route/d0'), chance) },
    right: { route: ['/route/d0'] },
  })),
  {
    name: 'two routes fail',
    scene: { judged: 'share', failing: failing(is('route', '/route/c0', '/route/e0'), 0.9) },
    right: { route: ['/route/c0', '/route/e0'] },
  },
  ...[1, 0.3].map((chance) => ({
    name: `one upstream of three fails, ${chance * 100}%`,
    scene: { judged: 'share' as const, failing: failing(is('upstream', '10.0.0.2:8080'), chance) },
    right: { upstream: ['10.0.0.2:8080'] },
  })),
  {
    name: 'one virtual host of three fails, 60%',
    scene: { judged: 'share', failing: failing(is('vhost', 'site-1'), 0.6) },
    right: { vhost: ['site-1'] },
  },
  {
    name: 'one method fails',
    scene: { judged: 'share', failing: failing(is('method', 'POST'), 0.8) },
    right: { method: ['POST'] },
  },
  {
    name: 'a scanner makes the errors',
    scene: { judged: 'share', failing: failing(is('client', '198.51.100.7'), 0.9), more: { rate: 1, visit: scanner } },
    right: { client: ['198.51.100.7'], route: ['/wp-login.php'], agent_family: ['Python'] },
  },
  {
    name: 'ten routes fail that no field joins',
    scene: { judged: 'share', failing: failing(({ route = '' }) => /[b-k]0$/.test(route), 0.9) },
    right: {},
  },
  { name: 'all come twice as often', scene: { judged: 'count', more: { rate: 0, visit: scanner } }, right: {} },
  {
    name: 'one client floods',
    scene: { judged: 'count', more: { rate: 0, visit: scanner } },
    right: { client: ['198.51.100.7'], route: ['/wp-login.php'], agent_family: ['Python'] },
  },
  {
    name: 'one route is visited by many',
    scene: { judged: 'count', more: { rate: 0, visit: scanner } },
    right: { route: ['/news'] },
  },
  { name: 'a third of all still comes', scene: { judged: 'count', left: () => 0.33 }, right: {} },
  {
    name: 'one agent comes no more',
    scene: { judged: 'count', left: (visit) => (visit.agent_family === 'Chrome' ? 0 : 1) },
    right: { agent_family: ['Chrome'] },
  },
];

const RUNS = 30;
const part = process.argv[2] ?? '';
console.log(
  '| what happens | visits/s, for | told | right | wrong | "spread" | nothing |\n|---|---|---|---|---|---|---|',
);
for (const one of CASES.filter(({ name }) => name.includes(part))) {
  for (const [rate, seconds] of [
    [1, 60],
    [5, 60],
    [50, 30],
  ] as const)
    console.log(row(one, rate, seconds));
}

function row(one: Case, rate: number, seconds: number): string {
  const counts = { told: 0, right: 0, wrong: 0, spread: 0, nothing: 0 };
  for (let run = 1; run <= RUNS; run += 1) {
    const draw = drawer(run * 1_000 + rate);
    const said = sceneExplained({ usual: one.usual ?? 0.003, ...sceneOf(one, rate), draw, rate, seconds });
    if (said === 'no finding') continue;
    counts.told += 1;
    if (said === undefined) counts.nothing += 1;
    else if (said.kind === 'spread' && (isAlike(one) || !said.fields.includes('route'))) counts.spread += 1;
    else if (said.explainers.every(({ by, keys }) => keys.every((key) => one.right[by]?.includes(key))))
      counts.right += 1;
    else {
      counts.wrong += 1;
      if (process.env.SHOW) console.error(one.name, rate, JSON.stringify(said));
    }
  }
  return `| ${one.name} | ${rate}, ${seconds} s | ${Object.values(counts).join(' | ')} |`;
}

function isAlike({ name }: Case): boolean {
  return name.includes('all');
}

/** What comes in addition is told by the rate. */
function sceneOf({ name, scene }: Case, rate: number): Case['scene'] {
  if (!scene.more) return scene;
  if (name === 'all come twice as often') return { judged: 'count', more: { rate, visit: usual } };
  if (name === 'one route is visited by many')
    return { ...scene, more: { rate, visit: (draw) => ({ ...usual(draw), route: '/news' }) } };
  return { ...scene, more: { rate: name === 'one client floods' ? rate : rate * 0.15, visit: scanner } };
}
