/** Which linesman is this? An id that stays in the data folder, so that a killed one is known when it comes back. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'agent-id';
const SHAPE = /^[0-9a-f-]{36}$/;

/** Makes the id where there is none, or none that can be read. The folder must be locked by us. */
export async function readAgentId(folder: string): Promise<string> {
  const id = (await readFile(join(folder, FILE), 'utf8').catch(() => '')).trim();
  return SHAPE.test(id) ? id : await renewAgentId(folder);
}

/** For a folder that is a copy of another's: from the next start on it has an id of its own. */
export async function renewAgentId(folder: string): Promise<string> {
  const id = randomUUID();
  const path = join(folder, FILE);
  const aside = `${path}.new`;
  await writeFile(aside, `${id}\n`, { mode: 0o600 });
  await rename(aside, path);
  return id;
}
