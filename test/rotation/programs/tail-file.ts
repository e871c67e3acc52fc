/** The npm package tail-file, set up as its README says for rotated logs and for going on at the last known line. */
import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Program } from './program.ts';

const require = createRequire(import.meta.url);

export const tailFile: Program = {
  name: 'tail-file',
  async version() {
    return (require('tail-file/package.json') as { version: string }).version;
  },
  // It knows files, so a shell would expand a glob; it goes by fs.watch alone.
  has: ['checkpoint'],
  async launch({ globs, lastLine }) {
    const files = globs.flatMap((glob) => (glob.includes('*') ? globSync(glob).sort() : [glob]));
    const script = fileURLToPath(new URL('read-tail-file.ts', import.meta.url));
    return { command: process.execPath, args: [script, JSON.stringify({ files, lastLine })], saysReady: true };
  },
};
