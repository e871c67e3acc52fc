/** One TCP or unix socket connection, opened and closed: what came of it. */
import { connect as open } from 'node:net';
import { performance } from 'node:perf_hooks';

export type Refusal = 'refused' | 'timeout' | 'unreachable' | 'unknown-host';
export type Connected =
  | { readonly cause?: undefined; readonly seconds: number }
  | { readonly cause: Refusal; readonly code: string };

/** Never rejects. Ends when the signal does, as a timeout. */
export async function connect(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Connected> {
  const began = performance.now();
  return await new Promise((resolve) => {
    const socket = open({ ...address, autoSelectFamily: true });
    const end = (answer: Connected) => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      resolve(answer);
    };
    const late = () => end({ cause: 'timeout', code: 'ETIMEDOUT' });
    socket.on('error', (error: NodeJS.ErrnoException) => end(refusalOf(error)));
    socket.once('connect', () => end({ seconds: (performance.now() - began) / 1_000 }));
    signal.addEventListener('abort', late);
    if (signal.aborted) late();
  });
}

function refusalOf(error: NodeJS.ErrnoException): Connected {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return { cause: 'refused', code };
  if (code === 'ETIMEDOUT') return { cause: 'timeout', code };
  if (/^(ENOTFOUND|EAI_\w+)$/.test(code)) return { cause: 'unknown-host', code };
  return { cause: 'unreachable', code };
}

/** Of a name with several addresses all are tried, and the errors come together. */
function codeOf(error: NodeJS.ErrnoException): string {
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : undefined;
  return first?.code ?? error.code ?? 'unknown';
}
