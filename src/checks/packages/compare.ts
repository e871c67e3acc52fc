/** What of the wanted packages is not there, or there in another version. */
import type { VersionOf } from './installed.ts';
import type { LockKind } from './kinds.ts';
import { MAX_PACKAGES, type Wanted } from './wanted.ts';

export interface Compared {
  /** 'express@4.18.2'. */
  readonly missing: readonly string[];
  /** 'express 4.17.0 instead of 4.18.2'. */
  readonly different: readonly string[];
  readonly looked: number;
  /** Optional ones and those for other systems that are not there. */
  readonly without: number;
  /** Named beyond MAX_PACKAGES. */
  readonly leftOut: number;
}

export async function compare(
  wanted: readonly Wanted[],
  versionOf: VersionOf,
  isSame: LockKind['isSame'],
): Promise<Compared> {
  const missing: string[] = [];
  const different: string[] = [];
  let without = 0;
  const looked = wanted.slice(0, MAX_PACKAGES);
  for (const one of looked) {
    const version = await versionOf(one);
    const [first] = one.versions;
    if (version === undefined) {
      if (one.isOptional) without += 1;
      else missing.push(first === undefined ? one.name : `${one.name}@${first}`);
    } else if (first !== undefined && version !== '' && !one.versions.some((want) => isSame(want, version)))
      different.push(`${one.name} ${version} instead of ${one.versions.join(' or ')}`);
  }
  return { missing, different, looked: looked.length, without, leftOut: wanted.length - looked.length };
}
