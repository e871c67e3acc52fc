/**
 * Kills linesman and its Redis in turn at random moments while lines are written and the log is rotated; at the end
 * every line is counted once and every transition was told under one Message-ID.
 * Run by hand: node test/chaos/kill-loop.ts --rounds 20 --rate 20000 --seconds 6 [--seed 1]
 */
import { appendFileSync, renameSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clfTime } from '../support/nginx-lines.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import type { SinkMail } from '../support/smtp-sink.ts';

export interface KillLoopOptions {
  readonly rounds: number;
  /** Lines a second. */
  readonly rate: number;
  /** Mean time from one kill to the next. */
  readonly seconds: number;
  readonly seed: number;
}

export interface KillLoopResult {
  readonly written: Readonly<Record<string, number>>;
  readonly counted: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
  readonly rotations: number;
  readonly kills: { readonly linesman: number; readonly redis: number };
  /** Ends of linesman that nobody asked for. */
  readonly ownEnds: readonly string[];
  readonly bursts: number;
  readonly mails: readonly ToldMail[];
}

/** One Message-ID, and how often it came. */
export interface ToldMail {
  readonly id: string;
  readonly fault: string;
  readonly state: string;
  readonly copies: number;
}

/** A burst of bad answers comes this often and lasts so long. */
const BURST_EVERY_MS = 20_000;
const BURST_MS = 4_000;
const BURST_AFTER_MS = 6_000;
const WRITE_EVERY_MS = 50;
/** A line between its time, its number, its status and its end. */
const MIDDLE = ' HTTP/1.1" ';
const AFTER = ' 15 "-" "c" rt=0.005 host=a.example\n';
/** After a rotation the old file still gets lines for so long, as from Nginx' workers. */
const OLD_WORKERS_MS = 500;
/** With no line taken for so long it will not come any more. */
const STUCK_MS = 60_000;

const CONFIG = [
  'watches:',
  ...['http.5xx.burst', 'http.5xx.vhost', 'http.5xx.upstream'].map((name) => `  ${name}: { clearAfter: 5s }`),
  'collectors:',
  ...['cpu', 'disk', 'memory'].map((name) => `  ${name}: { enabled: false }`),
];

export async function runKillLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const random = mulberry32(options.seed);
  const world = await createWorld({ config: CONFIG });
  try {
    return await killAndCount(world, options, random);
  } finally {
    await world.end();
  }
}

async function killAndCount(world: World, options: KillLoopOptions, random: () => number): Promise<KillLoopResult> {
  const ownEnds: string[] = [];
  let linesman = await world.start();
  observe(linesman);
  const began = Date.now();
  const writer = startWriter(world.accessLog, options.rate, random);
  const kills = { linesman: 0, redis: 0 };
  for (let round = 0; round < options.rounds; round += 1) {
    await pause(options.seconds * 1_000 * (0.25 + 1.5 * random()));
    if (round % 3 !== 1) {
      if (round % 3 === 2 && (await killRedis(world))) kills.redis += 1;
      expected.add(linesman);
      await linesman.kill();
      kills.linesman += 1;
      linesman = world.begin();
      observe(linesman);
    } else if (await killRedis(world)) kills.redis += 1;
    const { lines } = await linesman.health().catch(() => ({ lines: Number.NaN }));
    process.stderr.write(`round ${round + 1}: ${writer.total()} written, ${lines} counted\n`);
  }
  // A whole burst at least, however quick the rounds were.
  await pause(Math.max(0, BURST_AFTER_MS + BURST_MS - (Date.now() - began)));
  // Faults end by being seen to be well: calm lines go on until all is told.
  writer.calm();
  await allTaken(linesman, writer.total());
  await allTold(linesman, () => writer.bursts() === 0 || world.sink.mails.length > 0);
  writer.stop();
  await allTaken(linesman, writer.total());
  return {
    written: writer.written(),
    counted: await linesman.statuses(),
    skipped: skippedOf(await linesman.metrics()),
    rotations: writer.rotations(),
    kills,
    ownEnds: [...ownEnds],
    bursts: writer.bursts(),
    mails: toldMails(world.sink.mails),
  };

  function observe(running: Running): void {
    void running.ended.then((code) => {
      if (!expected.has(running)) ownEnds.push(`${code}: ${running.stderr().slice(0, 2_000)}`);
    });
  }
}

/** Those that we end ourselves. */
const expected = new WeakSet<Running>();

