/** Text of the network of this machine: of its first process, since a container has a network of its own. */
import type { MachinePlaces } from '../core/plugin.ts';
import { readText } from './read-text.ts';

/** Of a file: a host of many containers has an interface for each. */
const MAX_BYTES = 524_288;

/** name: 'dev', 'snmp', as below /proc/PID/net. Undefined where there is none, or the host's cannot be read. */
export function hostNetText({ proc }: Pick<MachinePlaces, 'proc'>, name: string): string | undefined {
  const first = readText(`${proc}/1/net/${name}`, MAX_BYTES);
  // Where processes of others are hidden (hidepid) our own network is the machine's, unless we are in a container.
  return first ?? (proc === '/proc' ? readText(`${proc}/self/net/${name}`, MAX_BYTES) : undefined);
}

/**
 * Tables as /proc/net/snmp has them: a line of names and a line of values, both begun by 'Tcp:'. Names are made
 * 'Tcp.RetransSegs'; what is no number is left out.
 */
export function netTable(text: string): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [head = '', ...names] = (lines[i] ?? '').split(' ');
    const [, ...values] = (lines[i + 1] ?? '').split(' ').map(Number);
    for (const [at, name] of names.entries()) {
      const value = values[at];
      if (value !== undefined && Number.isFinite(value)) table.set(`${head.replace(':', '.')}${name}`, value);
    }
  }
  return table;
}
