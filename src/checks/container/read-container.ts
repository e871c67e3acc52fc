/** What the engine says of one container. */
import { existsSync } from 'node:fs';
import type { MachinePlaces } from '../../core/plugin.ts';
import { hostPath } from '../../machine/host-path.ts';
import { askEngine, type EngineAnswer } from './ask-engine.ts';

/** Letters of what a health check printed. */
const OUTPUT_CHARS = 300;

export interface ContainerState {
  /** 'created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'; Podman has 'stopped' and 'configured' too. */
  readonly status: string;
  /** 'starting', 'healthy', 'unhealthy'; undefined: it has no health check. */
  readonly health: string | undefined;
  /** What its health check printed last. An attacker's text, as all that programs print. */
  readonly output: string;
  readonly startedAt: number;
  readonly exitCode: number;
  readonly isOomKilled: boolean;
  /** By its restart policy, since it was made or started by hand. */
  readonly restarts: number;
  /** Of the engine, why it could not be started. */
  readonly error: string;
}

export type ContainerAnswer =
  | { readonly trouble?: undefined; readonly state: ContainerState }
  | { readonly trouble: 'not-found' | 'no-socket' | 'not-permitted' | 'no-answer'; readonly said: string };

/** Never rejects. The socket at its own path, where it is mounted into our container, else below the host's root. */
export async function readContainer(
  {
    socket,
    container,
    places,
  }: { readonly socket: string; readonly container: string; readonly places: MachinePlaces },
  signal: AbortSignal,
): Promise<ContainerAnswer> {
  const path = existsSync(socket) ? socket : hostPath(places, socket);
  const answer = await askEngine(path, `/containers/${encodeURIComponent(container)}/json`, signal);
  if (answer.trouble !== undefined) return troubleOf(answer.trouble, socket);
  if (answer.status === 404) return { trouble: 'not-found', said: `The engine knows no container ${container}.` };
  if (answer.status === 401 || answer.status === 403)
    return { trouble: 'not-permitted', said: `The engine at ${socket} refuses to tell (status ${answer.status}).` };
  const state = stateOf(answer);
  return state === undefined
    ? { trouble: 'no-answer', said: `The engine at ${socket} gave no answer of use (status ${answer.status}).` }
    : { state };
}

function troubleOf(code: string, socket: string): ContainerAnswer {
  if (code === 'EACCES' || code === 'EPERM')
    return { trouble: 'not-permitted', said: `linesman may not use ${socket} (${code}).` };
  if (code === 'ENOENT') return { trouble: 'no-socket', said: `There is no socket ${socket}.` };
  if (code === 'ECONNREFUSED') return { trouble: 'no-socket', said: `No engine listens on ${socket} (${code}).` };
  return { trouble: 'no-answer', said: `The engine at ${socket} did not answer (${code}).` };
}

/** GET /containers/{id}/json of the Docker Engine API; undefined where it is not that. */
function stateOf({ status, body }: Exclude<EngineAnswer, { readonly trouble: string }>): ContainerState | undefined {
  const all = status === 200 ? objectOf(body) : undefined;
  const state = fieldsOf(all?.State);
  if (all === undefined || state === undefined || typeof state.Status !== 'string') return undefined;
  // Podman before 4 calls it Healthcheck.
  const health = fieldsOf(state.Health) ?? fieldsOf(state.Healthcheck);
  const last = Array.isArray(health?.Log) ? fieldsOf(health.Log.at(-1)) : undefined;
  const healthStatus = String(health?.Status ?? '');
  return {
    status: state.Status,
    health: healthStatus === '' || healthStatus === 'none' ? undefined : healthStatus,
    output: String(last?.Output ?? '')
      .trim()
      .slice(0, OUTPUT_CHARS),
    startedAt: Date.parse(String(state.StartedAt)),
    exitCode: Number(state.ExitCode ?? 0),
    isOomKilled: state.OOMKilled === true,
    restarts: Number(all.RestartCount ?? 0),
    error: String(state.Error ?? '').slice(0, OUTPUT_CHARS),
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
