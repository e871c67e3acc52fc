/** The compose files, by the commands of docs/OPERATING.md in their order: all services come up, and linesman counts what Nginx logs. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { shellCommands } from '../docs/shell-commands.ts';
import { until } from '../support/until.ts';
import { composeCommand } from './compose.ts';
import { told } from './place.ts';
import { createShell, type Shell } from './shell.ts';

const PROJECT = `linesman-check-${process.pid}`;
const MAIL_SERVER = 'smtp://mail.example.com:2525';
/** Takes every mail; linesman finds it where its secret says. */
const SINK = `const { SMTPServer } = require('smtp-server');
new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], onData: (mail, _, done) => mail.resume().on('end', done) }).listen(2525)`;
const compose = await composeCommand(PROJECT).catch((error: Error) => error);
const skip =
  compose instanceof Error
    ? `Compose v2 cannot be had: ${compose.message}`
    : process.getuid?.() !== 0 && 'only root can give a file to user 1000';

test('every command of Compose does what the page says', { skip }, async () => {
  if (compose instanceof Error) return;
  const env = { LINESMAN_IMAGE: told.image, NGINX_PORT: '0' };
  const shell = await createShell({ compose, env });
  await writeFile(join(shell.folder, 'smtp_url.txt'), `${MAIL_SERVER}\n`);
  const commands = shellCommands('docs/OPERATING.md').filter(({ runner }) => runner === 'compose');
  try {
    assert.ok(commands.length > 5);
    for (const { command } of commands) {
      await BEFORE[command]?.(shell);
      const ran = await shell.run(command);
      assert.equal(ran.code, 0, `${command}: ${ran.stdout}${ran.stderr}`);
      await AFTER[command]?.(shell);
    }
  } catch (error) {
    process.stdout.write((await shell.run('docker compose -f compose.redis.yaml logs --tail 20')).stdout);
    throw error;
  } finally {
    await shell.run(`docker rm -f ${PROJECT}-mail`);
    await shell.run('docker compose -f compose.redis.yaml down -v --remove-orphans');
    await shell.end();
  }
});

const WITH_SECRETS = 'docker compose -f compose.yaml -f compose.secrets.yaml up -d --wait';
const WITH_REDIS = 'docker compose -f compose.redis.yaml up -d --wait';

const BEFORE: Readonly<Record<string, (shell: Shell) => Promise<void>>> = {
  [WITH_SECRETS]: async (shell) => {
    await ok(shell, 'docker compose up -d nginx');
    const network = `--network ${PROJECT}_default --network-alias mail.example.com`;
    const entry = `--entrypoint node ${told.image} -e "$SINK"`;
    await ok(shell, `SINK='${SINK.replaceAll("'", '"')}'; docker run -d --name ${PROJECT}-mail ${network} ${entry}`);
    await writeFile(join(shell.folder, '.env'), 'LINESMAN_MAIL_TO=ops@example.com\n');
  },
  [WITH_REDIS]: async (shell) => await rm(join(shell.folder, '.env')),
};

/** What each of these has brought about. */
const AFTER: Readonly<Record<string, (shell: Shell) => Promise<void>>> = {
  'docker compose up -d --wait': async (shell) => {
    await counts(shell, 20, 20);
    // The service `rotate` looks every ten seconds; a file of one size costs no time to make.
    await ok(shell, 'docker compose exec -T nginx truncate -s 60M /logs/large.log');
    await until(
      'the large log is renamed',
      async () => (await shell.run('docker compose exec -T nginx test -e /logs/large.log.1')).code === 0,
    );
    await counts(shell, 5, 25);
  },
  [WITH_SECRETS]: async (shell) => {
    const config = await ok(shell, 'docker compose exec -T linesman linesman config check');
    assert.match(config, /mail\.example\.com/);
    const inspected = await ok(shell, 'docker inspect $(docker compose ps -q linesman)');
    assert.ok(!inspected.includes(MAIL_SERVER) && inspected.includes('LINESMAN_SMTP_URL_FILE'));
  },
  [WITH_REDIS]: async (shell) => {
    const own = 'docker compose -f compose.redis.yaml';
    assert.ok(Number(await ok(shell, `${own} exec -T redis redis-cli dbsize`)) > 0);
    assert.match(await ok(shell, `${own} logs linesman`), /linesman is watching/);
  },
};

/** Asks for some pages, and waits until linesman has stored that many lines in all. */
async function counts(shell: Shell, requests: number, lines: number): Promise<void> {
  const program = `for (let i = 0; i < ${requests}; i++) await (await fetch("http://nginx/")).text()`;
  await ok(shell, `docker compose exec -T linesman node --input-type=module -e '${program}'`);
  let health = '';
  await until(`${lines} lines are counted`, async () => {
    health = (await shell.run('docker compose exec -T linesman linesman-health')).stdout;
    return health.includes(`"lines":${lines},`);
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${health}`);
  });
}

async function ok(shell: Shell, command: string): Promise<string> {
  const ran = await shell.run(command);
  assert.equal(ran.code, 0, `${command}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}
