/** linesman's reader driven by hand: its sweep alone, with a clock that the story moves on from the files'; no events, no timers. */
import type { LineReader } from '../../src/core/ports.ts';
import type { FileRecord, Ledger, SkipReason } from '../../src/core/types.ts';
import { createFileReader } from '../../src/sources/files.ts';
import type { Reading } from './story.ts';

/** A user who may not read what is closed to others. */
const NOBODY = 65_534;
const LOOK_MS = 250;
/** Looks in one settle: two seconds, so that every file is looked at and the folder swept twice. */
const LOOKS = 8;

export interface ByHand extends Reading {
  readonly lines: () => readonly string[];
  /** Lines by generation, each in the order they came. */
  readonly byGeneration: () => ReadonlyMap<string, readonly string[]>;
  readonly skipped: () => Partial<Record<SkipReason, number>>;
  /** Bytes taken, skipped or unread that do not add up to those present; 0 when the ledger is right. */
  readonly unaccounted: () => number;
  readonly problems: () => readonly string[];
}

export function createByHand(parts: {
  readonly globs: readonly string[];
  readonly unprivileged: boolean;
  /** At every wait it is killed: what it read since its last commit is forgotten, and it starts again from there. */
  readonly killed: boolean;
}): ByHand {
  let taken = new Map<string, string[]>();
  const skipped: Partial<Record<SkipReason, number>> = {};
  let unaccounted = 0;
  let reader: LineReader | undefined;
  let records: string | undefined;
  let now = Date.now();
  let idle = false;

  async function start(): Promise<void> {
    reader = createFileReader({ source: 'web', globs: parts.globs, from: 'beginning', watch: false });
    const known = records === undefined ? undefined : (JSON.parse(records) as FileRecord[]);
    await asReader(async () => await reader?.open(known, now));
  }

  async function stop(): Promise<void> {
    commit();
    await reader?.close();
    reader = undefined;
  }

  function commit(): void {
    note();
    records = JSON.stringify(reader?.records());
  }

  async function kill(): Promise<void> {
    commit();
    const committed = structuredClone(taken);
    await read();
    await reader?.close();
    taken = committed;
    await start();
  }

  async function read(): Promise<void> {
    for (;;) {
      const chunks = idle ? [] : await asReader(async () => (await reader?.chunks(now)) ?? []);
      if (chunks.length === 0) return;
      for (const { generation, bytes } of chunks) {
        const lines = Buffer.from(bytes).toString('latin1').replace(/\n$/, '').split('\n');
        taken.set(generation, [...(taken.get(generation) ?? []), ...lines]);
        reader?.take(generation, bytes.length, {});
      }
    }
  }

  async function pass(ms: number): Promise<void> {
    if (parts.killed && reader && !idle) await kill();
    await read();
    // Long waits in larger steps; each look comes after a step, so that quiet files are seen to be quiet.
    const steps = Math.min(Math.ceil(ms / LOOK_MS), 10 * LOOKS);
    for (let step = 0; step < steps; step += 1) {
      now += ms / steps;
      await read();
    }
  }

  function note(): void {
    for (const [reason, amount] of Object.entries(reader?.skipped() ?? {})) {
      skipped[reason as SkipReason] = (skipped[reason as SkipReason] ?? 0) + amount;
    }
    if (reader) unaccounted += gapOf(reader.accounted());
  }

  async function asReader<T>(act: () => Promise<T>): Promise<T> {
    if (!parts.unprivileged || process.getuid?.() !== 0) return await act();
    process.seteuid?.(NOBODY);
    try {
      return await act();
    } finally {
      process.seteuid?.(0);
    }
  }

  return {
    start,
    stop,
    pass,
    settle: async () => await pass(LOOKS * LOOK_MS),
    async freeze() {
      idle = true;
    },
    async stall() {
      // What is offered stays offered: its commit has no answer.
      await asReader(async () => await reader?.chunks(now));
      idle = true;
    },
    async thaw() {
      idle = false;
    },
    lines: () => [...taken.values()].flat(),
    byGeneration: () => taken,
    skipped() {
      note();
      return skipped;
    },
    unaccounted() {
      note();
      return unaccounted - unreadOf(reader?.records() ?? []);
    },
    problems: () => reader?.problems() ?? [],
  };
}

function gapOf({ present, taken, skipped }: Ledger): number {
  return present - taken - Object.values(skipped).reduce((sum, bytes) => sum + bytes, 0);
}

function unreadOf(records: readonly FileRecord[]): number {
  return records.reduce((sum, { size, offset }) => sum + size - offset, 0);
}
