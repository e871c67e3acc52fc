/** Logs as bad as they come, for all shipped patterns: what threads have to read as one thread does. */
import fc from 'fast-check';
import { compilePattern } from '../../src/core/parse/pattern.ts';
import type { LineReader } from '../../src/core/ports.ts';
import type { Chunk } from '../../src/core/types.ts';
import { PATTERNS as SHIPPED, SOURCE, T0 } from '../engine/parts.ts';
import { clfTime } from '../support/nginx-lines.ts';

/** A file, as lines without their LF, and after which of its bytes a look at it ended. */
export interface MixedFile {
  readonly lines: readonly string[];
  readonly isTorn: boolean;
  readonly looks: readonly number[];
  /** Pattern in its record at the beginning. */
  readonly pattern?: string | undefined;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** In the hour that comes twice in autumn, in Berlin. */
const TWICE = Date.UTC(2026, 9, 25, 0, 59, 0);

/** Lines without a stamp are dated by those before them. */
const MARKS = compilePattern({
  ...{ name: 'marks', description: '', expressions: ['mark %{INT:mark}'], fields: {}, samples: [], rejects: [] },
  observation: { series: [{ name: 'marks', when: [], by: ['mark'], evidence: true }], tops: [] },
});
const SEEN = { series: [{ name: 'seen', when: [], by: ['level'], evidence: true }], tops: [] };
/** Lines that others go on with. */
const TRACES = compilePattern({
  ...{ name: 'traces', description: '', fields: {}, rejects: [], observation: SEEN },
  ...{ expressions: ['%{TIMESTAMP_ISO8601:time} %{WORD:level} .*'], continues: ['\\s+at .*'] },
  time: { field: 'time', format: 'iso8601' },
  samples: ['ERROR', 'INFO'].map((level) => ({ line: `2026-11-25T05:22:42.000Z ${level} lost`, fields: {} })),
});
const OBJECTS = compilePattern({
  ...{ name: 'objects', description: '', fields: {}, rejects: [], observation: SEEN, expressions: [] },
  json: { fields: { time: ['time', 'at.time'], level: ['level'] }, require: ['level'] },
  ...{ continues: ['\\s+at .*'], time: { field: 'time', format: ['epoch', 'iso8601'] as const } },
  samples: ['"level":"a","time":"2026-11-25T05:22:42.000Z"', '"at":{"time":"2026-11-25T05:22:42.000Z"},"level":1'].map(
    (members) => ({ line: `{${members}}`, fields: {} }),
  ),
});
/** The shipped ones, one without stamps, and those that none of them is like. */
export const PATTERNS = [...SHIPPED, MARKS, TRACES, OBJECTS];

const SAMPLES = [...SHIPPED, TRACES, OBJECTS].map(({ name, spec }) => ({
  name,
  lines: spec.samples.map(({ line }) => line),
}));

/** Steps of time between lines: mostly forward, some back, few beyond what counts. */
const STEP = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0, 0, 200, 1_000) },
  { weight: 2, arbitrary: fc.constantFrom(-1_000, -3_000, 7_000) },
  { weight: 1, arbitrary: fc.constantFrom(30 * SECOND, 70 * SECOND) },
);

type Kind =
  | 'own'
  | 'late'
  | 'offClock'
  | 'far'
  | 'other'
  | 'mark'
  | 'garbage'
  | 'docker'
  | 'cri'
  | 'criPart'
  | 'syslog'
  | 'long';

const ODD_KINDS: readonly Kind[] = [
  'late',
  'offClock',
  'far',
  'other',
  'mark',
  'garbage',
  'docker',
  'cri',
  'criPart',
  'syslog',
];
/** `oddity`: how many of forty lines are not plain ones. */
const KIND = (oddity: number) =>
  fc.oneof(
    { weight: 40 - oddity, arbitrary: fc.constant<Kind>('own') },
    { weight: oddity, arbitrary: fc.constantFrom<Kind>(...ODD_KINDS) },
    { weight: oddity > 0 ? 1 : 0, arbitrary: fc.constant<Kind>('long') },
  );

/** One file mostly of one pattern. */
export const MIXED_FILE: fc.Arbitrary<MixedFile> = fc
  .record({
    pattern: fc.nat(SAMPLES.length - 1),
    oddity: fc.constantFrom(0, 3, 8, 25),
    torn: fc.boolean(),
    start: fc.constantFrom(T0, TWICE),
  })
  .chain(({ pattern, oddity, torn, start }) =>
    fc.record({
      lines: fc
        .array(fc.tuple(STEP, KIND(oddity), fc.nat(1_000)), { minLength: 1, maxLength: 120 })
        .map((steps) => toLines(steps, pattern, start)),
      isTorn: fc.constant(torn),
      looks: fc.array(fc.integer({ min: 1, max: 12_000 }), { maxLength: 4 }),
      pattern: fc.constantFrom(undefined, undefined, 'gone', SAMPLES[pattern]?.name),
    }),
  );

