/** The log sources of the live service: reader, parser and engine of each. */
import type { Config } from '../config/config.ts';
import { createChunkParser } from '../core/parse/chunk.ts';
import type { StateMirror, Store } from '../core/ports.ts';
import { createSourceChain } from '../engine/chain.ts';
import type { LiveSource } from '../engine/live.ts';
import { createSourceEngine } from '../engine/source.ts';
import { createFileReader } from '../sources/files.ts';
import type { Watching } from './watching.ts';

/** With more event time than this unjudged, reading waits for a tick: the one-second ring must not overtake it. */
const UNJUDGED_MAX_MS = 5 * 60_000;

export function createLiveSources(parts: {
  readonly config: Config;
  readonly watching: Watching;
  readonly store: Store;
  readonly mirror: StateMirror;
  readonly newCommitId: () => string;
  readonly judge: (source: string, upTo: number) => Promise<void>;
  readonly judgedUntil: (source: string) => number | undefined;
}): readonly LiveSource[] {
  const { config, store, mirror, newCommitId } = parts;
  return config.sources.map((source): LiveSource => {
    const { name } = source;
    const reader = createFileReader({ source: name, globs: source.files, from: source.from });
    const engine = createSourceEngine({
      chain: createSourceChain({ store, mirror, host: config.host, source: name, newCommitId }),
      reader,
      parser: createChunkParser({ patterns: parts.watching.patterns, timezone: source.timezone, only: source.pattern }),
      async beforeAdding(complete) {
        const judged = parts.judgedUntil(name);
        const from = judged ?? engine.state().watermark;
        if (from !== undefined && (judged === undefined || complete - from > UNJUDGED_MAX_MS)) {
          await parts.judge(name, complete);
        }
      },
    });
    return { name, reader, engine };
  });
}
