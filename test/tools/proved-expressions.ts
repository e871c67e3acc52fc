/**
 * Judges expressions that are shipped: minutes of CPU for all, so the verdicts stay in proved-expressions.json. Run, it
 * judges those that have none, and forgets those that are gone; with --all it judges every one again.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import recheck from 'recheck/lib/browser.js';
import recheckPackage from 'recheck/package.json' with { type: 'json' };
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { compileGrok } from '../../src/core/parse/grok.ts';

const FILE = new URL('./proved-expressions.json', import.meta.url);

export interface ShippedExpression {
  readonly pattern: string;
  readonly source: string;
  readonly flags: string;
}

/** By key the pattern whose expression it is; no line can keep it busy. */
export type Proofs = Readonly<Record<string, string>>;

/** All that lines are matched against, those of lines that go on among them. */
export function shippedExpressions(): readonly ShippedExpression[] {
  const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  return patterns.flatMap(({ name, spec }) =>
    [...spec.expressions, ...(spec.continues ?? [])].map((expression) => {
      const { source, flags } = compileGrok(expression).regExp;
      return { pattern: name, source, flags };
    }),
  );
}

/** Of what a verdict is about: the expression as it is compiled, and who judges how. */
export function proofKey({ source, flags }: Omit<ShippedExpression, 'pattern'>): string {
  const judged = JSON.stringify([source, flags, recheckPackage.version, NO_CLOCK]);
  return createHash('sha256').update(judged).digest('hex').slice(0, 32);
}

export function readProofs(): Proofs {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** On a busy machine; usual are 0.5 to 8 s of CPU. */
const PROOF_MS_MAX = 300_000;
/** Larger automata are searched by fuzzing, as at a start; one expression in a hundred took minutes otherwise. */
const MAX_NFA_SIZE = 2_000;
/** Its fuzzer takes an attack for a success where the clock says that the match took long, as it does on a busy machine. */
const NO_CLOCK = {
  timeout: PROOF_MS_MAX,
  attackTimeout: PROOF_MS_MAX,
  incubationTimeout: PROOF_MS_MAX,
  maxNFASize: MAX_NFA_SIZE,
};

/** What recheck says: 'safe', or why that is not known. */
export function judge({ source, flags }: Omit<ShippedExpression, 'pattern'>): string {
  return recheck.checkSync(source, flags, NO_CLOCK).status;
}

/** Remembers each as soon as it is judged, so that one that is interrupted goes on where it was. */
function proveAll(known: Proofs): number {
  const expressions = shippedExpressions();
  const keyed = new Map(expressions.map((expression) => [proofKey(expression), expression]));
  const proofs = new Map(Object.entries(known).filter(([key]) => keyed.has(key)));
  let refused = 0;
  for (const [key, expression] of keyed) {
    if (proofs.has(key)) continue;
    const status = judge(expression);
    process.stdout.write(`${expression.pattern}: ${status}\n`);
    if (status === 'safe') write(proofs.set(key, expression.pattern));
    else refused += 1;
  }
  write(proofs);
  return refused;
}

function write(proofs: ReadonlyMap<string, string>): void {
  const sorted = [...proofs].sort(([key, pattern], [otherKey, other]) =>
    `${pattern} ${key}` < `${other} ${otherKey}` ? -1 : 1,
  );
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

if (import.meta.main) process.exitCode = proveAll(process.argv.includes('--all') ? {} : readProofs()) === 0 ? 0 : 1;
