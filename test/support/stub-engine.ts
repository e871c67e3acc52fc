/** A container engine's API on a unix socket, with answers of the test's. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface StubEngine {
  /** Paths that were asked for, with their method. */
  readonly paths: readonly string[];
  /** What it says from now on. */
  say(status: number, body: unknown): void;
  /** Says nothing any more. */
  hang(): void;
  end(): Promise<void>;
}

export async function startStubEngine(socket: string): Promise<StubEngine> {
  const paths: string[] = [];
  let answer: { readonly status: number; readonly body: unknown } | undefined;
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    if (answer === undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }).listen(socket);
  await once(server, 'listening');
  return {
    paths,
    say: (status, body) => {
      answer = { status, body };
    },
    hang: () => {
      answer = undefined;
    },
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
