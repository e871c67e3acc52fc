/** The log sources of the live service: reader, parser and engine of each. */
import type { Config, SourceConfig } from '../../config/config.ts';
import type { LineReader, StateMirror, Store } from '../../core/ports.ts';
import { createSourceChain } from '../../engine/chain.ts';
import { type LiveSource, STORE_MS } from '../../engine/live.ts';
import { createSourceEngine } from '../../engine/source.ts';
import { createFifoReader } from '../../sources/fifo.ts';
import { createFileReader } from '../../sources/files.ts';
import { createJournalReader } from '../../sources/journal.ts';
import { openStandardInput } from '../../sources/pipe.ts';
import { createStdinReader } from '../../sources/stdin.ts';
import { createSyslogReader } from '../../sources/syslog.ts';
import type { ParsePool } from '../../workers/pool.ts';
import type { EarlierLearning } from '../learning/learning.ts';
import type { Witness } from './witness.ts';

/** With more event time than this unjudged, reading waits for a tick: the one-second ring must not overtake it. */
const UNJUDGED_MAX_MS = 5 * 60_000;

export function createLiveSources(parts: {
  readonly config: Config;
  readonly parsing: Pick<ParsePool, 'parserFor'>;
  readonly witness: Witness;
  readonly store: Store;
  readonly mirror: StateMirror;
  readonly newCommitId: () => string;
  readonly judge: (source: string, upTo: number) => Promise<void>;
  readonly learning: Pick<EarlierLearning, 'isLearning' | 'ended'>;
  readonly judgedUntil: (source: string) => number | undefined;
  /** Nothing more will come from this source. */
  readonly onEnded: (source: string) => void;
}): readonly LiveSource[] {
  const { config, store, mirror, newCommitId } = parts;
  return config.sources.map((source): LiveSource => {
    const { name } = source;
    const reader = createReader(source, () => parts.onEnded(name));
    const isStream = source.files === undefined && source.journal === undefined;
    /** Of the first lines that came while it was not judged yet. */
    let unjudgedFrom: number | undefined;
    const engine = createSourceEngine({
      chain: createSourceChain({ store, mirror, host: config.host, source: name, newCommitId }),
      reader,
      parser: parts.witness.watch(name, parts.parsing.parserFor({ timezone: source.timezone, only: source.pattern })),
      // What a stream brought is nowhere else until it is stored.
      storeMs: isStream ? 0 : STORE_MS,
      async beforeAdding(complete, store) {
        if (parts.learning.isLearning(name)) {
          unjudgedFrom = Math.min(unjudgedFrom ?? complete, complete);
          if (complete - unjudgedFrom <= UNJUDGED_MAX_MS) return;
          await parts.learning.ended(name);
        }
        const judged = parts.judgedUntil(name);
        const from = judged ?? engine.state().watermark;
        if (from !== undefined && (judged === undefined || complete - from > UNJUDGED_MAX_MS)) {
          await store();
          await parts.judge(name, complete);
        }
      },
    });
    return { name, reader, engine, isStream };
  });
}

/** By what the source reads; the configuration has seen that it is one thing. */
function createReader({ name, ...source }: SourceConfig, onEnded: () => void): LineReader {
  if (source.stdin) return createStdinReader({ source: name, open: openStandardInput, onEnded });
  if (source.fifo !== undefined) return createFifoReader({ source: name, path: source.fifo });
  if (source.syslog) return createSyslogReader({ source: name, address: source.syslog });
  if (source.journal) return createJournalReader({ source: name, of: source.journal, from: source.from });
  return createFileReader({ source: name, globs: source.files ?? [], from: source.from });
}
