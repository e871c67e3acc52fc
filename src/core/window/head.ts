/**
 * The head blob of a chain: a first line `LM1 <id>` that a script can compare without reading on, then JSON. LM1 is the
 * version of everything in the chain.
 */
import { UserError } from '../errors.ts';

const VERSION = 'LM1';
const LINE_FEED = 10;

export function encodeHead(id: string, body: unknown): Uint8Array {
  return new TextEncoder().encode(`${VERSION} ${id}\n${JSON.stringify(body)}`);
}

/** Id of a head without reading on: undefined where the first line is none of a head. */
export function headId(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(LINE_FEED);
  const [version, id] = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))).split(' ');
  return version === VERSION ? id : undefined;
}

/** Throws UserError('STATE_NEWER') for the state of a newer linesman. */
export function decodeHead(bytes: Uint8Array): { readonly id: string; readonly body: unknown } {
  const text = new TextDecoder().decode(bytes);
  const end = text.indexOf('\n');
  const [version, id] = text.slice(0, end).split(' ');
  if (version !== VERSION || id === undefined) {
    throw new UserError(
      'STATE_NEWER',
      `The stored state has version ${JSON.stringify(String(version).slice(0, 20))} and this linesman reads ${VERSION}: start the newer linesman that wrote it, or give this one another data folder or Redis database.`,
    );
  }
  return { id, body: JSON.parse(text.slice(end + 1)) };
}
