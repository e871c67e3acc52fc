/** The last committed state of each source once more, in a file of this machine: a store that was emptied cannot take it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from './core/errors.ts';
import { stableId } from './core/hash.ts';
import type { StateMirror } from './core/ports.ts';
import type { SourceState } from './core/types.ts';
import { readSmallFile, replaceFile } from './data-file.ts';

const FOLDER = 'mirror';
const VERSION = 1;
/**
 * A source is written this often at most. Being that much behind is harmless: positions and totals in a mirror are of
 * one commit, so whoever goes on from it reads the lines after it again and has not counted them yet.
 */
const WRITE_EVERY_MS = 1_000;
/** A thousand file records are half a MiB; what is larger is none of ours. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** In `<folder>/mirror`, one file a source. A file that is torn or of somebody else is left out with a warning. */
export async function openMirror(parts: {
  readonly folder: string;
  readonly onTrouble: (message: string) => void;
}): Promise<StateMirror> {
  const folder = join(parts.folder, FOLDER);
  const slots = new Map<string, Slot>();
  /** One after the other over all sources: a disk that syncs slowly must not keep the reader's threads busy. */
  let last: Promise<void> = Promise.resolve();
  let isClosed = false;

  /** One write a chain at a time; a state that comes meanwhile waits, and only the newest does. */
  function arm(chain: string, slot: Slot): void {
    if (isClosed || slot.timer || slot.writing || slot.pending === undefined) return;
    const inMs = Math.max(0, slot.nextAt - performance.now());
    slot.timer = setTimeout(() => {
      slot.timer = undefined;
      slot.writing = last.then(async () => await writeSlot(chain, slot));
      last = slot.writing.finally(() => {
        slot.writing = undefined;
        arm(chain, slot);
      });
    }, inMs);
  }

  async function writeSlot(chain: string, slot: Slot): Promise<void> {
    const state = slot.pending;
    if (state === undefined) return;
    slot.nextAt = performance.now() + WRITE_EVERY_MS;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(pathOf(folder, chain), textOf(chain, state));
      if (slot.pending === state) slot.pending = undefined;
    } catch (error) {
      parts.onTrouble(`The mirror of ${chain} in ${folder} cannot be written: ${messageOf(error)}`);
    }
  }

  return {
    async load(chain) {
      const waiting = slots.get(chain)?.pending;
      if (waiting) return waiting;
      try {
        return await readMirror(pathOf(folder, chain), chain);
      } catch (error) {
        parts.onTrouble(`The mirror of ${chain} in ${folder} is left out: ${messageOf(error)}`);
        return undefined;
      }
    },
    save(chain, state) {
      const slot = slots.get(chain) ?? { nextAt: 0 };
      slots.set(chain, slot);
      slot.pending = state;
      arm(chain, slot);
    },
    async close() {
      isClosed = true;
      for (const [chain, slot] of slots) {
        clearTimeout(slot.timer);
        await slot.writing;
        await writeSlot(chain, slot);
      }
    },
  };
}

interface Slot {
  pending?: SourceState | undefined;
  timer?: NodeJS.Timeout | undefined;
  writing?: Promise<void> | undefined;
  /** Before this the chain is not written again. */
  nextAt: number;
}

/** The host is in the file, not in its name: a folder belongs to one host. */
function pathOf(folder: string, chain: string): string {
  return join(folder, `${chain.slice(chain.indexOf('/') + 1)}.json`);
}

function textOf(chain: string, state: SourceState): string {
  return `${JSON.stringify({ version: VERSION, chain, sum: sumOf(chain, state), state })}\n`;
}

/** Proves that the file is whole and was written here. */
function sumOf(chain: string, state: unknown): string {
  return stableId(chain, JSON.stringify(state));
}

/** Undefined where there is none. Throws where it cannot be used. */
async function readMirror(path: string, chain: string): Promise<SourceState | undefined> {
  const text = await readSmallFile(path, FILE_BYTES_MAX);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  const mirror = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<string, unknown>>;
  if (mirror.version !== VERSION) throw new Error(`it is not of version ${VERSION}`);
  if (mirror.chain !== chain) throw new Error('it belongs to another host or source');
  if (mirror.sum !== sumOf(chain, mirror.state)) throw new Error('its check sum is wrong');
  return mirror.state as SourceState;
}