async function killRedis(world: World): Promise<boolean> {
  try {
    process.kill(await world.redisPid(), 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Waits as long as lines are taken. One too many ends it too: the comparison shows it. */
async function allTaken(linesman: Running, total: number): Promise<void> {
  let before = -1;
  for (let since = Date.now(); Date.now() - since < STUCK_MS; await pause(200)) {
    const { lines } = await linesman.health();
    if (lines >= total) return;
    if (lines !== before) since = Date.now();
    before = lines;
  }
}

/** Right after a start nothing is open, since nothing is judged yet: what is to be told must have begun. */
async function allTold(linesman: Running, hasBegun: () => boolean): Promise<void> {
  for (const since = Date.now(); Date.now() - since < STUCK_MS; await pause(200)) {
    const text = await linesman.metrics();
    const waiting = [...text.matchAll(/^linesman_(?:outbox_notifications|faults_open\{.*\}) (\d+)$/gm)];
    if (hasBegun() && waiting.every(([, count]) => count === '0')) return;
  }
}

function skippedOf(metrics: string): Record<string, number> {
  const found = metrics.matchAll(/^linesman_skipped_total\{.*reason="([^"]*)".*\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, reason = '', count]) => [reason, Number(count)]));
}

function toldMails(mails: readonly SinkMail[]): readonly ToldMail[] {
  const byId = Map.groupBy(mails, ({ parsed }) => parsed.messageId ?? '');
  return [...byId].map(([id, copies]) => ({
    id,
    fault: String(copies[0]?.parsed.headers.get('x-linesman-fault')),
    state: String(copies[0]?.parsed.headers.get('x-linesman-state')),
    copies: copies.length,
  }));
}

interface Writer {
  /** No more bursts and rotations. */
  calm(): void;
  stop(): void;
  total(): number;
  written(): Readonly<Record<string, number>>;
  rotations(): number;
  bursts(): number;
}

/** Knows what it wrote: the truth that is compared with. */
function startWriter(path: string, rate: number, random: () => number): Writer {
  const written: Record<string, number> = {};
  const began = Date.now();
  let total = 0;
  let rotations = 0;
  let rotatedAt = began;
  let wroteAt = began;
  let calmFrom = Number.POSITIVE_INFINITY;
  let nextRotation = began + 1_500;

  function write(): void {
    const now = Date.now();
    // Not more at once than a second's worth, should this process have been held up.
    const count = Math.min(rate, Math.floor(((now - began) / 1_000) * rate) - total);
    if (count <= 0) return;
    const inBurst = now < calmFrom && isBurst(now - began);
    const before = `203.0.113.7 - - [${clfTime(now)}] "GET /`;
    const lines: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const status = statusFor(random(), inBurst);
      written[status] = (written[status] ?? 0) + 1;
      lines.push(before, String(total + i), MIDDLE, status, AFTER);
    }
    total += count;
    wroteAt = now;
    if (now >= nextRotation && now < calmFrom) {
      rotations += 1;
      renameSync(path, `${path}.${rotations}`);
      rotatedAt = now;
      nextRotation = now + 1_000 + 6_000 * random();
    }
    const toOld = rotations > 0 && now - rotatedAt < OLD_WORKERS_MS && random() < 0.5;
    appendFileSync(toOld ? `${path}.${rotations}` : path, lines.join(''));
  }

  const timer = setInterval(write, WRITE_EVERY_MS);
  return {
    calm() {
      calmFrom = Date.now();
    },
    stop: () => clearInterval(timer),
    total: () => total,
    written: () => written,
    rotations: () => rotations,
    bursts: () => Math.ceil((Math.min(wroteAt, calmFrom) - began - BURST_AFTER_MS) / BURST_EVERY_MS),
  };
}

/** In the middle of its period, so that a short run has one and sees its end. */
function isBurst(elapsed: number): boolean {
  const since = (elapsed % BURST_EVERY_MS) - BURST_AFTER_MS;
  return since >= 0 && since < BURST_MS;
}

function statusFor(chance: number, inBurst: boolean): string {
  if (inBurst && chance < 0.3) return chance < 0.1 ? '503' : '502';
  if (chance > 0.97) return '404';
  return chance > 0.9 ? '304' : '200';
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Differences between what was written and what was counted; empty when exact. */
export function differences({ written, counted }: KillLoopResult): readonly string[] {
  const statuses = [...new Set([...Object.keys(written), ...Object.keys(counted)])].sort();
  return statuses
    .filter((status) => written[status] !== counted[status])
    .map((status) => `${status}: ${written[status] ?? 0} written, ${counted[status] ?? 0} counted`);
}

/** Transitions told under more than one Message-ID, and firing faults whose end was not told. */
export function wronglyTold({ mails }: KillLoopResult): readonly string[] {
  const once = Map.groupBy(
    mails.filter(({ state }) => state !== 'update'),
    ({ fault, state }) => `${fault} ${state}`,
  );
  const twice = [...once].filter(([, ids]) => ids.length > 1).map(([what, ids]) => `${what}: ${ids.length} mails`);
  const open = mails.filter(({ fault, state }) => state === 'firing' && !once.has(`${fault} resolved`));
  return [...twice, ...open.map(({ fault }) => `${fault}: its end was not told`)];
}

export function summary(result: KillLoopResult): string {
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
  const { kills, mails } = result;
  const copies = mails.reduce((all, { copies }) => all + copies, 0);
  return [
    `${sum(result.written)} lines written, ${sum(result.counted)} counted (${differences(result).join('; ') || 'exact for each status'})`,
    `${kills.linesman} kills of linesman, ${kills.redis} of Redis, ${result.rotations} rotations`,
    `${mails.length} Message-IDs in ${copies} mails for ${result.bursts} bursts (${wronglyTold(result).join('; ') || 'each transition told once'})`,
    `skipped ${JSON.stringify(result.skipped)}`,
    `unasked ends: ${result.ownEnds.length === 0 ? 'none' : result.ownEnds.join(' | ')}`,
  ].join('; ');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      rate: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '6' },
      seed: { type: 'string', default: '1' },
    },
  });
  const result = await runKillLoop({
    rounds: Number(values.rounds),
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
  });
  process.stdout.write(`${summary(result)}\n`);
  for (const { fault, state, copies, id } of result.mails) process.stdout.write(`${fault} ${state} ${id} x${copies}\n`);
  process.exitCode = differences(result).length + wronglyTold(result).length + result.ownEnds.length === 0 ? 0 : 1;
}
