/** `linesman demo`: the main job seen working within a minute, on this machine, leaving nothing behind. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Transition } from '../core/types.ts';

/** Seconds of each scene, and requests a second. */
const CALM_SECONDS = 8;
const BURST_SECONDS = 8;
const RATE = 40;
/** Health that ends the fault in the demo; a real fault waits for 60 s. */
const CLEAR_AFTER = '5s';
/** The demo gives up when its mails have not come by then. */
const WITHIN_MS = 60_000;
const TICK_MS = 100;

const PATHS = ['/', '/products', '/products/17', '/cart', '/api/search?q=lamp', '/static/app.js', '/login'];

export function command(): Command {
  return new Command('demo')
    .description(
      'Show a 5xx burst being found, mailed and resolved: own Redis, own mail server, own log, all gone at the end.',
    )
    .action(run);
}

async function run(): Promise<void> {
  const { ensureRedisProgram } = await import('../redis/fetch-program.ts');
  const { createSmtpSink } = await import('./smtp-sink.ts');
  const { startService } = await import('../app/live.ts');
  const { loadConfig } = await import('../config/config.ts');
  const { createLogger } = await import('../telemetry/logger.ts');
  const { storyLine } = await import('../core/render/story.ts');
  say('Looking for a Redis program (where there is none, a private copy is unpacked into the cache folder) …');
  const redisProgram = await ensureRedisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'linesman-demo-'));
  const sink = await createSmtpSink();
  const log = join(folder, 'access.log');
  await writeFile(log, '');
  await writeFile(join(folder, 'linesman.yaml'), demoConfig(folder, sink.url));
  const config = loadConfig({ file: join(folder, 'linesman.yaml'), env: {}, hostname: 'demo' });
  const transitions: Transition[] = [];
  const service = await startService({
    config,
    log: createLogger('error'),
    redisProgram,
    onTransitions(list) {
      transitions.push(...list);
      for (const transition of list) say(`      ${storyLine(transition)}`);
    },
  });
  const traffic = startTraffic(log);
  try {
    say(`Watching ${log}, mail goes to a server of our own at ${sink.url}.\n`);
    say(`calm    ${CALM_SECONDS} s of ordinary traffic, ${RATE} requests a second`);
    await pause(CALM_SECONDS * 1_000);
    say(`\nburst   three of ten requests now answer 502 …`);
    traffic.setBadShare(0.3);
    const [firing] = await Promise.all([sink.waitFor(1, WITHIN_MS), pause(BURST_SECONDS * 1_000)]);
    showMail('The mail that came', firing[0]?.parsed);
    say('\nhealth  all requests are answered again …');
    traffic.setBadShare(0);
    const mails = await sink.waitFor(2, WITHIN_MS);
    showMail('The mail that says it is over', mails[1]?.parsed);
    say(
      `\n${traffic.lines()} lines written, ${mails.length} mails, ${transitions.length} transitions. Nothing is left behind.`,
    );
  } finally {
    await traffic.stop();
    await service.stop();
    await sink.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function demoConfig(folder: string, smtpUrl: string): string {
  const fast = ['http.5xx.burst', 'http.5xx.vhost', 'http.5xx.upstream'].map(
    (name) => `  ${name}: { clearAfter: ${CLEAR_AFTER} }`,
  );
  return [
    'host: demo',
    `data: ${join(folder, 'data')}`,
    'http: 127.0.0.1:0',
    'sources:',
    '  - name: nginx',
    `    files: ${join(folder, '*.log')}`,
    '    from: beginning',
    'mail:',
    '  to: you@example.com',
    '  from: linesman <linesman@example.com>',
    `  smtp: ${smtpUrl}`,
    'watches:',
    ...fast,
    '',
  ].join('\n');
}

/** Appends lines as Nginx would, stamped now. */
function startTraffic(log: string): { setBadShare(share: number): void; lines(): number; stop(): Promise<void> } {
  let badShare = 0;
  let lines = 0;
  let due = 0;
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    due += (RATE * TICK_MS) / 1_000;
    const count = Math.floor(due);
    due -= count;
    lines += count;
    const text = Array.from({ length: count }, () => accessLine(Date.now(), Math.random() < badShare)).join('');
    writing = writing.then(async () => await appendFile(log, text));
  }, TICK_MS);
  return {
    setBadShare(share) {
      badShare = share;
    },
    lines: () => lines,
    async stop() {
      clearInterval(timer);
      await writing;
    },
  };
}

function accessLine(now: number, isBad: boolean): string {
  const [, month, day, year] =
    /^\w+ (\w+) (\d+) (\d+)/.exec(
      new Date(now)
        .toUTCString()
        .replace(',', '')
        .replace(/^(\w+) (\d+) (\w+)/, '$1 $3 $2'),
    ) ?? [];
  const clock = new Date(now).toISOString().slice(11, 19);
  const client = `203.0.113.${1 + Math.floor(Math.random() * 200)}`;
  const path = PATHS[Math.floor(Math.random() * PATHS.length)] ?? '/';
  const status = isBad ? 502 : Math.random() < 0.03 ? 404 : 200;
  const seconds = (isBad ? 0.001 : 0.005 + Math.random() * 0.05).toFixed(3);
  return `${client} - - [${day}/${month}/${year}:${clock} +0000] "GET ${path} HTTP/1.1" ${status} ${isBad ? 157 : 1_532} "-" "Mozilla/5.0" rt=${seconds} urt=${seconds} us=${status} ua=10.0.0.7:8080 host=shop.example.com\n`;
}

interface ShownMail {
  readonly from?: { readonly text: string } | undefined;
  readonly to?: unknown;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
}

function showMail(title: string, mail: ShownMail | undefined): void {
  const bar = '─'.repeat(76);
  const lines = [
    `From: ${mail?.from?.text ?? ''}`,
    'To: you@example.com',
    `Subject: ${mail?.subject ?? ''}`,
    '',
    ...(mail?.text ?? '').trimEnd().split('\n'),
  ];
  say(`\n┌${bar}\n│ ${title}\n├${bar}\n${lines.map((line) => `│ ${line}`).join('\n')}\n└${bar}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
