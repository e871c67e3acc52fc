/** The container engine that the checks ask: the one that is there, or one of our own. */
import { hasBases, pullBases } from './bases.ts';
import { run } from './machine.ts';
import { startOwnEngine } from './own-engine.ts';
import { makeStandIns } from './stand-ins.ts';

export interface Engine {
  /** Its client's program. */
  readonly program: string;
  /** With which the program finds it. */
  readonly env: NodeJS.ProcessEnv;
  /** It is on this machine, since folders are mounted from here. */
  readonly socket: string;
  /** Started by us: nobody else has images in it. */
  readonly isOwn: boolean;
  close(): Promise<void>;
}

const FIRST_CLIENT_WITH_BUILDX = 23;

/**
 * With the base images in it. On somebody's engine they are pulled or are there; on one of our own stand-ins are made where
 * no registry can be reached, since nobody else could mistake them for the real ones. Throws where nothing of that works.
 */
export async function openEngine(): Promise<Engine> {
  const there = await engineThere();
  if (there && ((await hasBases(there)) || (await pullBases(there)))) return there;
  const own = await startOwnEngine();
  try {
    if (!(await hasBases(own)) && !(await pullBases(own))) await makeStandIns(own);
    return own;
  } catch (error) {
    await own.close();
    throw error;
  }
}

async function engineThere(): Promise<Engine | undefined> {
  const { DOCKER_HOST: host = 'unix:///var/run/docker.sock' } = process.env;
  if (!host.startsWith('unix://')) return undefined;
  const clients: Engine[] = [];
  for (const program of ['docker', '/usr/bin/docker']) {
    const version = await run(program, ['version', '--format', '{{.Client.Version}}'], { withinMs: 10_000 });
    if (version.code !== 0) continue;
    const hasBuildx = (await run(program, ['buildx', 'version'])).code === 0;
    const isOld = Number.parseInt(version.stdout, 10) < FIRST_CLIENT_WITH_BUILDX;
    const env = { ...process.env, DOCKER_BUILDKIT: hasBuildx || isOld ? '1' : '0', BUILDKIT_PROGRESS: 'plain' };
    clients.push({ program, env, socket: host.slice('unix://'.length), isOwn: false, close: async () => {} });
  }
  // A client without BuildKit may stand before one that has it, and builds three times as long.
  return clients.find(({ env }) => env.DOCKER_BUILDKIT === '1') ?? clients[0];
}