export const MIXED_LOG = fc.array(MIXED_FILE, { minLength: 1, maxLength: 3 });

function toLines(steps: readonly (readonly [number, Kind, number])[], pattern: number, start: number): string[] {
  let at = start;
  return steps.map(([step, kind, chance]) => {
    at += step;
    return lineOf(kind, { at, pattern, chance });
  });
}

function lineOf(kind: Kind, { at, pattern, chance }: { at: number; pattern: number; chance: number }): string {
  const own = stamped(sample(pattern, chance), at, chance);
  if (kind === 'late') return stamped(own, at - 20 * MINUTE, chance);
  if (kind === 'offClock') return stamped(own, at + 500 * 24 * 60 * MINUTE, chance);
  if (kind === 'far') return stamped(own, at + 14 * MINUTE, chance);
  if (kind === 'other') return stamped(sample((pattern + 1) % SAMPLES.length, chance), at, chance);
  if (kind === 'mark') return `mark ${chance % 3}`;
  if (kind === 'garbage') return `  at com.example.Thing.run(Thing.java:${chance})`;
  if (kind === 'long') return own.replace(/"$|$/, 'x'.repeat(chance % 3 === 0 ? 40_000 : 2_000));
  const iso = new Date(at).toISOString();
  if (kind === 'docker') return `{"log":${JSON.stringify(`${own}\n`)},"stream":"stdout","time":"${iso}"}`;
  if (kind === 'cri') return `${iso} stdout F ${own}`;
  if (kind === 'criPart') return `${iso} stdout P ${own.slice(0, chance % own.length)}`;
  return `<190>${syslogTime(at)} web-1 nginx: ${own}`;
}

function sample(pattern: number, chance: number): string {
  const lines = SAMPLES[pattern % SAMPLES.length]?.lines ?? [];
  return lines[chance % lines.length] ?? '';
}

/** The line with its own stamp replaced, and a path of its own. */
function stamped(line: string, at: number, chance: number): string {
  const iso = new Date(at).toISOString();
  return line
    .replace(/\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/, clfTime(at))
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, iso)
    .replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/, `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 19)}`)
    .replace(/"GET \//, `"GET /p${chance}/`);
}

function syslogTime(at: number): string {
  const [, day, month] = /, (\d\d) (\w+) /.exec(new Date(at).toUTCString()) ?? [];
  return `${month} ${day} ${new Date(at).toISOString().slice(11, 19)}`;
}

/** Reads the files side by side, as they had grown at each look. */
export function createMixedReader(files: readonly MixedFile[]): LineReader {
  const tracks = files.map((file, index) => createTrack(file, `g${index}`));
  let ledger = { present: 0, taken: 0 };
  return {
    async open() {},
    async chunks() {
      return tracks.flatMap((track) => track.chunk() ?? []);
    },
    take(generation, bytes, facts) {
      tracks.find(({ id }) => id === generation)?.take(bytes, facts);
      ledger = { present: ledger.present + bytes, taken: ledger.taken + bytes };
    },
    leftUnread: () => false,
    records: () => tracks.map((track) => track.record()),
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

function createTrack({ lines, isTorn, looks, pattern }: MixedFile, id: string) {
  const bytes = Buffer.from(isTorn ? lines.join('\n') : `${lines.join('\n')}\n`);
  const left = [...looks];
  let offset = 0;
  let facts: Pick<Chunk, 'pattern' | 'lastTime' | 'held'> = { pattern };
  return {
    id,
    chunk(): Chunk | undefined {
      if (offset === bytes.length) return undefined;
      const wanted = offset + (left.shift() ?? bytes.length);
      const newline = bytes.indexOf(10, wanted);
      const end = newline === -1 ? bytes.length : newline + 1;
      return { source: SOURCE, generation: id, offset, bytes: bytes.subarray(offset, end), ...facts };
    },
    take(taken: number, after: Parameters<LineReader['take']>[2]) {
      offset += taken;
      facts = { ...facts, ...after };
    },
    record: () => ({
      ...{ generation: id, name: id, dev: 1, ino: 1, offset, fpLength: 0, fpHash: '', marker: '', size: bytes.length },
      ...{ skip: false, state: 'live' as const, ...facts },
    }),
  };
}
