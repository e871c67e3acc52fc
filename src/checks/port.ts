/** Whether a port answers: a connection is opened and closed again, and whose the port is can be held to a name. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { UserError } from '../core/errors.ts';
import type { MachinePlaces } from '../core/plugin.ts';
import { askUdp } from './port/ask-udp.ts';
import { type Asked, readAsked, targetOf } from './port/asked.ts';
import { portCauses } from './port/causes.ts';
import { connect } from './port/connect.ts';
import { explain, hasOwnNetwork, isHere, isTaken, waitingAt } from './port/here.ts';
import { askOwner } from './port/owner.ts';
import type { Refused } from './port/refusal.ts';
import { saidOf } from './port/said.ts';

const PORT_MAX = 65_535;
/** Our own, which show the network that connections go out from. */
const OWN_SYS = '/sys';

export const check: CheckPlugin = {
  name: 'port',
  describe: 'Whether a TCP port or unix socket accepts connections, or a UDP port answers, and whose it is.',
  options: {
    port: { type: 'integer', describe: 'The port.', example: 3000, min: 1, max: PORT_MAX, optional: true },
    host: {
      type: 'text',
      describe: 'Name or address of the machine, or a unix socket as unix:/path.',
      example: 'unix:/run/php/php-fpm.sock',
      default: '127.0.0.1',
    },
    protocol: {
      type: 'choice',
      describe: 'What is spoken there.',
      example: 'udp',
      choices: ['tcp', 'udp'],
      default: 'tcp',
    },
    owner: {
      type: 'text',
      describe: 'Name of the process that has to hold the port, on this machine only.',
      example: 'nginx',
      optional: true,
    },
    send: {
      type: 'text',
      describe:
        'What is sent to a UDP port, which has to answer: a text, or bytes as hex:. Without it only a refusal is seen.',
      example: 'hex:1b00',
      optional: true,
    },
  },
  everyMs: 15_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { places }) => {
    const asked = readAsked(options, places);
    const owner = typeof options.owner === 'string' ? options.owner : undefined;
    const here = isHere(asked);
    if (owner !== undefined && !here)
      throw new UserError(
        'CONFIG',
        `option "owner" is for ports of this machine, and ${targetOf(asked)} is not; leave it out`,
      );
    const one: Port = { asked, owner, places, isHere: here, wasWell: false };
    return {
      target: `port ${targetOf(asked)}`,
      causes: portCauses({ asked, isHere: here, owner }),
      run: async (signal) => {
        const reading = await read(one, signal);
        one.wasWell ||= reading.cause === undefined;
        return reading;
      },
    };
  },
};

interface Port {
  readonly asked: Asked;
  readonly owner: string | undefined;
  readonly places: MachinePlaces;
  readonly isHere: boolean;
  /** It answered since linesman started, so that it can be seen from here. */
  wasWell: boolean;
}

async function read(one: Port, signal: AbortSignal): Promise<CheckReading> {
  const answer = await ask(one, signal);
  if (answer.refused !== undefined) return await wrong(one, answer);
  const figures = { seconds: answer.seconds };
  const said = saidOf(one.asked, answer.bytes);
  if (one.owner === undefined) return { said, figures };
  const owner = await askOwner(one.asked, one.owner, one.places);
  return { cause: owner.cause, said: `${said} ${owner.said}`, figures };
}

async function ask(
  { asked, isHere }: Port,
  signal: AbortSignal,
): Promise<{ readonly refused?: undefined; readonly seconds: number; readonly bytes?: number | undefined } | Refused> {
  if (asked.kind === 'udp') return await askUdp(asked, signal);
  const destination = asked.kind === 'unix' ? { path: asked.path } : { host: asked.host, port: asked.port };
  return await connect(destination, signal, async () => {
    const isWell = !isHere || asked.kind === 'unix' || (await isTaken(asked, signal));
    return isWell ? undefined : { refused: 'timeout', code: 'not taken' };
  });
}

async function wrong({ asked, isHere, places, wasWell }: Port, { refused, code }: Refused): Promise<CheckReading> {
  const isContainer = places.isContainerOnly || places.proc !== '/proc';
  if (refused === 'refused' && isHere && isContainer && !wasWell && asked.kind !== 'unix' && hasOwnNetwork(OWN_SYS))
    return {
      cause: 'not-permitted',
      said: `${targetOf(asked)} is in the network of linesman's own container, where nothing listens on it.`,
    };
  const waiting = isHere && refused === 'timeout' ? waitingAt(asked) : 0;
  return {
    cause: refused,
    said: saidOf(asked, undefined, { refused, code }),
    lines: [
      ...(waiting > 0 ? [`Connections that wait there for the program to take them: ${waiting}.`] : []),
      ...(isHere && ['refused', 'timeout', 'no-answer'].includes(refused) ? await explain(asked, places) : []),
    ],
  };
}
