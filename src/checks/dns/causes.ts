/** What a dns check can find wrong, and what to do about it. */
import type { CauseSpec } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import type { Settings } from './settings.ts';
import type { DnsCause, DnsTrouble } from './trouble.ts';

type Cause = DnsCause | 'wrong-answer' | 'changed' | 'slow';

export function causesOf({ name, type, server, slowMs = 0 }: Settings): Readonly<Record<Cause, CauseSpec>> {
  const what = `${type} of ${name}`;
  const whom = server === undefined ? 'the name servers of this machine' : `the name server ${server}`;
  const ask = `\`dig ${at(server)}${shellWord(name, 'NAME')} ${type}\``;
  const ownServers = server === undefined ? ' The servers that are asked stand in `/etc/resolv.conf`.' : '';
  return {
    'no-such-name': {
      title: `The name ${name} does not exist`,
      severity: 'critical',
      why: 'Nobody who asks for it gets an address: sites, mail and programs that use the name stop as caches run out.',
      whatToDo: `See what the servers in charge say: \`dig +trace ${shellWord(name, 'NAME')} ${type}\`. Was the record removed, or did the domain run out?`,
    },
    'no-answer': {
      title: `There is no ${what}`,
      severity: 'critical',
      why: 'The name exists, and has no record of this type.',
      whatToDo: `See what there is: ${ask}. If the record was removed on purpose, remove the check.`,
    },
    servfail: {
      title: `The ${what} cannot be found out`,
      severity: 'critical',
      why: `${upper(whom)} asked on and got no usable answer (SERVFAIL): the servers in charge are away, or their signatures (DNSSEC) are wrong.`,
      whatToDo: `Ask with and without checking of signatures: ${ask}, then \`dig +cd ${at(server)}${shellWord(name, 'NAME')} ${type}\`. If only the second answers, DNSSEC is wrong.`,
    },
    timeout: {
      title: `No answer to ${what} in time`,
      severity: 'critical',
      why: `${upper(whom)} did not answer, so names are looked up slowly or not at all.`,
      whatToDo: `Ask by hand: ${ask}.${ownServers}`,
    },
    refused: {
      title: `No name server listens to be asked for ${what}`,
      severity: 'critical',
      why: `At ${whom} nothing accepts questions.`,
      whatToDo: `See whether it runs, on its machine: \`ss -lnup 'sport = :${portOf(server)}'\`.${ownServers}`,
    },
    'not-permitted': {
      title: `linesman may not ask for ${what}`,
      severity: 'warning',
      why: `${upper(whom)} refuses to answer (REFUSED), which it does to strangers and for domains that are not its own. It does not say that the name is wrong.`,
      whatToDo: `Ask by hand: ${ask}. Allow this machine in the server's settings, or name another one as \`server\`.`,
    },
    'bad-response': {
      title: `The answer to ${what} cannot be read`,
      severity: 'warning',
      why: 'What came is damaged or no answer to the question.',
      whatToDo: `Ask by hand: ${ask}.${ownServers}`,
    },
    'wrong-answer': {
      title: `The ${what} is not as expected`,
      severity: 'critical',
      why: 'Visitors, mails or programs are led elsewhere: a change that is not in the settings yet, a mistake in the zone, or somebody who took it over.',
      whatToDo: `Compare with what the servers in charge say: \`dig +trace ${shellWord(name, 'NAME')} ${type}\`. If the new answer is right, put it into \`expect\` of this check.`,
    },
    changed: {
      title: `The ${what} changed`,
      severity: 'warning',
      why: 'It is not what it was when linesman started. If nobody here changed it, visitors may be led to a stranger.',
      whatToDo: `Compare with what the servers in charge say: \`dig +trace ${shellWord(name, 'NAME')} ${type}\`. If the new answer is right, restart linesman, which takes the answer it finds then, or name it in \`expect\`.`,
    },
    slow: {
      title: `The answer to ${what} is slow`,
      severity: 'warning',
      why: `It takes longer than ${slowMs} ms, which every new connection by name waits for.`,
      whatToDo: `See how long each server takes: ${ask} (Query time).${ownServers}`,
    },
  };
}

/** One sentence. */
export function troubleSaid({ cause, code }: DnsTrouble, { name, type, server }: Settings): string {
  const whom = server === undefined ? "This machine's name server" : `The name server ${server}`;
  switch (cause) {
    case 'no-such-name':
      return `${whom} says that there is no name ${name} (${code}).`;
    case 'no-answer':
      return `${whom} knows ${name}, and no ${type} of it (${code}).`;
    case 'servfail':
      return `${whom} could not find out the ${type} of ${name} (${code}).`;
    case 'timeout':
      return `${whom} did not answer in time when asked for ${type} of ${name}.`;
    case 'refused':
      return `${whom} does not accept questions (${code}).`;
    case 'not-permitted':
      return `${whom} refused to say the ${type} of ${name} (${code}).`;
    case 'bad-response':
      return `${whom} answered something that cannot be read when asked for ${type} of ${name} (${code || 'no code'}).`;
  }
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** As dig takes it: '@192.0.2.53 -p 5353 '. */
function at(server: string | undefined): string {
  if (server === undefined) return '';
  const port = portOf(server);
  const address = port === 53 && !server.startsWith('[') && !/^[^:]+:\d+$/.test(server) ? server : withoutPort(server);
  return port === 53 ? `@${address} ` : `@${address} -p ${port} `;
}

function portOf(server: string | undefined): number {
  const [, port = '53'] = /^(?:\[[^\]]+\]|[^:]+):(\d+)$/.exec(server ?? '') ?? [];
  return Number(port);
}

function withoutPort(server: string): string {
  return server.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
