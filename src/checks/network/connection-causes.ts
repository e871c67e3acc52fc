/** What is said where no connection comes about, for all checks that open one. */
import type { CauseSpec } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import type { ConnectionCause, ConnectionTrouble } from './connection-trouble.ts';

/** The other side, for people. */
export interface Peer {
  /** 'https://shop.example.com/health', without secrets. */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** A command that asks the same by hand. */
  readonly byHand: string;
}

const CONTAINER =
  "In a container 127.0.0.1 is that container: run it with `network_mode: host`, or write the machine's address or the other container's name. ";
const LOCAL = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

export function connectionCauses({ target, host, port, byHand }: Peer): Readonly<Record<ConnectionCause, CauseSpec>> {
  const isLocal = LOCAL.test(host);
  const word = shellWord(host, 'HOST');
  const listening = `\`ss -ltnp 'sport = :${port}'\``;
  const severity = 'critical' as const;
  return {
    refused: {
      title: `${target} refuses connections`,
      severity,
      why: `Nothing listens on port ${port} of ${host}, so whoever needs it gets an error at once.`,
      whatToDo: isLocal
        ? `See what listens there: ${listening}. If nothing does, start the service again and look into its log.`
        : `See on ${host} what listens there: ${listening}. If nothing does, start the service again and look into its log.`,
    },
    unreachable: {
      title: `${target} cannot be reached`,
      severity,
      why: `No way leads to ${host} from here, or a firewall says no.`,
      whatToDo: `See the addresses it has and the way there: \`getent ahosts ${word}\`, then \`ip route get ADDRESS\`.`,
    },
    'unknown-host': {
      title: `The name of ${target} is not found`,
      severity,
      why: `This machine cannot turn the name ${host} into an address, so nothing here can connect by it.`,
      whatToDo: `Ask for the name by hand: \`getent ahosts ${word}\`. If other names are not found either, see \`/etc/resolv.conf\`.`,
    },
    timeout: {
      title: `${target} does not answer in time`,
      severity,
      why: 'Whoever needs it waits until they give up.',
      whatToDo: `Ask it by hand: ${byHand}.${isLocal ? ` See how many connections wait to be accepted (Recv-Q): \`ss -ltn 'sport = :${port}'\`.` : ''}`,
    },
    reset: {
      title: `${target} closes the connection without an answer`,
      severity,
      why: 'Something accepts connections and ends them: a process that crashes on each request, or one that speaks something else.',
      whatToDo: `Look into the log of the service, and ask it by hand: ${byHand}.`,
    },
    'cannot-ask': {
      title: `linesman cannot ask ${target}`,
      severity: 'warning',
      why: 'It says nothing about the service: whether it is well is not known until linesman can ask.',
      whatToDo: `${isLocal ? CONTAINER : ''}See whether linesman has used up its open files (\`grep 'open files' /proc/$(pgrep -of linesman)/limits\`), and whether a firewall on this machine forbids it (\`nft list ruleset\`).`,
    },
  };
}

/** One sentence; `phase` says what it was waiting for: 'connecting'. */
export function connectionSaid({ target, host }: Peer, { cause, code }: ConnectionTrouble, phase: string): string {
  switch (cause) {
    case 'refused':
      return `${target} refused the connection (${code}).`;
    case 'unreachable':
      return `${target} cannot be reached (${code}).`;
    case 'unknown-host':
      return code === 'ENOTFOUND'
        ? `No address is known for the name ${host} (${code}).`
        : `The name ${host} could not be looked up: the name servers do not answer as they should (${code}).`;
    case 'timeout':
      return `${target} did not answer in time, while ${phase}.`;
    case 'reset':
      return `${target} closed the connection while ${phase} (${code}).`;
    case 'cannot-ask':
      return `The system did not let linesman connect to ${target} (${code}).`;
  }
}
