/** Names of users and groups in the machine's own lists; a container's list knows others. */
import type { RootedFiles } from '../../machine/rooted-files.ts';

const MAX_BYTES = 1_048_576;

/** The id itself where no list has it. */
export async function userName(files: RootedFiles, id: bigint): Promise<string> {
  return await nameIn(files, '/etc/passwd', id);
}

export async function groupName(files: RootedFiles, id: bigint): Promise<string> {
  return await nameIn(files, '/etc/group', id);
}

async function nameIn(files: RootedFiles, list: string, id: bigint): Promise<string> {
  const file = await files.find(list).catch(() => undefined);
  const text = file ? (await files.read(file, MAX_BYTES).catch(() => Buffer.alloc(0))).toString('utf8') : '';
  for (const line of text.split('\n')) {
    const [name, , number] = line.split(':', 3);
    if (name !== undefined && number === String(id)) return name;
  }
  return String(id);
}
