/** `linesman peers`: the linesmen of a shared Redis, when each was heard of, and forgetting one that is gone for good. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { Peer } from '../redis/peers.ts';

interface PeersOptions {
  readonly config?: string;
  readonly forget?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('peers')
    .description('Show the linesmen that share this Redis, and when each was heard of last.')
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .option('--forget <host>', 'watch no longer whether this one is there, since it was taken down for good')
    .option('--json', 'print it as JSON')
    .action(run);
}

async function run(options: PeersOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname(), isLooking: true });
  const { forgetPeer, listPeers } = await import('../redis/peers.ts');
  await withRedis(config, async (redis) => {
    if (options.forget !== undefined) await forget(options.forget, await forgetPeer(redis, options.forget));
    else await show(await listPeers(redis), options);
  });
}

async function forget(host: string, wasKnown: boolean): Promise<void> {
  const { visible } = await import('../core/render/sanitise.ts');
  const name = visible(host, 100);
  if (wasKnown) {
    process.stdout.write(`${name} is forgotten; where it still runs it is known again within ten seconds.\n`);
    return;
  }
  const { UserError } = await import('../core/errors.ts');
  throw new UserError('USAGE', `There is no linesman of host ${name} at this Redis; \`linesman peers\` lists them.`, {
    exitCode: 64,
  });
}

async function show(peers: readonly Peer[], { json }: PeersOptions): Promise<void> {
  const { visibleJson } = await import('../core/render/sanitise.ts');
  const { peersText } = await import('../core/render/peers.ts');
  const sorted = [...peers].sort((a, b) => (a.host < b.host ? -1 : 1));
  process.stdout.write(json ? `${visibleJson(JSON.stringify(sorted))}\n` : peersText(sorted));
}

async function withRedis(
  { redis: url }: Config,
  use: (redis: import('../redis/connect.ts').RedisConnection) => Promise<void>,
): Promise<void> {
  const [{ UserError, messageOf }, { connectRedis, describeUrl }, { within }] = await Promise.all([
    import('../core/errors.ts'),
    import('../redis/connect.ts'),
    import('../redis/limits.ts'),
  ]);
  if (url === undefined)
    throw new UserError(
      'CONFIG',
      'This linesman has a Redis of its own, at which no other can be; where several are to watch each other, give all of them one REDIS_URL.',
    );
  const redis = connectRedis({ url, onTrouble() {}, onOk() {} });
  try {
    await within(5_000, redis.ping()).catch((error: unknown) => {
      throw new UserError('NOT_RUNNING', `Redis at ${describeUrl(url)} does not answer: ${messageOf(error)}.`);
    });
    await use(redis);
  } finally {
    redis.disconnect();
  }
}
