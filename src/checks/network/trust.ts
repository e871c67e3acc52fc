/** Whose certificates are trusted: what Node brings with it, what this machine trusts besides, and what one check names. */
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { codeOf } from './connection-trouble.ts';

/** What is trusted without being named, read at the first question: the system's take a tenth of a second, a context 30 ms and a megabyte. */
let common: { readonly authorities: readonly string[]; readonly context: SecureContext } | undefined;

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
      if (ca === undefined) return { context: contextOf('') };
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

function contextOf(added: string): SecureContext {
  common ??= readCommon();
  return added === '' ? common.context : createSecureContext({ ca: [...common.authorities, added] });
}

function readCommon() {
  const authorities = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return { authorities, context: createSecureContext({ ca: authorities }) };
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
