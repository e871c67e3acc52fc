/** What is wrong with a file that is there, most telling first. */
import type { Found } from '../../machine/rooted-files.ts';
import { shownAge, shownBytes, shownPath } from '../../machine/shown.ts';
import type { Accepted } from './accepted.ts';
import { type Content, MAX_TEXT_BYTES } from './contents.ts';
import type { Expectations } from './expectations.ts';

export interface Problem {
  readonly cause: string;
  readonly said: string;
}

interface Seen {
  readonly file: Found;
  readonly user: string;
  readonly group: string;
  readonly content: Content;
  readonly ageMs: number;
}

const MODE_BITS = 0o7777;
/** Of a digest; enough to tell two apart by eye. */
const DIGEST_CHARS = 16;

export function problemsOf(seen: Seen, expected: Expectations, accepted: Accepted): readonly Problem[] {
  return [
    ownerProblem(seen, expected),
    modeProblem(seen, expected),
    ...sizeProblems(seen, expected),
    ageProblem(seen, expected),
    ...contentProblems(seen, expected),
    changeProblem(seen, expected, accepted),
  ].filter((problem) => problem !== undefined);
}

function ownerProblem({ file, user, group }: Seen, { owner }: Expectations): Problem | undefined {
  if (!owner) return undefined;
  const { uid, gid } = file.stat;
  const isUser = owner.user === user || owner.user === String(uid);
  const isGroup = owner.group === undefined || owner.group === group || owner.group === String(gid);
  if (isUser && isGroup) return undefined;
  const wanted = owner.group === undefined ? owner.user : `${owner.user}:${owner.group}`;
  return { cause: 'wrong-owner', said: `${shownPath(file.path)} belongs to ${user}:${group}, not to ${wanted}.` };
}

function modeProblem({ file }: Seen, { mode }: Expectations): Problem | undefined {
  if (!mode) return undefined;
  const bits = Number(file.stat.mode) & MODE_BITS;
  const isWell = mode.isExact ? bits === mode.bits : (bits & ~mode.bits) === 0;
  if (isWell) return undefined;
  const wanted = `${mode.isExact ? '' : 'at most '}${octal(mode.bits)}`;
  return { cause: 'wrong-mode', said: `${shownPath(file.path)} has mode ${octal(bits)}, expected is ${wanted}.` };
}

function sizeProblems({ file }: Seen, { minBytes = 0, maxBytes = Infinity }: Expectations): readonly Problem[] {
  const bytes = Number(file.stat.size);
  const size = `${shownPath(file.path)} has ${shownBytes(bytes)}`;
  if (bytes < minBytes)
    return [{ cause: 'too-small', said: `${size}, expected are at least ${shownBytes(minBytes)}.` }];
  if (bytes > maxBytes) return [{ cause: 'too-large', said: `${size}, expected are at most ${shownBytes(maxBytes)}.` }];
  return [];
}

function ageProblem({ file, ageMs }: Seen, { maxAgeMs = Infinity }: Expectations): Problem | undefined {
  if (ageMs <= maxAgeMs) return undefined;
  return {
    cause: 'too-old',
    said: `${shownPath(file.path)} was last written ${shownAge(ageMs)} ago (${timeOf(file)}), expected is at most ${shownAge(maxAgeMs)}.`,
  };
}

function contentProblems({ file, content }: Seen, expected: Expectations): readonly Problem[] {
  const problems: Problem[] = [];
  if (expected.checksum !== undefined && content.digest !== expected.checksum)
    problems.push({
      cause: 'wrong-content',
      said: `${shownPath(file.path)} has SHA-256 ${short(content.digest)}, expected is ${short(expected.checksum)}.`,
    });
  if (content.hasUnwanted)
    problems.push({
      cause: 'wrong-content',
      said: `${shownPath(file.path)} contains "${expected.lacks}", which it should not.`,
    });
  if (content.hasWanted === false)
    problems.push({
      cause: 'lacks-content',
      said: `${shownPath(file.path)} does not contain "${expected.contains}" in its first ${shownBytes(MAX_TEXT_BYTES)}.`,
    });
  return problems;
}

function changeProblem({ file, content }: Seen, expected: Expectations, accepted: Accepted): Problem | undefined {
  if (!expected.isUnchanged || content.digest === undefined) return undefined;
  const before = accepted.digest;
  if (accepted.see(content.digest) !== 'changed') return undefined;
  return {
    cause: 'changed',
    said: `${shownPath(file.path)} changed: SHA-256 is ${short(content.digest)} and was ${short(before)}; written ${timeOf(file)}.`,
  };
}

function timeOf({ stat }: Found): string {
  return `${new Date(Number(stat.mtimeMs)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function octal(bits: number): string {
  return bits.toString(8).padStart(4, '0');
}

function short(digest = 'unknown'): string {
  return digest.slice(0, DIGEST_CHARS);
}
