/** Lines of a socket, one after the other, as long as they are asked for. */
import type { Socket } from 'node:net';

/** More is no greeting. */
const HEARD_BYTES = 16 * 1024;

export interface Conversation {
  send(text: string | Buffer): void;
  /** The next line without its end. Rejects where the other side ends or says too much. */
  line(): Promise<string>;
  /** The next byte, as a letter. */
  byte(): Promise<string>;
  /** Leaves the socket to others. */
  end(): void;
}

export function createConversation(socket: Socket): Conversation {
  let heard = '';
  let bytes = 0;
  let failure: Error | undefined;
  let wake = () => {};
  const onData = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > HEARD_BYTES) failure ??= withCode('LINESMAN_TOO_LONG');
    else heard += piece.toString('latin1');
    wake();
  };
  const onEnd = () => {
    failure ??= withCode('ECONNRESET');
    wake();
  };
  socket.on('data', onData).once('end', onEnd).once('close', onEnd);

  async function next(take: () => string | undefined): Promise<string> {
    for (;;) {
      const taken = take();
      if (taken !== undefined) return taken;
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  function cutOff(length: number, skipped: number): string {
    const taken = heard.slice(0, length);
    heard = heard.slice(length + skipped);
    return taken;
  }

  return {
    send: (text) => void socket.write(text),
    line: async () =>
      await next(() => {
        const end = heard.indexOf('\n');
        return end === -1 ? undefined : cutOff(end, 1).replace(/\r$/, '');
      }),
    byte: async () => await next(() => (heard === '' ? undefined : cutOff(1, 0))),
    end: () => void socket.off('data', onData).off('end', onEnd).off('close', onEnd),
  };
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
