/** What the judging of a host remembers: how far it judged, its faults, what is still to be told. One chain a host. */
import { emptyBook, type FaultBook } from '../core/decide/book.ts';
import { type DigestState, emptyDigest } from '../core/decide/digest.ts';
import type { FiredRow } from '../core/decide/fired.ts';
import type { Tests } from '../core/detect/budget.ts';
import type { DecisionCounts } from '../core/detect/decision-ring.ts';
import { pack, unpack } from '../core/detect/packed.ts';
import type { Blob, Store } from '../core/ports.ts';
import type { LearntFrom } from '../core/reading/learnt-from.ts';
import { addLosses, growthOf, isNothing, type LossCounts, lossesOf } from '../core/reading/losses.ts';
import type { Fault, Notification, SourceState } from '../core/types.ts';
import { decodeHead } from '../core/window/head.ts';

/** Notifications waiting at most; beyond it the oldest updates, then the oldest of all leave, and are counted. */
export const MAX_OUTBOX = 200;

export interface Thread {
  readonly group: string;
  readonly subject: string;
  /** Receiver to id of the first notification. */
  readonly roots: Readonly<Record<string, string>>;
}

/** Losses of one source remembered by their time; older ones are added up. */
export const MAX_LOSSES = 20;
/** Losses so close together are one, at the later time. */
const ONE_LOSS_MS = 60_000;

export interface Losses {
  /** Since its first start. */
  readonly seen: LossCounts;
  /** What came to it, at the end of the step judged then; oldest first. */
  readonly recent: readonly { readonly at: number; readonly lost: LossCounts }[];
}

export interface HostState {
  readonly version: 1;
  /** Source to the end of the last step judged. */
  readonly judged: Readonly<Record<string, number>>;
  readonly book: FaultBook;
  readonly outbox: readonly Notification[];
  readonly threads: readonly Thread[];
  /** Source to what of it is in no window. */
  readonly losses: Readonly<Record<string, Losses>>;
  readonly outboxDropped: number;
  /** What had something to judge, and shares what false alarms are accepted. */
  readonly tests: Tests;
  readonly fired: readonly FiredRow[];
  readonly digest: DigestState;
  readonly decided: DecisionCounts;
  /** Source to what it was learnt from before it was judged. */
  readonly learnt: Readonly<Record<string, LearntFrom>>;
}

/** What a watch has learnt, by label value; '' is the total. */
export type Baselines = ReadonlyMap<string, unknown>;

export function emptyHostState(): HostState {
  return {
    ...{ version: 1, judged: {}, book: emptyBook(), outbox: [], threads: [], losses: {}, outboxDropped: 0 },
    ...{ tests: {}, fired: [], digest: emptyDigest(), decided: { fired: 0, begun: 0 } },
    learnt: {},
  };
}

export async function loadHost(store: Store, host: string): Promise<{ id: string; state: HostState }> {
  const [head] = await store.read(host, ['head']);
  if (!head) return { id: '', state: emptyHostState() };
  return hostStateOf(head);
}

/** What the head blob of a host says. */
export function hostStateOf(head: Uint8Array): { readonly id: string; readonly state: HostState } {
  const { id, body } = decodeHead(head);
  // An earlier version knew less.
  return { id, state: { ...emptyHostState(), ...(body as Partial<HostState>) } };
}

/** Takes over what the source has lost by now; `now` is the end of the last step judged. */
export function withLosses(
  state: HostState,
  source: string,
  head: Pick<SourceState, 'skipped' | 'ledger'>,
  now: number,
): HostState {
  const seen = lossesOf(head);
  const known = state.losses[source];
  // An earlier version remembered no reasons: what it had seen is taken for known.
  const isOld = known !== undefined && known.seen === undefined;
  const lost = isOld ? {} : growthOf(seen, known?.seen ?? {});
  if (known && !isOld && isNothing(lost) && isNothing(growthOf(known.seen, seen))) return state;
  const recent = isNothing(lost) ? (known?.recent ?? []) : withLoss(known?.recent ?? [], { at: now, lost });
  return { ...state, losses: { ...state.losses, [source]: { seen, recent } } };
}

/** Rather too late than too early: a fault that began meanwhile is told that lines are missing. */
function withLoss(recent: Losses['recent'], more: Losses['recent'][number]): Losses['recent'] {
  const last = recent.at(-1);
  if (last && more.at - last.at < ONE_LOSS_MS)
    return [...recent.slice(0, -1), { at: more.at, lost: addLosses(last.lost, more.lost) }];
  const [first, second, ...rest] = [...recent, more];
  if (!first || !second || rest.length + 2 <= MAX_LOSSES) return [...recent, more];
  return [{ at: second.at, lost: addLosses(first.lost, second.lost) }, ...rest];
}

/** What the fault's source has lost since the fault began. */
export function lossesSince(state: HostState, fault: Fault): LossCounts {
  const recent = state.losses[fault.source]?.recent ?? [];
  return recent
    .filter(({ at }) => at >= fault.first.since)
    .reduce<LossCounts>((sum, { lost }) => addLosses(sum, lost), {});
}

export function baselineName(source: string, watch: string): string {
  return `b:${source}:${watch}`.toLowerCase();
}

/** `judges`: what they are of. Whoever judges something else by this name must not go on with them. */
export function encodeBaselines(name: string, baselines: Baselines, judges: string): Blob {
  return { name, bytes: pack({ judges, learnt: [...baselines] }) };
}

/** Nothing where they are of something else. An earlier version did not say of what, and its detectors look at what they get. */
export function decodeBaselines(
  bytes: Uint8Array | undefined,
  isSame?: (judges: string) => boolean,
): Map<string, unknown> {
  if (!bytes) return new Map();
  const stored = unpack(bytes) as StoredBaselines | StoredBaselines['learnt'];
  if (!('judges' in stored)) return new Map(stored);
  return new Map(isSame === undefined || isSame(stored.judges) ? stored.learnt : []);
}

interface StoredBaselines {
  readonly judges: string;
  readonly learnt: readonly (readonly [string, unknown])[];
}

/** Adds notifications, never more than MAX_OUTBOX: what is least worth telling late leaves first. */
export function withNotifications(state: HostState, more: readonly Notification[]): HostState {
  const all = [...state.outbox, ...more.filter(({ id }) => !state.outbox.some((waiting) => waiting.id === id))];
  const over = all.length - MAX_OUTBOX;
  if (over <= 0) return { ...state, outbox: all };
  const updates = all.filter(({ model }) => model.transition === 'update').slice(0, over);
  const rest = all.filter((one) => !updates.includes(one));
  return { ...state, outbox: rest.slice(rest.length - MAX_OUTBOX), outboxDropped: state.outboxDropped + over };
}
