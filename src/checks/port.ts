/** Whether a port answers: a connection is opened and closed again, nothing is sent. */
import type { Causes, CheckPlugin } from '../core/check.ts';
import { connect } from './port/connect.ts';

const PORT_MAX = 65_535;

export const check: CheckPlugin = {
  name: 'port',
  describe: 'Whether a port accepts connections.',
  options: {
    port: { type: 'integer', describe: 'The port.', example: 3000, min: 1, max: PORT_MAX },
    host: { type: 'text', describe: 'Name or address of the machine.', example: 'db.internal', default: '127.0.0.1' },
  },
  everyMs: 15_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile: (options) => {
    const address = { host: String(options.host), port: Number(options.port) };
    const target = `${address.host}:${address.port}`;
    return {
      target,
      causes: causesOf(target, address.port),
      run: async (signal) => {
        const answer = await connect(address, signal);
        if (answer.cause === undefined)
          return { said: `${target} accepted a connection.`, figures: { seconds: answer.seconds } };
        return { cause: answer.cause, said: SAID[answer.cause](target, answer.code) };
      },
    };
  },
};

const SAID = {
  refused: (target: string) => `${target} refused the connection (ECONNREFUSED).`,
  timeout: (target: string) => `${target} did not accept the connection in time.`,
  unreachable: (target: string, code: string) => `${target} cannot be reached (${code}).`,
  'unknown-host': (target: string, code: string) => `The name of ${target} was not found (${code}).`,
};

function causesOf(target: string, port: number): Causes {
  return {
    refused: {
      title: `Nothing listens on ${target}`,
      severity: 'critical',
      why: 'Whoever needs this service gets errors at once.',
      whatToDo: `See what listens there: \`ss -ltnp 'sport = :${port}'\`.`,
    },
    timeout: {
      title: `${target} accepts no connections`,
      severity: 'critical',
      why: 'Whoever needs this service waits until it gives up.',
      whatToDo: `See how many connections wait there: \`ss -ltn 'sport = :${port}'\` (Recv-Q).`,
    },
    unreachable: {
      title: `${target} cannot be reached`,
      severity: 'critical',
      why: 'No way leads to that machine, or a firewall says no.',
      whatToDo: `See the way there: \`ip route get ${target.slice(0, target.lastIndexOf(':'))}\`.`,
    },
    'unknown-host': {
      title: `The name of ${target} is unknown`,
      severity: 'critical',
      why: 'Whoever connects by this name cannot.',
      whatToDo: `Ask for it: \`getent hosts ${target.slice(0, target.lastIndexOf(':'))}\`.`,
    },
  };
}
