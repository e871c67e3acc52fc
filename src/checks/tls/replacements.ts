/** Notices that a server shows another certificate than before. */
import type { X509Certificate } from 'node:crypto';
import { validityOf } from './certificate.ts';
import { utc } from './dates.ts';

/** Machines behind one name may each have one of their own. */
const KNOWN_MAX = 50;

export interface Replacements {
  /** Sentences, where it is one that was never shown before. */
  take(certificate: X509Certificate | undefined): readonly string[] | undefined;
}

export function createReplacements(target: string): Replacements {
  const known = new Set<string>();
  return {
    take(certificate) {
      if (certificate === undefined || known.has(certificate.fingerprint256)) return undefined;
      const isFirst = known.size === 0;
      known.add(certificate.fingerprint256);
      const [oldest = ''] = known;
      if (known.size > KNOWN_MAX) known.delete(oldest);
      const until = utc(validityOf(certificate).until);
      return isFirst ? undefined : [`${target} shows another certificate, valid until ${until}.`];
    },
  };
}
