/** A thread that judges expressions, so that one it cannot finish with holds up nobody: it is ended from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AttackPattern, VulnerableDiagnostics } from 'recheck';
// The package's own entry looks for native programs and Java; this is its plain JavaScript.
import recheck from 'recheck/lib/browser.js';
import { MAX_PATTERN_BYTES } from '../core/parse/lines.ts';
import type { Verdict } from './expression-safety.ts';
import { blamedPart, hostileLine, shownLine, timesFor } from './hostile-line.ts';

/** What the thread is given. */
export interface JudgeRequest {
  readonly sources: readonly string[];
  readonly searchMs: number;
}

/** The thread tells of its sources in their order; what is not the last of a source holds if nothing more comes. */
export interface FromExpressionThread {
  readonly verdict: Verdict;
  readonly isLast: boolean;
}

/** CPU time that one line of 32 KiB may take. `.* error .* at .*` takes 65 to 130 ms, `a*a*b` 550 to 1,100. */
const REFUSED_FROM_MS = 250;
const WARNED_FROM_MS = 10;
/** The least of so many is what the expression takes; the first one compiles it too. */
const MEASUREMENTS = 3;
/**
 * Larger automata are searched by fuzzing. recheck's own limit of 35,000 made 3 to 17 s of what fuzzing settles in 0.5 s, and
 * hid expressions that backtrack for ever behind the time limit.
 */
const MAX_NFA_SIZE = 2_000;
const REMEDY =
  'let every text fit in one way only: no repetition inside a repetition (write (a+)+ as a+), and parts that end by ' +
  'themselves ([^"]* inside quotes, [^ ]+ between spaces)';

const { sources, searchMs } = workerData as JudgeRequest;

function tell(verdict: Verdict, isLast = true): void {
  parentPort?.postMessage({ verdict, isLast } satisfies FromExpressionThread);
}

function judge(source: string): Verdict {
  const found = recheck.checkSync(source, 's', { timeout: searchMs, maxNFASize: MAX_NFA_SIZE });
  if (found.status === 'safe') return { is: 'safe' };
  if (found.status === 'vulnerable') return judgeVulnerable(source, found);
  const why = 'message' in found.error ? found.error.message : found.error.kind;
  return {
    is: 'doubtful',
    message: `It could not be found out whether one hostile line can keep this expression busy (${why.slice(0, 100)}); a simpler one can be judged`,
  };
}

function judgeVulnerable(source: string, { attack, complexity, hotspot }: VulnerableDiagnostics): Verdict {
  const isExponential = complexity.type === 'exponential';
  const blamed = `'${blamedPart(source, hotspot, isExponential)}'`;
  if (isExponential)
    return {
      is: 'refused',
      message: `${blamed} lets one hostile line keep this expression busy for ever, such as ${shownLine(attack, attack.base)}; ${REMEDY}`,
    };
  const line = shownLine(attack, timesFor(attack, MAX_PATTERN_BYTES));
  const slow = (ms: string) =>
    `${blamed} makes this expression take ${ms} ms for one hostile line of 32 KiB, such as ${line}`;
  const refused = (ms: string): Verdict => ({
    is: 'refused',
    message: `${slow(ms)}; at most ${REFUSED_FROM_MS} ms are allowed: ${REMEDY}`,
  });
  // Where this is the last that is heard of the thread, the line took longer than anybody waits.
  tell(refused(`more than ${REFUSED_FROM_MS}`), false);
  const ms = measure(source, attack);
  if (ms >= REFUSED_FROM_MS) return refused(ms.toFixed(0));
  return ms < WARNED_FROM_MS ? { is: 'safe' } : { is: 'doubtful', message: `${slow(ms.toFixed(0))}; better ${REMEDY}` };
}

/** CPU milliseconds, as it runs here: V8 may help itself out with its linear engine. */
function measure(source: string, attack: AttackPattern): number {
  const regExp = new RegExp(source, 's');
  const line = hostileLine(attack, MAX_PATTERN_BYTES);
  const times = Array.from({ length: MEASUREMENTS }, () => {
    const before = process.threadCpuUsage();
    regExp.exec(line);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

for (const source of sources) tell(judge(source));
