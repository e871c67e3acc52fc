/** Whether a web address answers as it should: status, content, time, redirects and certificate. */
import type { CheckPlugin } from '../core/check.ts';
import { causesOf, peerOf } from './http/causes.ts';
import { follow } from './http/follow.ts';
import { judge } from './http/judge.ts';
import { OPTIONS } from './http/options.ts';
import { settingsOf } from './http/settings.ts';
import { createNearby } from './network/nearby.ts';
import { createTrust } from './network/trust.ts';

export const check: CheckPlugin = {
  name: 'http',
  describe: 'Whether a web address answers with the right status and content, in time.',
  options: OPTIONS,
  everyMs: 15_000,
  timeoutMs: 10_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { name, places }) => {
    const settings = settingsOf(options);
    const { target, redirects, ca, slowMs } = settings;
    const peer = peerOf(settings, name);
    const slowText = slowMs === undefined ? undefined : `${slowMs / 1_000} s`;
    const trust = createTrust(ca);
    const nearby = createNearby(peer, places);
    return {
      target,
      causes: causesOf(peer, { statusText: String(options.status), redirects, slowText, ca }),
      run: async (signal) => {
        const came = await follow(settings, trust, signal);
        return 'said' in came ? came : await nearby.explained(judge(came, settings, peer));
      },
    };
  },
};
