/**
 * Kills linesman and its Redis in turn at random moments while lines are written and the log is rotated; at the end
 * every line is counted once and every transition was told under one Message-ID.
 * Run by hand: node test/chaos/kill-loop.ts --rounds 30 --rate 20000 --seconds 20 [--seed 1] [--rotations rename|mixed]
 * [--lost 0.03] [--agents 2]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createWorld, type World } from '../support/service.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { pick, type Random, seededRandom } from './random.ts';
import { addressedRedis, embeddedRedis, type RedisUnderFire } from './redis-under-fire.ts';
import { BURST_AFTER_MS, BURST_MS, startWriter, type Writer } from './rotating-writer.ts';
import { type KillLoopResult, mistakes, summary, toldMails } from './verdict.ts';

export interface KillLoopOptions {
  readonly rounds: number;
  /** Lines a second. */
  readonly rate: number;
  /** Mean time from one kill to the next. */
  readonly seconds: number;
  readonly seed: number;
  readonly rotations: 'rename' | 'mixed';
  /** Share of Redis' replies that get lost on the way. */
  readonly lost: number;
  /** Linesmen of one name. With two, Redis is one that both reach, and one of them is frozen now and then. */
  readonly agents: number;
}

/** With no line taken for so long it will not come any more. */
const STUCK_MS = 60_000;
/** Flapping faults stay open for long. */
const TOLD_WITHIN_MS = 180_000;
const SURELY_TOLD_MS = 3_000;
/** It is looked at this often how far linesman is, and with so many seconds of lines unread it is not behind. */
const LOOK_EVERY_MS = 2_000;
const CAUGHT_UP_S = 2;
/** What was rotated so long before that was read. */
const READ_LONG_AGO_MS = 30_000;
/** Longer than the lease: the other takes over meanwhile. */
const FREEZE_MS = 12_000;
/** Of the rounds with two linesmen, every so many freezes one. */
const FREEZE_EVERY = 5;

const CONFIG = [
  'watches:',
  ...['http.5xx.burst', 'http.5xx.vhost', 'http.5xx.upstream'].map((name) => `  ${name}: { clearAfter: 5s }`),
  'collectors:',
  ...['cpu', 'disk', 'memory'].map((name) => `  ${name}: { enabled: false }`),
];

export async function runKillLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const random = seededRandom(options.seed);
  const isOwn = options.lost === 0 && options.agents === 1;
  // Its chance is its own: how many replies there are depends on the time.
  const redis = isOwn ? embeddedRedis() : await addressedRedis(options.lost, seededRandom(options.seed + 1));
  const world = await createWorld({ config: CONFIG, env: redis.env });
  try {
    return await killAndCount(world, redis, options, random);
  } finally {
    await world.end();
    await redis.close();
  }
}

async function killAndCount(
  world: World,
  redis: RedisUnderFire,
  options: KillLoopOptions,
  random: Random,
): Promise<KillLoopResult> {
  const fleet = await startFleet(world, options.agents);
  const began = Date.now();
  const reading = { upTo: 0 };
  const readUpTo = () => reading.upTo;
  const writer = startWriter(world.accessLog, { ...options, random: seededRandom(options.seed + 2), readUpTo });
  const watching = setInterval(() => void lookHowFar(), LOOK_EVERY_MS);
  const kills = { linesman: 0, redis: 0, freezes: 0 };
  for (let round = 0; round < options.rounds; round += 1) {
    await pause(options.seconds * 1_000 * (0.25 + 1.5 * random()));
    await strike(round, { fleet, redis, world, random, kills });
    const counted = await fleet.lines();
    const told = Number.isNaN(counted) ? 'none at work just now' : `${counted} counted`;
    process.stderr.write(`round ${round + 1}: ${writer.total()} written, ${told}\n`);
  }
  clearInterval(watching);
  // A whole burst at least, however quick the rounds were.
  await pause(Math.max(0, BURST_AFTER_MS + BURST_MS - (Date.now() - began)));
  await settle(fleet, writer, world);
  return {
    written: writer.written(),
    counted: await fleet.statuses(),
    skipped: skippedOf(await fleet.metrics()),
    rotations: writer.rotations(),
    kills,
    lost: redis.lost(),
    ownEnds: fleet.ownEnds(),
    bursts: writer.bursts(),
    mails: toldMails(world.sink.mails),
  };

  async function lookHowFar(): Promise<void> {
    const written = writer.total();
    const lines = await fleet.lines();
    if (lines >= written - options.rate * CAUGHT_UP_S) reading.upTo = Date.now() - READ_LONG_AGO_MS;
  }
}

