/** Speaks as much D-Bus as it takes to refuse: for answers that a real bus gives only to others. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface StubBus {
  end(): Promise<void>;
}

export interface StubAnswers {
  /** To the login: 'OK 1234', 'REJECTED EXTERNAL', or nothing at all. */
  readonly login: string | undefined;
  /** Name of the error that each call is answered with, and its text. */
  readonly error?: readonly [name: string, message: string];
  /** How many calls come. */
  readonly calls?: number;
}

export async function startStubBus(path: string, answers: StubAnswers): Promise<StubBus> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket, answers));
  }).listen(path);
  await once(server, 'listening');
  return {
    end: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(socket: Socket, { login, error, calls = 0 }: StubAnswers): void {
  if (login === undefined) return;
  socket.write(`DATA\r\n${login}\r\n`);
  if (error === undefined) return;
  for (let serial = 1; serial <= calls; serial += 1) socket.write(errorMessage(serial, ...error));
}

/** Written by hand after "Message Format" of the specification, in the byte order that x86 has not. */
function errorMessage(serial: number, name: string, text: string): Buffer {
  const body = Buffer.concat([number(Buffer.byteLength(text)), Buffer.from(`${text}\0`)]);
  // Code, signature and its zero are four bytes, so that a number behind them is aligned.
  const fields = [
    Buffer.concat([Buffer.from([5, 1]), Buffer.from('u\0'), number(serial)]),
    Buffer.concat([Buffer.from([4, 1]), Buffer.from('s\0'), number(name.length), Buffer.from(`${name}\0`)]),
    Buffer.concat([Buffer.from([8, 1]), Buffer.from('g\0'), Buffer.from([1]), Buffer.from('s\0')]),
  ];
  let array = Buffer.alloc(0);
  for (const field of fields) array = Buffer.concat([padded(array), field]);
  const head = Buffer.concat([
    Buffer.from([0x42, 3, 0, 1]),
    number(body.length),
    number(serial),
    number(array.length),
    array,
  ]);
  return Buffer.concat([padded(head), body]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7)]);
}
