/** What the processes that somebody watches take of the machine, and which of them were started anew. */
import { CHANGE_SERIES } from '../core/check.ts';
import { UserError } from '../core/errors.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { Measurement } from '../core/plugin.ts';
import { isNamed } from './process-name.ts';
import type { ProcessUsage } from './process-usage.ts';
import { type Process, type Processes, TICKS_A_SECOND } from './processes.ts';

/** Entries of the option watch. */
const WATCHED_MAX = 20;
/** Processes of one entry that are measured, those with the lowest numbers. */
const MEASURED_MAX = 1_000;
/** Sentences about changes of one entry at one reading. */
const CHANGES_MAX = 5;

export const PROCESS_CPU = 'process.cpu';
export const PROCESS_MEMORY = 'process.memory';
export const PROCESS_FILES = 'process.files';
export const PROCESS_COUNT = 'process.count';

export interface Watched {
  /** As it was asked for; its label. */
  readonly text: string;
  isOne(process: Process): boolean;
}

/** 'nginx, node server.js': one word is a name, more are a piece of a command line. Throws UserError where there are too many. */
export function readWatched(list: string): readonly Watched[] {
  const texts = [...new Set(list.split(',').map((text) => text.trim()))].filter((text) => text !== '');
  if (texts.length > WATCHED_MAX)
    throw new UserError(
      'CONFIG',
      `watch names ${texts.length} processes, and ${WATCHED_MAX} are possible; name those whose figures you look at`,
    );
  return texts.map((text) => ({
    text,
    isOne: /[ /]/.test(text) ? ({ command }) => command.includes(text) : (one) => isNamed(one, text),
  }));
}

interface Seen {
  readonly at: number;
  /** When the youngest of all processes was started. */
  readonly newest: number;
  /** By pid and start. */
  readonly ours: ReadonlyMap<string, Process>;
  readonly usages: ReadonlyMap<string, ProcessUsage>;
}

/** Keeps what it saw of one entry for the next reading. clock: ms, never set. */
export function createWatcher(
  { text, isOne }: Watched,
  processes: Pick<Processes, 'usage'>,
  clock: () => number,
): (all: readonly Process[]) => readonly Measurement[] {
  let before: Seen | undefined;
  return (all) => {
    const ours = all.filter((one) => one.state !== 'Z' && isOne(one));
    const now: Seen = {
      ...{ at: clock(), newest: all.reduce((newest, { startedTicks }) => Math.max(newest, startedTicks), 0) },
      ours: new Map(ours.map((one) => [identityOf(one), one])),
      usages: new Map(ours.slice(0, MEASURED_MAX).flatMap((one) => usageOf(processes, one))),
    };
    const values = { ...sumsOf(now), ...(before && cpuOf(before, now)) };
    const changes = before === undefined ? [] : changesOf(text, before, now);
    before = now;
    const label = { process: text };
    return [
      ...Object.entries(values).map(([name, value]) => ({ series: seriesKey(name, label), value })),
      ...(changes.length === 0 ? [] : [toldOf(changes)]),
    ];
  };
}

function usageOf(processes: Pick<Processes, 'usage'>, one: Process): readonly (readonly [string, ProcessUsage])[] {
  const usage = processes.usage(one.pid);
  // Its number may be another's by now.
  return usage === undefined || usage.startedTicks !== one.startedTicks ? [] : [[identityOf(one), usage]];
}

function sumsOf({ ours, usages }: Seen): Readonly<Record<string, number>> {
  const all = [...usages.values()];
  const files = all.flatMap(({ descriptors }) => descriptors ?? []);
  return {
    [PROCESS_COUNT]: ours.size,
    [PROCESS_MEMORY]: all.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    // A sum of those that we may see would be no sum.
    ...(files.length === all.length && { [PROCESS_FILES]: files.reduce((sum, count) => sum + count, 0) }),
  };
}

/** In percent of one processor. What one that ended used at last is lost; one that began since counts whole. */
function cpuOf(before: Seen, now: Seen): Readonly<Record<string, number>> {
  let ticks = 0;
  for (const [identity, { cpuTicks, startedTicks }] of now.usages) {
    const earlier = before.usages.get(identity)?.cpuTicks ?? (startedTicks > before.newest ? 0 : cpuTicks);
    ticks += Math.max(0, cpuTicks - earlier);
  }
  const seconds = (now.at - before.at) / 1_000;
  return seconds > 0 ? { [PROCESS_CPU]: (ticks / TICKS_A_SECOND / seconds) * 100 } : {};
}

/** Of those that no other of ours started: workers come and go as their master likes. */
function changesOf(text: string, before: Seen, now: Seen): readonly string[] {
  const ended = leadersOf(before).filter((one) => !now.ours.has(identityOf(one)));
  const started = leadersOf(now).filter((one) => !before.ours.has(identityOf(one)));
  const both = Math.min(ended.length, started.length);
  return [
    ...started.slice(0, both).map(({ pid }, at) => `Process ${text} was restarted: ${ended[at]?.pid} is now ${pid}.`),
    ...ended.slice(both).map(({ pid }) => `Process ${text} has ended: pid ${pid}.`),
    ...started.slice(both).map(({ pid }) => `Process ${text} was started: pid ${pid}.`),
  ];
}

function leadersOf({ ours }: Seen): readonly Process[] {
  const all = [...ours.values()];
  const pids = new Set(all.map(({ pid }) => pid));
  return all.filter(({ parent }) => !pids.has(parent));
}

function toldOf(changes: readonly string[]): Measurement {
  const series = seriesKey(CHANGE_SERIES, { kind: 'process' });
  return { series, value: changes.length, lines: changes.slice(0, CHANGES_MAX) };
}

function identityOf({ pid, startedTicks }: Process): string {
  return `${pid} ${startedTicks}`;
}
