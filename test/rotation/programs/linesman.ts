/** linesman's reader as the service runs it: woken by events, with its sweep, the system's clock and a checkpoint. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './program.ts';

export const linesman: Program = {
  name: 'linesman',
  async version() {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  },
  has: ['checkpoint', 'globs', 'polling'],
  async launch({ globs, state, events }) {
    const options = { globs, checkpoint: join(state, 'records.json'), watch: events };
    const script = fileURLToPath(new URL('read-linesman.ts', import.meta.url));
    return { command: process.execPath, args: [script, JSON.stringify(options)], saysReady: true };
  },
};
