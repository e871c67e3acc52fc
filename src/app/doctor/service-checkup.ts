/** Does a linesman run here already, and what does it say of itself; or is its port free. */
import { createServer } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { Checkup } from '../../core/checkup.ts';
import { messageOf } from '../../core/errors.ts';
import { serviceUrl } from '../place/service-url.ts';

const AREA = 'service';
const ANSWER_WITHIN_MS = 3_000;

export async function checkService({ http }: Config): Promise<readonly Checkup[]> {
  const url = `${serviceUrl(http)}/healthz`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    .then(async (response) => await response.json())
    .catch(() => undefined);
  const health = readHealth(answer);
  if (!health) return [await portCheckup(http)];
  if (health.reasons.length === 0)
    return [{ area: AREA, result: 'ok', says: `linesman ${health.version} runs here and is well (${url}).` }];
  return health.reasons.map(
    (reason): Checkup => ({ area: AREA, result: 'wrong', says: `The linesman that runs here says: ${reason}` }),
  );
}

interface Health {
  readonly version: string;
  readonly reasons: readonly string[];
}

/** Undefined where what answered is no linesman. */
function readHealth(answer: unknown): Health | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { version, reasons } = answer as Readonly<Record<string, unknown>>;
  if (typeof version !== 'string' || !Array.isArray(reasons)) return undefined;
  return { version, reasons: reasons.map(String) };
}

async function portCheckup({ host, port }: Config['http']): Promise<Checkup> {
  const error = await listenError(host, port);
  if (error === undefined)
    return {
      area: AREA,
      result: 'ok',
      says: `No linesman runs here, and ${host}:${port} is free for /healthz and /metrics.`,
    };
  return {
    ...{ area: AREA, result: 'wrong' },
    says: `${host}:${port} cannot be listened on (${error}); choose another address for /healthz and /metrics:`,
    remedy: [`LINESMAN_HTTP=127.0.0.1:${port === 8687 ? 8688 : 8687}`],
  };
}

function listenError(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(messageOf(error)));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
