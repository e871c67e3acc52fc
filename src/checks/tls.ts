/** Whether the certificate of a server is right, and how long it still is. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { visible } from '../core/render/sanitise.ts';
import { connectionSaid } from './network/connection-causes.ts';
import { createNearby } from './network/nearby.ts';
import { createTrust } from './network/trust.ts';
import { causesOf, peerOf } from './tls/causes.ts';
import { type Handshake, handshake } from './tls/handshake.ts';
import { judge } from './tls/judge.ts';
import { OPTIONS } from './tls/options.ts';
import { createReplacements } from './tls/replacements.ts';
import { type Settings, settingsOf } from './tls/settings.ts';

const HEARD_CHARS = 200;

export const check: CheckPlugin = {
  name: 'tls',
  describe: 'Whether the certificate of a server is valid, for how long, trusted, and for its name.',
  options: OPTIONS,
  // Dates have weeks, but a server that shows the wrong certificate, or none, is down for its visitors now.
  everyMs: 5 * 60_000,
  timeoutMs: 10_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { now, places }) => {
    const settings = settingsOf(options);
    const trust = createTrust(settings.ca);
    const nearby = createNearby(peerOf(settings), places);
    const replacements = createReplacements(settings.target);
    return {
      target: settings.target,
      causes: causesOf(settings),
      run: async (signal) => {
        const trusted = await trust.now();
        if ('said' in trusted) return trusted;
        const came = await handshake(settings, trusted.context, signal);
        const reading = came.kind === 'shown' ? judge(came, settings, now()) : troubled(came, settings);
        const changes = came.kind === 'shown' ? replacements.take(came.chain[0]) : undefined;
        return { ...(await nearby.explained(reading)), changes };
      },
    };
  },
};

function troubled(came: Exclude<Handshake, { kind: 'shown' }>, settings: Settings): CheckReading {
  const { target, startTls = '' } = settings;
  switch (came.kind) {
    case 'connection':
      return { cause: came.trouble.cause, said: connectionSaid(peerOf(settings), came.trouble, came.phase) };
    case 'no-start-tls': {
      const heard = visible(came.heard, HEARD_CHARS);
      return { cause: 'handshake', said: `${target} does not change to TLS as ${startTls} has it: it said ${heard}` };
    }
    case 'tls': {
      const { kind, words, code } = came.trouble;
      const cause = kind === 'client-certificate' ? kind : 'handshake';
      return { cause, said: `${target} made no TLS connection: ${words} (${code}).` };
    }
  }
}
