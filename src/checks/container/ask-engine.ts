/** Asks a container engine, Docker's or Podman's, over its socket; only reads. */
import { request } from 'node:http';
import { messageOf } from '../../core/errors.ts';

/** Of an answer; what is said of one container has some 10 KiB. */
const ANSWER_MAX = 1_048_576;

export type EngineAnswer =
  | { readonly trouble?: undefined; readonly status: number; readonly body: string }
  /** The system's code, or what was wrong with the answer. */
  | { readonly trouble: string };

/** Never rejects. `path` is of the engine's API. */
export async function askEngine(socketPath: string, path: string, signal: AbortSignal): Promise<EngineAnswer> {
  return await new Promise((resolve) => {
    const failed = (error: Error) => {
      const code = (error as NodeJS.ErrnoException).code;
      resolve({ trouble: signal.aborted ? 'ETIMEDOUT' : (code ?? messageOf(error)) });
    };
    const asked = request({ socketPath, path, headers: { host: 'localhost' }, agent: false, signal }, (response) => {
      const pieces: Buffer[] = [];
      let length = 0;
      response.on('error', failed);
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        pieces.push(piece);
        if (length > ANSWER_MAX) response.destroy(new Error(`the answer has more than ${ANSWER_MAX} bytes`));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
    });
    asked.on('error', failed);
    asked.end();
  });
}
