/** `linesman dump`: what is stored in Redis, for a person who wants to know. Reads only. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { DumpedChain } from '../core/render/dump.ts';
import type { StoredBlob } from '../redis/look.ts';

interface DumpOptions {
  readonly config?: string;
  readonly chain?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('dump')
    .description(
      "Show what is stored in Redis for this host: each chain's head, windows and baselines. Changes nothing.",
    )
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .option('--chain <chain>', 'only this chain: HOST, or HOST/SOURCE')
    .option('--json', 'print everything as JSON, one chain a line')
    .action(run);
}

async function run(options: DumpOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const { UserError } = await import('../core/errors.ts');
  const { dumpText } = await import('../core/render/dump.ts');
  const { visibleJson } = await import('../core/render/sanitise.ts');
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname() });
  checkChain(options.chain, UserError);
  const chains = chainsOf(
    await storedBlobs(config, options.chain),
    (await import('../core/window/described.ts')).describeBlob,
  );
  if (chains.length === 0)
    throw new UserError(
      'NOT_RUNNING',
      `Nothing is stored for ${options.chain === undefined ? `host ${config.host}` : `chain ${options.chain}`}: give the host's name by LINESMAN_HOST or --config, or let linesman run first.`,
    );
  const lines = chains.map((chain) => `${visibleJson(JSON.stringify(chain))}\n`);
  process.stdout.write(options.json ? lines.join('') : dumpText(chains));
}

/** It becomes part of a key pattern. */
function checkChain(chain: string | undefined, UserError: typeof import('../core/errors.ts').UserError): void {
  if (chain === undefined || /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)?$/.test(chain)) return;
  throw new UserError(
    'USAGE',
    `--chain is ${JSON.stringify(chain.slice(0, 100))}; write HOST or HOST/SOURCE, such as web-1/nginx`,
    {
      exitCode: 64,
    },
  );
}

async function storedBlobs({ redis, data, host }: Config, chain: string | undefined): Promise<readonly StoredBlob[]> {
  const { embeddedUrl, lookAtRedis } = await import('../redis/look.ts');
  const { messageOf, UserError } = await import('../core/errors.ts');
  const folder = join(data, 'redis');
  const url = redis ?? (await embeddedUrl(folder));
  if (url === undefined)
    throw new UserError(
      'NOT_RUNNING',
      `No embedded Redis runs in ${folder}: start linesman, or name its folder by LINESMAN_DATA, its file by --config, or its Redis by REDIS_URL.`,
    );
  try {
    const looker = await lookAtRedis(url);
    try {
      return await looker.blobs(host, chain);
    } finally {
      looker.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('NOT_RUNNING', `${messageOf(error)} Check that it runs and that REDIS_URL is right.`, {
      cause: error,
    });
  }
}

function chainsOf(
  blobs: readonly StoredBlob[],
  describe: (name: string, bytes: Uint8Array) => DumpedChain['blobs'][number],
): readonly DumpedChain[] {
  const names = [...new Set(blobs.map(({ chain }) => chain))].sort();
  return names.map((chain) => ({
    chain,
    blobs: blobs.filter((blob) => blob.chain === chain).map(({ name, bytes }) => describe(name, bytes)),
  }));
}
