/** A source fed from text, over any store, with the shipped patterns: what engine tests are made of. */
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import { compilePattern } from '../../src/core/parse/pattern.ts';
import type { LineReader, StateMirror, Store } from '../../src/core/ports.ts';
import type { FileRecord } from '../../src/core/types.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createSourceEngine } from '../../src/engine/source.ts';
import { createTicker, type Ticker, type TickParts } from '../../src/engine/tick.ts';
import { parseInThread } from '../support/in-thread.ts';

export const HOST = 'web-1';
export const SOURCE = 'nginx';
export const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);

const CONFIG = loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: HOST });
const WATCHING = await loadWatching(CONFIG);
/** Those that are shipped. */
export const PATTERNS = WATCHING.patterns.map(({ spec }) => compilePattern(spec));

/** One line of a log with a status at a second after T0. */
export function line(second: number, status = 200): string {
  const stamp = new Date(T0 + second * 1000).toISOString();
  return `203.0.113.${second % 200} - - [25/Nov/2026:${stamp.slice(11, 19)} +0000] "GET /p/${second} HTTP/1.1" ${status} 10 "-" "test" rt=0.010 urt=0.009\n`;
}

/** A reader over a text that grows; its position is in its record, as with a file. */
export function createTextReader(): LineReader & { write(text: string): void } {
  let bytes = Buffer.alloc(0);
  let record: FileRecord = {
    ...{
      generation: 'g1',
      name: 'access.log',
      dev: 1,
      ino: 1,
      offset: 0,
      fpLength: 0,
      fpHash: '',
      marker: '',
      size: 0,
    },
    ...{ skip: false, state: 'live' },
  };
  const start = record;
  let ledger = { present: 0, taken: 0 };
  return {
    write(text) {
      bytes = Buffer.concat([bytes, Buffer.from(text)]);
    },
    async open(records) {
      record = records?.[0] ?? start;
      ledger = { present: 0, taken: 0 };
    },
    async chunks() {
      const rest = bytes.subarray(record.offset);
      const { generation, offset, pattern, lastTime } = record;
      return rest.length === 0 ? [] : [{ source: SOURCE, generation, offset, bytes: rest, pattern, lastTime }];
    },
    take(_generation, taken, facts) {
      record = { ...record, ...facts, offset: record.offset + taken };
      ledger = { present: ledger.present + taken, taken: ledger.taken + taken };
    },
    leftUnread: () => false,
    records: () => [record],
    skipped: () => ({}),
    accounted() {
      const accounted = { ...ledger, skipped: {} };
      ledger = { present: 0, taken: 0 };
      return accounted;
    },
    async wait() {},
    problems: () => [],
    async close() {},
  };
}

export const FACTS = { host: HOST, timezone: 'UTC', version: 'test' };

let boots = 0;

/** As after a start of the program: everything that is not in the store is new. */
export function startHost(
  store: Store,
  reader: LineReader,
  receivers: readonly string[] = ['ops@example.com'],
  beforeAdding: (complete: number) => Promise<void> = async () => {},
  mirror?: StateMirror,
) {
  boots += 1;
  let commits = 0;
  const boot = boots;
  const newCommitId = () => `boot${boot}.${++commits}`;
  const chain = createSourceChain({ store, mirror, host: HOST, source: SOURCE, newCommitId });
  const parser = parseInThread({ patterns: PATTERNS, timezone: 'UTC' });
  const engine = createSourceEngine({ chain, reader, parser, beforeAdding });
  const ticker = createTicker({
    ...{ store, receivers, newCommitId, facts: FACTS },
    watches: { [SOURCE]: WATCHING.lineWatches },
  });
  return { engine, ticker };
}

/** One that judges the host with other watches or settings; everything that is not in the store is new to it. */
export function startTicker(store: Store, given: Partial<TickParts>): Ticker {
  boots += 1;
  let commits = 0;
  const boot = boots;
  const newCommitId = () => `boot${boot}.${++commits}`;
  const watches = { [SOURCE]: WATCHING.lineWatches };
  return createTicker({ store, receivers: ['ops@example.com'], newCommitId, facts: FACTS, watches, ...given });
}
