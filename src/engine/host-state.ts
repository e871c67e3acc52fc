/** What the judging of a host remembers: how far it judged, its faults, what is still to be told. One chain a host. */
import { emptyBook, type FaultBook } from '../core/decide/book.ts';
import type { Blob, Store } from '../core/ports.ts';
import type { Fault, Notification, SkipCounts, SkipReason } from '../core/types.ts';
import { decodeHead } from '../core/window/head.ts';

/** Notifications waiting at most; beyond it the oldest updates, then the oldest of all leave, and are counted. */
export const MAX_OUTBOX = 200;

export interface Thread {
  readonly group: string;
  readonly subject: string;
  /** Receiver to id of the first notification. */
  readonly roots: Readonly<Record<string, string>>;
}

export interface Loss {
  readonly count: number;
  readonly at: number;
}

export interface HostState {
  readonly version: 1;
  /** Source to the end of the last step judged. */
  readonly judged: Readonly<Record<string, number>>;
  readonly book: FaultBook;
  readonly outbox: readonly Notification[];
  readonly threads: readonly Thread[];
  /** Source to what it could not read so far, and the last step at which that grew. */
  readonly losses: Readonly<Record<string, Loss>>;
  readonly outboxDropped: number;
}

/** What a watch has learnt, by label value; '' is the total. */
export type Baselines = ReadonlyMap<string, unknown>;

export function emptyHostState(): HostState {
  return { version: 1, judged: {}, book: emptyBook(), outbox: [], threads: [], losses: {}, outboxDropped: 0 };
}

export async function loadHost(store: Store, host: string): Promise<{ id: string; state: HostState }> {
  const [head] = await store.read(host, ['head']);
  if (!head) return { id: '', state: emptyHostState() };
  const { id, body } = decodeHead(head);
  return { id, state: body as HostState };
}

/** Skip reasons after which a window may lack lines. */
const LOSSY: readonly SkipReason[] = [
  'line_too_long',
  'late',
  'off_clock',
  'truncated_unrecovered',
  'deleted_unread_bytes',
];

export function withLosses(state: HostState, source: string, skipped: SkipCounts, now: number): HostState {
  const count = LOSSY.reduce((sum, reason) => sum + (skipped[reason] ?? 0), 0);
  if (count === (state.losses[source]?.count ?? 0)) return state;
  return { ...state, losses: { ...state.losses, [source]: { count, at: now } } };
}

export function isComplete(state: HostState, fault: Fault): boolean {
  return (state.losses[fault.source]?.at ?? 0) < fault.first.since;
}

export function baselineName(source: string, watch: string): string {
  return `b:${source}:${watch}`.toLowerCase();
}

export function encodeBaselines(name: string, baselines: Baselines): Blob {
  return { name, bytes: new TextEncoder().encode(JSON.stringify([...baselines])) };
}

export function decodeBaselines(bytes: Uint8Array | undefined): Map<string, unknown> {
  return new Map(bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as [string, unknown][]) : []);
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
