/** Can a hostile line keep an expression busy? Asked of every expression that is not shipped, when it is loaded. */
import { Worker } from 'node:worker_threads';
import type { FromExpressionThread, JudgeRequest } from './expression-thread.ts';

/** CPU time of one expression; usual are 3 ms to 2.4 s. A busy machine says nothing about an expression, and verdicts stay. */
const LIMIT_CPU_MS = 5_000;
/** Of what is told before the last of an expression: its line is being measured, three times and 250 ms each at most. */
const MEASURING_CPU_MS = 1_000;
/** How often it is looked whether it is used up. */
const LOOK_MS = 250;
/** Of all that are judged at one time; the others are let through as doubtful, and judged at the next start. */
const LIMIT_ALL_MS = 20_000;

/** Of the thread's heap; a few tens are usual. */
const HEAP_MIB_MAX = 512;

export type Verdict =
  | { readonly is: 'safe' }
  /** Let through: it is slow, or was too hard to judge. */
  | { readonly is: 'doubtful'; readonly message: string }
  | { readonly is: 'refused'; readonly message: string };

export interface UnprovenExpression {
  /** Of its RegExp, anchored; its flag is s. */
  readonly source: string;
  /** A message with the expression's place before it. */
  at(message: string): string;
}

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
const UNFINISHED: Verdict = {
  is: 'doubtful',
  message: `It could not be found out in ${LIMIT_CPU_MS / 1_000} s whether one hostile line can keep this expression busy; a simpler one can be judged`,
};
/** For those that `judgeExpressions` did not come to. */
export const NOT_JUDGED: Verdict = {
  is: 'doubtful',
  message: `${LIMIT_ALL_MS / 1_000} s did not suffice to judge all expressions, so a hostile line may keep this one busy; start again, and it is judged`,
};

/**
 * Verdicts of RegExp sources (flag s) in their order, fewer where the time is up. Takes at most 20 s, in a thread; a source
 * that hangs it costs 5 s of CPU.
 */
export async function judgeExpressions(
  sources: readonly string[],
  limitMs = LIMIT_ALL_MS,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const until = performance.now() + limitMs;
  // A thread that hangs is ended, and another goes on behind the source it hung at.
  while (verdicts.length < sources.length && performance.now() < until)
    verdicts.push(...(await judgeInThread(sources.slice(verdicts.length), until)));
  return verdicts;
}

async function judgeInThread(sources: readonly string[], until: number): Promise<readonly Verdict[]> {
  // A search that gives up sooner than we do makes a verdict of a busy machine.
  const request: JudgeRequest = { sources, searchMs: Math.max(1, Math.ceil(until - performance.now())) };
  const file = new URL(`./expression-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const thread = new Worker(file, { workerData: request, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX } });
  const { promise: ended, resolve: end, reject } = Promise.withResolvers<void>();
  const verdicts: Verdict[] = [];
  let latest: Verdict = UNFINISHED;
  let isTimeUp = false;
  const allowance = createAllowance(thread, end);
  const giveUp = setTimeout(
    () => {
      isTimeUp = true;
      end();
    },
    Math.max(0, until - performance.now()),
  );
  thread.on('message', ({ verdict, isLast }: FromExpressionThread) => {
    allowance.give(isLast ? LIMIT_CPU_MS : MEASURING_CPU_MS);
    latest = isLast ? UNFINISHED : verdict;
    if (isLast) verdicts.push(verdict);
    if (verdicts.length === sources.length) end();
  });
  // Out of memory is one more way of not getting to an end; everything else is our own bug.
  thread.on('error', (error: NodeJS.ErrnoException) => (error.code === OUT_OF_MEMORY ? end() : reject(error)));
  try {
    await ended;
  } finally {
    allowance.end();
    clearTimeout(giveUp);
    await thread.terminate();
  }
  return isTimeUp || verdicts.length === sources.length ? verdicts : [...verdicts, latest];
}

/** CPU time that the thread may use from now on, to a look; then `usedUp` is called. */
function createAllowance(thread: Worker, usedUp: () => void): { give(cpuMs: number): void; end(): void } {
  let usedMs = 0;
  let untilMs = LIMIT_CPU_MS;

  async function look(): Promise<void> {
    const usage = await thread.cpuUsage().catch(() => undefined);
    if (usage) usedMs = (usage.user + usage.system) / 1_000;
    if (usedMs >= untilMs) usedUp();
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    give(cpuMs) {
      untilMs = usedMs + LOOK_MS + cpuMs;
    },
    end: () => clearInterval(timer),
  };
}
