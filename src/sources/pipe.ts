/** The reading end of a pipe, read into one buffer that is used again: a gigabyte costs no more memory than a line. */
import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

const BUFFER_BYTES = 64 * 1024;
const STDIN = 0;

export interface Pipe {
  pause(): void;
  resume(): void;
  /** Nothing is given from the call on. */
  close(): void;
}

export interface PipeHandlers {
  /** The bytes hold until it returns. */
  readonly onPiece: (bytes: Uint8Array) => void;
  /** Once, when the last writer has gone. */
  readonly onEnd: () => void;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

/** Takes the descriptor of a fifo, pipe or socket over. Throws where it is none. */
export function openPipe(fd: number, { onPiece, onEnd, onError }: PipeHandlers): Pipe {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
    callback(length: number, buffer: Uint8Array): boolean {
      if (!socket.destroyed) onPiece(buffer.subarray(0, length));
      return true;
    },
  };
  const socket = new Socket({ fd, readable: true, writable: false, onread });
  socket.on('end', onEnd).on('error', onError).resume();
  return { pause: () => void socket.pause(), resume: () => void socket.resume(), close: () => void socket.destroy() };
}

/** The same for what Node has as a stream. */
export function pipeOf(stream: Readable, { onPiece, onEnd, onError }: PipeHandlers): Pipe {
  stream.on('data', onPiece).on('end', onEnd).on('error', onError);
  return {
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    close: () => void stream.removeListener('data', onPiece).pause(),
  };
}

/** Standard input, whatever it is: a pipe, a file, a terminal. */
export function openStandardInput(handlers: PipeHandlers): Pipe {
  return isPipe(STDIN) ? openPipe(pipeAgain(), handlers) : pipeOf(process.stdin, handlers);
}

/** The same pipe once more, which can be closed without closing standard input: the service may start anew. */
function pipeAgain(): number {
  try {
    return openSync('/dev/stdin', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    // A socket, or a pipe that belongs to somebody else.
    return STDIN;
  }
}

function isPipe(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    // Closed: Node gives an empty stream for it.
    return false;
  }
}
