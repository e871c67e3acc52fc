/** Whether a container runs and is healthy, asked of its engine. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { UserError } from '../core/errors.ts';
import type { Options } from '../core/plugin.ts';
import { containerCauses } from './container/causes.ts';
import { type ContainerWanted, judgeContainer } from './container/judge-container.ts';
import { type ContainerState, readContainer } from './container/read-container.ts';
import { createCountedStarts } from './starts/recent-starts.ts';
import { readStartLimit, START_OPTIONS } from './starts/start-options.ts';

/** As engines allow it. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}$/;

export const check: CheckPlugin = {
  name: 'container',
  describe: 'Whether a container of Docker or Podman runs, is healthy, and is not restarted again and again.',
  options: {
    container: {
      type: 'text',
      describe: 'Its name or id; without it the name of the check.',
      example: 'shop-api-1',
      optional: true,
    },
    socket: {
      type: 'text',
      describe: "The engine's unix socket; /run/podman/podman.sock is Podman's.",
      example: '/run/podman/podman.sock',
      default: '/var/run/docker.sock',
    },
    startWithin: {
      type: 'duration',
      describe: 'Its health check may be starting for so long.',
      example: '15m',
      default: '5m',
      min: 1_000,
      max: 86_400_000,
    },
    ...START_OPTIONS,
  },
  everyMs: 15_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { name, places, now }) => {
    const wanted: ContainerWanted = {
      container: readName(options, name),
      startWithinMs: Number(options.startWithin),
      limit: readStartLimit(options),
    };
    const socket = readSocket(options);
    const follow = createFollower(wanted);
    return {
      target: `container ${wanted.container}`,
      causes: containerCauses(wanted, { socket, program: socket.includes('podman') ? 'podman' : 'docker' }),
      run: async (signal) => {
        const answer = await readContainer({ socket, container: wanted.container, places }, signal);
        return answer.trouble === undefined
          ? follow(answer.state, now())
          : { cause: answer.trouble, said: answer.said };
      },
    };
  },
};

/** Remembers what it saw, for what changed. */
function createFollower(wanted: ContainerWanted): (state: ContainerState, now: number) => CheckReading {
  const counted = createCountedStarts(wanted.limit.withinMs);
  let before: ContainerState | undefined;
  return (state, now) => {
    const restarts = counted.count(now, state.restarts);
    const changes = changesOf(wanted.container, state, before);
    before = state;
    return { ...judgeContainer(wanted, { state, restarts, now }), figures: { restarts }, changes };
  };
}

function changesOf(container: string, now: ContainerState, before: ContainerState | undefined): readonly string[] {
  if (before === undefined || now.status !== 'running') return [];
  if (now.startedAt !== before.startedAt) return [`Container ${container} was started anew.`];
  if (now.isOomKilled && !before.isOomKilled)
    return [`A process in container ${container} was killed for want of memory; the container goes on.`];
  return [];
}

function readName(options: Options, name: string): string {
  const given = String(options.container ?? name).trim();
  if (NAME.test(given)) return given;
  throw new UserError(
    'CONFIG',
    `option "container" is ${JSON.stringify(given)}; write its name or id, as docker ps shows it, such as shop-api-1`,
  );
}

function readSocket(options: Options): string {
  const socket = String(options.socket).replace(/^unix:\/*(?=\/)/, '');
  if (socket.startsWith('/')) return socket;
  throw new UserError(
    'CONFIG',
    `option "socket" is ${JSON.stringify(socket)}; write the full path of a unix socket, such as /run/podman/podman.sock`,
  );
}
