/** Writes many lines to a stream, joined, and waits where their reader is slower than we are. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Letters handed over at a time. */
const OUTPUT_CHARS = 64 * 1024;

export interface JoinedOutput {
  add(line: string): void;
  flush(): Promise<void>;
}

export function createOutput(stream: Writable): JoinedOutput {
  let text = '';
  function write(): boolean {
    const isTaken = stream.write(text);
    text = '';
    return isTaken;
  }
  return {
    add(line) {
      text += `${line}\n`;
      if (text.length > OUTPUT_CHARS) write();
    },
    async flush() {
      write();
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
  };
}
