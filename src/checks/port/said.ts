/** One sentence with what came of asking a port. */
import { type Asked, targetOf } from './asked.ts';
import type { Refused } from './refusal.ts';

/** `bytes`: of a UDP answer. */
export function saidOf(asked: Asked, bytes: number | undefined, wrong?: Refused): string {
  const target = targetOf(asked);
  if (wrong !== undefined) return SAID[wrong.refused](target, wrong.code);
  if (asked.kind !== 'udp') return `${target} accepted a connection.`;
  if (bytes !== undefined) return `${target} answered with ${bytes} bytes.`;
  return `${target} did not refuse a datagram; whether a program answers there is not known without the option send.`;
}

const SAID: Readonly<Record<Refused['refused'], (target: string, code: string) => string>> = {
  refused: (target, code) => `${target} refused the connection (${code}).`,
  timeout: (target, code) =>
    code === 'not taken'
      ? `${target} is open, but the program there took no connection for seconds: it hangs or is stopped.`
      : `${target} did not accept a connection in time (${code}).`,
  unreachable: (target, code) => `${target} cannot be reached (${code}).`,
  'unknown-host': (target, code) =>
    code === 'ENOTFOUND'
      ? `The name of ${target} was not found (${code}).`
      : `The name of ${target} could not be looked up: the name servers do not answer as they should (${code}).`,
  'no-answer': (target) => `${target} did not answer the datagram in time.`,
  missing: (target, code) => `There is no socket ${target} (${code}).`,
  'wrong-owner': (target) => `${target} belongs to another program.`,
  'not-permitted': (target, code) =>
    /^E.FILE$/.test(code)
      ? `linesman has no room for another connection (${code}).`
      : `linesman may not connect to ${target} (${code}).`,
};
