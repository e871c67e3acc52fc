/** `npm run build`: src/ becomes dist/, as the image and the package ship it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');
const SHEBANG = '#!/usr/bin/env node\n';

rmSync(DIST, { recursive: true, force: true });
execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
// What is read at run time beside the code: Lua scripts.
cpSync(join(ROOT, 'src'), DIST, {
  recursive: true,
  filter: (path) => statSync(path).isDirectory() || !path.endsWith('.ts'),
});
const main = join(DIST, 'main.js');
if (!readFileSync(main, 'utf8').startsWith(SHEBANG)) throw new Error(`${main} must begin with ${SHEBANG}`);
chmodSync(main, 0o755);
