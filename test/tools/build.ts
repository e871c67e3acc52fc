/** `npm run build [-- FOLDER]`: src/ becomes dist/, or the folder given, as the image and the package ship it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_PATTERNS_FILE } from '../../src/config/built-patterns.ts';
import { shippedPatterns } from './shipped-patterns.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const given = process.argv[2];
const DIST = resolve(given ?? join(ROOT, 'dist'));
const SHEBANG = '#!/usr/bin/env node\n';

async function build(): Promise<number> {
  // A folder that was given is somebody's: nothing of theirs is removed.
  if (given === undefined) rmSync(DIST, { recursive: true, force: true });
  const compiler = [join(ROOT, 'node_modules/.bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', DIST] as const;
  const { status } = spawnSync(compiler[0], compiler.slice(1), { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) return status ?? 1;
  copyTheRest();
  writeFileSync(join(DIST, 'config', BUILT_PATTERNS_FILE), JSON.stringify(await shippedPatterns()));
  makeRunnable(join(DIST, 'main.js'));
  return 0;
}

/** What is read at run time beside the code: Lua scripts. */
function copyTheRest(): void {
  const filter = (path: string) => statSync(path).isDirectory() || !path.endsWith('.ts');
  cpSync(join(ROOT, 'src'), DIST, { recursive: true, filter });
}

function makeRunnable(main: string): void {
  if (!readFileSync(main, 'utf8').startsWith(SHEBANG)) throw new Error(`${main} must begin with ${SHEBANG}`);
  chmodSync(main, 0o755);
}

process.exitCode = await build();
