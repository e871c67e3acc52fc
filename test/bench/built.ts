/** Builds the program as it is shipped into a folder, so that a running dist/ is left alone. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILD = join(ROOT, 'test/tools/build.ts');
/** What the program looks for beside its folder. */
const BESIDE = ['node_modules', 'patterns', 'package.json'];

/** Gives the path of main.js; throws where the source does not compile. */
export function buildInto(folder: string): string {
  const dist = join(folder, 'program', 'dist');
  mkdirSync(dist, { recursive: true });
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(folder, 'program', name));
  const { status, stdout } = spawnSync(process.execPath, [BUILD, dist], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The program does not build:\n${stdout}`);
  return join(dist, 'main.js');
}
