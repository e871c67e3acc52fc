/** A shell for the commands of the pages: its `docker` is the engine of the checks, `docker compose` there is where there is one. */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ran, run } from './machine.ts';
import { told } from './place.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['compose.yaml', 'compose.redis.yaml', 'compose.secrets.yaml', 'deploy', 'docs'];
const WITHIN_MS = 150_000;

export interface Shell {
  /** With a copy of the files that users have in their clone. */
  readonly folder: string;
  /** Stands for /var/log/nginx. */
  readonly logs: string;
  run(command: string): Promise<Ran>;
  end(): Promise<void>;
}

/** `compose`: what stands for `docker compose`, from composeCommand. */
export async function createShell(
  parts: {
    readonly compose?: (folder: string) => readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-shell-'));
  const bin = join(folder, 'bin');
  const logs = join(folder, 'logs');
  await mkdir(bin);
  await mkdir(logs);
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  const compose = parts.compose?.(folder) ?? ['false'];
  const script = `#!/bin/sh\nif [ "$1" = compose ]; then shift; exec ${compose.map(quoted).join(' ')} "$@"; fi\nexec ${quoted(told.program)} "$@"\n`;
  await writeFile(join(bin, 'docker'), script);
  await chmod(join(bin, 'docker'), 0o755);
  const env = { ...process.env, ...parts.env, PATH: [bin, process.env.PATH].join(delimiter) };
  return {
    ...{ folder, logs },
    async run(command) {
      const text = command.replaceAll('/var/log/nginx', logs);
      return await run('sh', ['-c', text], { cwd: folder, env, withinMs: WITHIN_MS });
    },
    async end() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
