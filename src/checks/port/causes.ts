/** What can be wrong with a port, and what to do about it. */
import type { CauseSpec } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { type Asked, targetOf } from './asked.ts';
import type { PortCause } from './refusal.ts';

export interface PortFacts {
  readonly asked: Asked;
  readonly isHere: boolean;
  readonly owner: string | undefined;
}

export function portCauses(facts: PortFacts): Readonly<Record<PortCause, CauseSpec>> {
  const target = targetOf(facts.asked);
  const host = facts.asked.kind === 'unix' ? '' : facts.asked.host;
  const down = { severity: 'critical', why: 'Whoever needs this service gets errors instead of answers.' } as const;
  const waits = { severity: 'critical', why: 'Whoever needs this service waits until it gives up.' } as const;
  const look = lookAt(facts);
  return {
    refused: {
      ...down,
      title: facts.isHere ? `Nothing listens on ${target}` : `${target} refuses connections`,
      whatToDo: start(facts, look),
    },
    missing: { ...down, title: `Socket ${target} is not there`, whatToDo: start(facts, look) },
    timeout: {
      ...waits,
      title: `${target} accepts no connections`,
      whatToDo: facts.isHere
        ? `${look} A program in state T was stopped, one in D waits for a disk: \`ps -eo pid,stat,wchan:20,args\`. Restart it if it does not take connections again.`
        : `See whether the machine answers at all: \`ping -c 3 ${host}\`. If it does, a firewall drops the packets or the program there hangs.`,
    },
    'no-answer': { ...waits, title: `${target} does not answer`, whatToDo: start(facts, look) },
    unreachable: {
      ...down,
      title: `${target} cannot be reached`,
      whatToDo: `See which way leads there: \`ip route get ${host}\`, whether it answers: \`ping -c 3 ${host}\`, and that the network is up: \`ip -br address\`.`,
    },
    'unknown-host': {
      ...down,
      title: `The name ${host} cannot be looked up`,
      whatToDo: `Ask for it as programs do: \`getent hosts ${host}\`. See which name servers are asked: \`cat /etc/resolv.conf\`.`,
    },
    'wrong-owner': {
      severity: 'critical',
      title: `${target} does not belong to ${facts.owner ?? 'its program'}`,
      why: 'Another program took the port, so that the one which is to serve there cannot, or its requests go astray.',
      whatToDo: `${look} End the other program, or give it another port, and start ${facts.owner ?? 'the right one'} again.`,
    },
    'not-permitted': {
      severity: 'warning',
      title: `linesman cannot see all of ${target}`,
      why: 'Until it may look, nobody is told when this fails.',
      whatToDo: permit(facts.asked),
    },
  };
}

function lookAt({ asked, owner }: PortFacts): string {
  const whose = owner === undefined ? '' : ` Look for the program: \`pgrep -a ${shellWord(owner, 'NAME')}\`.`;
  if (asked.kind === 'unix') return `See who holds it: \`ss -lxp src ${shellWord(asked.shown, 'SOCKET')}\`.${whose}`;
  return `See who holds it: \`ss -l${asked.kind[0]}np 'sport = :${asked.port}'\`.${whose}`;
}

function start({ asked, isHere }: PortFacts, look: string): string {
  if (!isHere && asked.kind !== 'unix')
    return `On ${asked.host} see what listens: \`ss -l${asked.kind[0]}np 'sport = :${asked.port}'\`, and start what is to listen there. From here: \`nc -vz${asked.kind === 'udp' ? 'u' : ''} ${asked.host} ${asked.port}\`.`;
  return `${look} Services that failed: \`systemctl --failed\`; their last words: \`journalctl -p warning -n 50\`. Start what is to listen there again.`;
}

function permit(asked: Asked): string {
  if (asked.kind === 'unix')
    return `Let linesman's user use the socket: see who may with \`ls -l ${shellWord(asked.shown, 'SOCKET')}\`, and add it to that group with \`usermod -aG GROUP linesman\`.`;
  return 'In a container of its own network 127.0.0.1 is that container: run it with `network_mode: host`, or write the address of the machine as `host`. To see whose a port is linesman needs to run as root, and in a container `pid: host`. "Too many open files" is mended by a higher `LimitNOFILE`.';
}
