/** Which linesman is this? An id that stays in the data folder, so that a killed one is known when it comes back. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readSmallFile, replaceFile } from '../../data-file.ts';

const FILE = 'agent-id';
const FILE_BYTES_MAX = 100;
const SHAPE = /^[0-9a-f-]{36}$/;

/** Makes the id where there is none, or none that can be read. The folder must be locked by us. */
export async function readAgentId(folder: string): Promise<string> {
  const text = await readSmallFile(join(folder, FILE), FILE_BYTES_MAX).catch(() => undefined);
  const id = (text ?? '').trim();
  return SHAPE.test(id) ? id : await renewAgentId(folder);
}

/** For a folder that is a copy of another's: from the next start on it has an id of its own. */
export async function renewAgentId(folder: string): Promise<string> {
  const id = randomUUID();
  await replaceFile(join(folder, FILE), `${id}\n`);
  return id;
}
