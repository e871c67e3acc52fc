/** Joins the parts of a replay: recorded files, a store in memory or Redis, the same engine as live. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { LineReader, Store } from '../../core/ports.ts';
import type { Notification, SourceState, Transition } from '../../core/types.ts';
import { createSourceChain } from '../../engine/chain.ts';
import { judgeBefore, latestPossible, type ReplayParts, replay } from '../../engine/drive.ts';
import { createFigures, MACHINE_SOURCE } from '../../engine/figures.ts';
import { createMachineReplay, type MachineReplay } from '../../engine/machine-replay.ts';
import type { ArmedWatch } from '../../engine/posts.ts';
import { createSourceEngine } from '../../engine/source.ts';
import { createTicker } from '../../engine/tick.ts';
import { createMemoryStore } from '../../memory/store.ts';
import { readFigures } from '../../sources/recorded-figures.ts';
import { VERSION } from '../../version.ts';
import type { ParsePool, TooSlow } from '../../workers/pool.ts';
import type { Watching } from '../knowing/watching.ts';

/** Facts of the machine in a replay: fixed, so that the same lines make the same bytes everywhere. */
export const REPLAY_HOST = 'replay';
/** Receiver of the mails of a replay. */
const REPLAY_RECEIVER = 'you@example.com';
export const REPLAY_FROM = 'linesman <linesman@example.com>';

export interface ReplayRequest {
  readonly config: Config;
  readonly reader: LineReader;
  /** Path of what was recorded of the machine, a JSON object a line; undefined: only lines are judged. */
  readonly machine?: string | undefined;
  /** Faults begin from this time on; what is before is learnt from. */
  readonly from?: number | undefined;
  /** Lines from this time on are left out, and the time until then counts even where no line is. */
  readonly to?: number | undefined;
  /** When the lines were written, roughly: stamps without a year are of the year that is nearest. */
  readonly near?: number | undefined;
  /** Undefined: the longest clearAfter of the watches. */
  readonly drainMs?: number | undefined;
  /** Undefined: memory. */
  readonly store?: Store;
  /** That parse; undefined: as many as the machine runs at a time, 8 at most. */
  readonly threads?: number | undefined;
  readonly onTransition: (transition: Transition) => void;
  readonly onTooSlow?: (found: TooSlow) => void;
  readonly onNotification?: (notification: Notification) => Promise<void>;
  readonly onRound?: () => void;
}

export interface ReplayOutcome {
  readonly lines: number;
  /** Numbers of the machine. */
  readonly figures: number;
  /** Faults that fired. */
  readonly fired: number;
  readonly state: SourceState;
}

/** The pool has its patterns. */
export async function replayBy(pool: ParsePool, watching: Watching, request: ReplayRequest): Promise<ReplayOutcome> {
  const { config, reader } = request;
  const source = config.sources[0]?.name ?? 'nginx';
  const store = request.store ?? createMemoryStore();
  // Another replay on the same store must not take our commits for its own; nothing rendered holds the id.
  const nonce = randomUUID().slice(0, 8);
  let commits = 0;
  function newCommitId(): string {
    commits += 1;
    return `replay.${nonce}.${commits}`;
  }
  const ticker = createTicker({
    store,
    facts: { host: REPLAY_HOST, timezone: config.timezone, version: VERSION },
    receivers: [REPLAY_RECEIVER],
    falseAlarmsPerMonth: config.falseAlarmsPerMonth,
    digestAtMs: config.digest,
    watches: request.machine
      ? { [source]: watching.lineWatches, [MACHINE_SOURCE]: watching.machineWatches }
      : { [source]: watching.lineWatches },
    newCommitId,
  });
  const engine = createSourceEngine({
    chain: createSourceChain({ store, host: REPLAY_HOST, source, newCommitId }),
    reader,
    parser: pool.parserFor({
      timezone: config.sources[0]?.timezone ?? config.timezone,
      only: config.sources[0]?.pattern,
    }),
    stopAt: request.to,
    nextNow: latestPossible,
    near: request.near,
    beforeAdding: async (complete) => await judgeBefore(() => parts)(complete),
  });
  const machine = request.machine === undefined ? undefined : openMachine(request.machine, { store, newCommitId });
  const judged = [...watching.lineWatches, ...(machine ? watching.machineWatches : [])];
  let fired = 0;
  const parts: ReplayParts = {
    ...{ source, engine, ticker, machine },
    openFrom: request.from ?? 0,
    end: request.to,
    drainMs: request.drainMs ?? Math.max(0, ...judged.map(clearWithinMs)),
    async onTick({ transitions, notifications }) {
      fired += transitions.filter(({ to }) => to === 'firing').length;
      await inOrder(transitions, notifications, request);
    },
    ...(request.onRound && { onRound: request.onRound }),
  };
  try {
    const { lines } = await replay(parts);
    return { lines, fired, figures: machine?.added() ?? 0, state: engine.state() };
  } finally {
    await machine?.close();
  }
}

function openMachine(
  path: string,
  { store, newCommitId }: { readonly store: Store; readonly newCommitId: () => string },
): MachineReplay {
  const chain = createSourceChain({ store, host: REPLAY_HOST, source: MACHINE_SOURCE, newCommitId });
  return createMachineReplay(createFigures(chain), readFigures(path));
}

/** Time in which a fault is over where all is well; on a grid its first step may just have begun. */
function clearWithinMs({ watch, runner }: ArmedWatch): number {
  return watch.clearAfterMs + (runner.onGrid ? runner.everyMs : 0);
}

/** One tick may judge many steps: each mail comes after the transitions that made it, before the later ones. */
async function inOrder(
  transitions: readonly Transition[],
  notifications: readonly Notification[],
  { onTransition, onNotification }: Pick<ReplayRequest, 'onTransition' | 'onNotification'>,
): Promise<void> {
  const waiting = [...transitions];
  for (const notification of notifications) {
    while (waiting[0] !== undefined && waiting[0].at <= notification.at) onTransition(waiting.shift() as Transition);
    await onNotification?.(notification);
  }
  waiting.forEach(onTransition);
}
