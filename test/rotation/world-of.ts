/** A folder and the readers of it as the one world that a story plays in. */
import type { LogFolder } from './log-folder.ts';
import type { Reading, World } from './story.ts';

export function worldOf(folder: LogFolder, readers: readonly Reading[]): World {
  const each = async (act: (reader: Reading) => Promise<void>): Promise<void> => {
    await Promise.all(readers.map(act));
  };
  return {
    ...folder,
    start: async () => await each((reader) => reader.start()),
    stop: async () => await each((reader) => reader.stop()),
    settle: async () => await each((reader) => reader.settle()),
    pass: async (ms) => await each((reader) => reader.pass(ms)),
    freeze: async () => await each((reader) => reader.freeze()),
    stall: async () => await each((reader) => reader.stall()),
    thaw: async () => await each((reader) => reader.thaw()),
  };
}
