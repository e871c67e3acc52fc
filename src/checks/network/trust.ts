/** Whose certificates are trusted: what Node brings with it, what this machine trusts besides, and what one check names. */
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { codeOf } from './connection-trouble.ts';

/** Reading the system's takes a tenth of a second, so it is done once, at the first question. */
let known: readonly string[] | undefined;

/** Whom to trust, or a reading that says why that is not known. */
export type Trusted = { readonly context: SecureContext } | { readonly cause: string; readonly said: string };

export interface Trust {
  /** Of now: a file that was changed counts from the next reading on. */
  now(): Promise<Trusted>;
}

/** `ca`: file with certificates of authorities in PEM. */
export function createTrust(ca?: string): Trust {
  let kept: { readonly added: string; readonly context: SecureContext } | undefined;
  return {
    async now() {
      if (ca === undefined) {
        kept ??= { added: '', context: contextOf('') };
        return kept;
      }
      try {
        const added = await readFile(ca, 'utf8');
        if (!added.includes('-----BEGIN CERTIFICATE-----')) return noAuthorities(ca, 'it holds no certificates in PEM');
        if (kept?.added !== added) kept = { added, context: contextOf(added) };
        return kept;
      } catch (error) {
        return noAuthorities(ca, codeOf(error));
      }
    },
  };
}

/** Takes 30 ms. */
function contextOf(added: string): SecureContext {
  const byDefault = getCACertificates('default');
  known ??= [...new Set([...byDefault, ...getCACertificates('system')])];
  // With nothing beside Node's own all contexts share one store, which is a megabyte less for each.
  if (added === '' && known.length === byDefault.length) return createSecureContext();
  return createSecureContext({ ca: added === '' ? [...known] : [...known, added] });
}

function noAuthorities(ca: string, why: string): Trusted {
  return { cause: NO_AUTHORITIES, said: `The authorities in ${ca} cannot be read (${why}).` };
}

/** It says nothing about the service. */
const NO_AUTHORITIES = 'no-authorities';

export function authorityCauses(ca: string | undefined): Causes {
  if (ca === undefined) return {};
  return {
    [NO_AUTHORITIES]: {
      title: `The authorities in ${ca} cannot be read`,
      severity: 'warning',
      why: 'Without them it is not known whose certificates to trust, so linesman does not ask at all.',
      whatToDo: `See whether it is there and linesman's user may read it: \`ls -l ${shellWord(ca, 'FILE')}\`. It holds certificates in PEM.`,
    },
  };
}
