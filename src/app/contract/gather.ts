/** Gathers the facts of the start-up contract: what is read, recognised, armed, and what cannot be. */
import type { Config, SourceConfig } from '../../config/config.ts';
import type { MachinePlaces } from '../../core/plugin.ts';
import type { SliceParser } from '../../core/ports.ts';
import {
  type CannotWatch,
  type Contract,
  type ContractSource,
  cannotWatch,
  type SourceLines,
  unseenOf,
} from '../../core/reading/contract.ts';
import type { LiveSource } from '../../engine/live.ts';
import { VERSION } from '../../version.ts';
import { untoldText } from '../knowing/untold.ts';
import type { Watching } from '../knowing/watching.ts';
import { containerOnlyText } from '../place/container-only.ts';
import { readTail, type Tail } from './tails.ts';
import { unreadLogs } from './unread-logs.ts';

/** Files of a source that are looked at. */
const FILES_MAX = 20;

type Known = Pick<Watching, 'patterns' | 'nginx' | 'lineWatches' | 'machineWatches' | 'collectors' | 'checks'>;

export interface GatherParts {
  /** As they are in force when it is asked. */
  readonly config: () => Config;
  readonly watching: () => Known;
  readonly sources: readonly LiveSource[];
  readonly places: Pick<MachinePlaces, 'isContainerOnly'>;
  readonly parserFor: (source: SourceConfig) => SliceParser;
}

export async function gatherContract(parts: GatherParts, now: number): Promise<Contract> {
  const config = parts.config();
  const watching = parts.watching();
  const sources: ContractSource[] = [];
  // One after the other: reading goes on beside it.
  for (const source of config.sources) sources.push(await sourceOf(source, parts, now));
  const unread = await unreadLogs(config, watching.nginx);
  const { host, timezone, mail } = config;
  return {
    ...{ host, timezone, version: VERSION, at: now, receivers: mail.to, sources },
    machine: watching.machineWatches.map(({ watch }) => watch.name),
    notes: [
      ...unread,
      ...silentAtFirst(watching),
      ...[containerOnlyText(parts.places, watching), untoldText(config, watching)].filter((one) => one !== undefined),
    ],
  };
}

async function sourceOf(source: SourceConfig, parts: GatherParts, now: number): Promise<ContractSource> {
  const watching = parts.watching();
  const live = parts.sources.find(({ name }) => name === source.name);
  const state = live?.engine.state();
  const paths = source.files
    ? (state?.files ?? []).filter((file) => file.state === 'live').map(({ name }) => name)
    : [];
  const parser = parts.parserFor(source);
  const tails: Tail[] = [];
  for (const path of paths.slice(0, FILES_MAX)) {
    const tail = await readTail(path, parser, now);
    if (tail) tails.push(tail);
  }
  const patterns = [
    ...tails.flatMap(({ patterns }) => patterns),
    ...(state?.totals ?? []).map(({ pattern }) => pattern),
  ];
  const lines = linesOf(new Set(patterns), tails, watching);
  const cannot = watching.lineWatches.flatMap(({ watch, runner }): CannotWatch[] =>
    [cannotWatch({ watch, inputs: runner.inputs }, lines)].filter((one) => one !== undefined),
  );
  const names = watching.lineWatches.map(({ watch }) => watch.name);
  return {
    ...{ name: source.name, reads: readsOf(source), problems: live?.reader.problems() ?? [] },
    files: tails.map(({ name, lines, matched, pattern }) => ({ name, lines, matched, pattern })),
    filesMore: Math.max(0, paths.length - FILES_MAX),
    armed: names.filter((name) => !cannot.some(({ watch }) => watch === name)),
    cannot,
    unseen: unseenOf(lines),
  };
}

/** What these patterns observe, and what the last lines had of it. */
export function linesOf(
  names: ReadonlySet<string>,
  tails: readonly Tail[],
  { patterns }: Pick<Known, 'patterns'>,
): SourceLines {
  const takers = patterns.filter(({ name }) => names.has(name));
  return {
    takers: takers.map(({ name }) => name),
    observed: takers.flatMap(({ spec }) => spec.observation.series),
    keys: tails.flatMap(({ keys }) => keys),
  };
}

function readsOf({ files, stdin, fifo, syslog, journal }: SourceConfig): readonly string[] {
  if (files) return files;
  if (stdin) return ['standard input'];
  if (fifo !== undefined) return [fifo];
  if (syslog)
    return [
      syslog.protocol === 'unix' ? `syslog at ${syslog.path}` : `syslog by ${syslog.protocol}, port ${syslog.port}`,
    ];
  return [journal && journal.length > 0 ? `the journal of ${journal.join(', ')}` : 'the whole journal'];
}

function silentAtFirst(watching: Known): readonly string[] {
  const names = watching.lineWatches.filter(({ watch }) => watch.detector === 'absence').map(({ watch }) => watch.name);
  if (names.length === 0) return [];
  return [
    `${names.join(', ')} is slow or silent until half an hour and 50 lines of a source are known, from its earlier files or since the start: before that nobody knows its gaps.`,
  ];
}