interface Field {
  readonly fleet: Fleet;
  readonly redis: RedisUnderFire;
  readonly world: World;
  readonly random: Random;
  readonly kills: { linesman: number; redis: number; freezes: number };
}

/** Kills linesman, Redis or both, in turn. Of two linesmen it is half of the time the one at work, else either of them. */
async function strike(round: number, { fleet, redis, world, random, kills }: Field): Promise<void> {
  const any = pick(random, [...Array(fleet.size).keys()]);
  const victim = random() < 0.5 ? any : ((await fleet.atWork()) ?? any);
  if (fleet.size > 1 && round % FREEZE_EVERY === FREEZE_EVERY - 1) {
    kills.freezes += 1;
    return await fleet.freeze(victim, FREEZE_MS);
  }
  if (round % 3 !== 0 && (await redis.kill(world))) kills.redis += 1;
  if (round % 3 === 1) return;
  await fleet.kill(victim);
  kills.linesman += 1;
}

/** Faults end by being seen to be well: calm lines go on until all is told. */
async function settle(fleet: Fleet, writer: Writer, world: World): Promise<void> {
  writer.calm();
  await allTaken(fleet, writer.total());
  await allTold(fleet, () => writer.bursts() === 0 || world.sink.mails.length > 0);
  await writer.stop();
  await allTaken(fleet, writer.total());
}

/** Waits as long as lines are taken. One too many ends it too: the comparison shows it. */
async function allTaken(fleet: Fleet, total: number): Promise<void> {
  let before = -1;
  for (let since = Date.now(); Date.now() - since < STUCK_MS; await pause(200)) {
    const lines = await fleet.lines();
    if (lines >= total) return;
    if (lines !== before) since = Date.now();
    before = lines;
  }
}

/**
 * Right after a start nothing is open, since nothing is judged yet: what is to be told must have begun. And what was
 * read late is judged late: nothing must be open for some time.
 */
async function allTold(fleet: Fleet, hasBegun: () => boolean): Promise<void> {
  let doneSince = Number.POSITIVE_INFINITY;
  for (const since = Date.now(); Date.now() - since < TOLD_WITHIN_MS; await pause(200)) {
    const text = await fleet.metrics();
    const waiting = [...text.matchAll(/^linesman_(?:outbox_notifications|faults_open\{.*\}) (\d+)$/gm)];
    const isDone = hasBegun() && waiting.every(([, count]) => count === '0');
    doneSince = isDone ? Math.min(doneSince, Date.now()) : Number.POSITIVE_INFINITY;
    if (Date.now() - doneSince >= SURELY_TOLD_MS) return;
  }
}

function skippedOf(metrics: string): Record<string, number> {
  const found = metrics.matchAll(/^linesman_skipped_total\{.*reason="([^"]*)".*\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, reason = '', count]) => [reason, Number(count)]));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '30' },
      rate: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      rotations: { type: 'string', default: 'mixed' },
      lost: { type: 'string', default: '0' },
      agents: { type: 'string', default: '1' },
    },
  });
  const result = await runKillLoop({
    rounds: Number(values.rounds),
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    rotations: values.rotations === 'rename' ? 'rename' : 'mixed',
    lost: Number(values.lost),
    agents: Number(values.agents),
  });
  process.stdout.write(`${summary(result)}\n`);
  for (const { fault, state, copies, id } of result.mails) process.stdout.write(`${fault} ${state} ${id} x${copies}\n`);
  process.exitCode = mistakes(result).length === 0 ? 0 : 1;
}
