/** Asks over D-Bus: a connection, who we are, all questions at once, all answers, and away again. */
import { connect, type Socket } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { type Call, decodeFirst, encodeCall, type Reply } from './bus-message.ts';

/** The bus wants to be greeted before anything else ("org.freedesktop.DBus.Hello" in the specification). */
const HELLO: Call = {
  serial: 1,
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
  destination: 'org.freedesktop.DBus',
  args: [],
};
/** Who we are the kernel says; no name is given, so that a user namespace in between does no harm. */
const LOGIN = '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n';
/** Answers to the login are some lines. */
const LOGIN_MAX = 4_096;

export interface Questions {
  readonly path: string;
  /** A bus stands between us and who answers. */
  readonly isBus: boolean;
  /** From serial 2 on. */
  readonly calls: readonly Call[];
  readonly signal: AbortSignal;
}

export type BusAnswer =
  | { readonly trouble?: undefined; readonly replies: ReadonlyMap<number, Reply> }
  /** The system's code; REJECTED: the bus does not want us; ETIMEDOUT: it says nothing. */
  | { readonly trouble: string };

/** Never rejects. */
export async function askBus({ path, isBus, calls, signal }: Questions): Promise<BusAnswer> {
  const all = isBus ? [HELLO, ...calls] : calls;
  const socket = connect({ path });
  try {
    return await new Promise((resolve) => {
      const late = () => resolve({ trouble: 'ETIMEDOUT' });
      signal.addEventListener('abort', late, { once: true });
      socket.once('close', () => signal.removeEventListener('abort', late));
      if (signal.aborted) late();
      socket.once('connect', () => socket.write(Buffer.concat([Buffer.from(LOGIN), ...all.map(encodeCall)])));
      listen(socket, all.length, resolve);
    });
  } finally {
    socket.destroy();
  }
}

function listen(socket: Socket, expected: number, resolve: (answer: BusAnswer) => void): void {
  const replies = new Map<number, Reply>();
  let bytes = Buffer.alloc(0);
  let isIn = false;
  socket.on('error', (error: NodeJS.ErrnoException) => resolve({ trouble: error.code ?? 'unknown' }));
  socket.on('end', () => resolve({ trouble: isIn ? 'ECONNRESET' : 'REJECTED' }));
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    if (!isIn) {
      const login = readLogin(bytes);
      if (login === 'REJECTED') return resolve({ trouble: 'REJECTED' });
      if (login === undefined) return;
      isIn = true;
      bytes = bytes.subarray(login);
    }
    try {
      for (let next = decodeFirst(bytes); next !== undefined; next = decodeFirst(bytes)) {
        if (next.reply !== undefined) replies.set(next.reply.serial, next.reply);
        bytes = bytes.subarray(next.length);
      }
    } catch (error) {
      return resolve({ trouble: messageOf(error) });
    }
    if (replies.size === expected) resolve({ replies });
  });
}

/** How many bytes the login took; undefined: not all is there. */
function readLogin(bytes: Buffer): number | 'REJECTED' | undefined {
  const text = bytes.toString('latin1', 0, LOGIN_MAX);
  if (/^(REJECTED|ERROR)/m.test(text)) return 'REJECTED';
  const ok = /^OK [^\r\n]*\r\n/m.exec(text);
  if (ok !== null) return ok.index + ok[0].length;
  return text.length === LOGIN_MAX ? 'REJECTED' : undefined;
}
