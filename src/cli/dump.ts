/** `linesman dump`: what is stored in Redis, for a person who wants to know. Reads only. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import type { DumpedChain } from '../core/render/dump.ts';
import type { StoredBlob } from '../redis/look.ts';
import { storedBlobs } from './stored-blobs.ts';

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
  const config = loadConfig({ file: options.config, env: process.env, hostname: hostname(), isLooking: true });
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
