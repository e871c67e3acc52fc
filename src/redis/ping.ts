/** Two words to a Redis on a socket, without a connection that is kept: are you there, and end. */
import { createConnection } from 'node:net';

const ANSWER_WITHIN_MS = 2_000;
/** One that wants a password first is there too. */
const ALIVE = /^(\+PONG|-NOAUTH)/;

/** True where it can be used; false where nobody listens and while it loads its data. */
export function answersPing(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    const settle = (answer: boolean) => {
      connection.destroy();
      resolve(answer);
    };
    connection.setTimeout(ANSWER_WITHIN_MS, () => settle(false));
    connection.once('error', () => settle(false));
    connection.once('close', () => settle(false));
    connection.once('connect', () => connection.write('PING\r\n'));
    connection.once('data', (bytes) => settle(ALIVE.test(bytes.toString())));
  });
}

/** Tells it to end now, keeping what it was told in its file: it looks for a signal only at its next chores. */
export function askToEnd(socket: string): void {
  const connection = createConnection(socket);
  connection.setTimeout(ANSWER_WITHIN_MS, () => connection.destroy());
  connection.once('error', () => connection.destroy());
  connection.once('connect', () => connection.write('SHUTDOWN NOSAVE\r\n'));
}
