/** Lines written as Nginx writes them, in formats that are made up, are read back value by value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatPattern } from '../../../src/config/nginx/format-pattern.ts';
import { type LogFormat, readLogFormat } from '../../../src/config/nginx/log-format.ts';
import { type CompiledPattern, compilePattern } from '../../../src/core/parse/pattern.ts';
import { checkSamples } from '../../../src/core/parse/samples.ts';
import { nginxWrites } from '../../support/nginx-writes.ts';

interface Value {
  /** Undefined where Nginx has none. */
  readonly text: string | undefined;
  /** What the field must be, where it is not the text as it stands in the line. */
  readonly read?: { readonly value: string | number | undefined };
}

const header = fc.option(
  fc
    .string({ unit: 'binary', maxLength: 12 })
    .map(wellFormed)
    .map((text) => ({ text })),
  { nil: { text: undefined } },
);
const plain = (...words: string[]) => fc.constantFrom(...words.map((text) => ({ text })));
const int = fc.nat(1e9).map((number) => ({ text: String(number), read: { value: number } }));
const seconds = fc.nat(1e6).map((ms) => ({ text: (ms / 1_000).toFixed(3), read: { value: ms / 1_000 } }));

function list(one: fc.Arbitrary<string>, toNumber: boolean): fc.Arbitrary<Value> {
  const many = fc.tuple(one, fc.array(fc.tuple(fc.constantFrom(', ', ' : '), one), { maxLength: 4 }));
  return fc.option(many, { nil: undefined }).map((given) => {
    if (!given) return { text: undefined };
    const [first, more] = given;
    const last = more.at(-1)?.[1] ?? first;
    const text = first + more.map(([between, value]) => between + value).join('');
    return { text, read: { value: last === '-' ? undefined : toNumber ? Number(last) : last } };
  });
}

/** Variable to its field and its values. */
const VARIABLES: Readonly<Record<string, { readonly field: string; readonly values: fc.Arbitrary<Value> }>> = {
  remote_addr: { field: 'client', values: plain('203.0.113.7', '2001:db8::42', 'unix:') },
  remote_user: { field: 'user', values: plain('frank', 'a.b@c') },
  request_uri: { field: 'path', values: plain('/', '/a?b=c&d=1,2:3', '/%20%22[x]', '*') },
  server_protocol: { field: 'protocol', values: plain('HTTP/1.1', 'HTTP/2.0') },
  body_bytes_sent: { field: 'bytes', values: int },
  request_length: { field: 'request_length', values: int },
  request_time: { field: 'request_time', values: seconds },
  http_user_agent: { field: 'agent', values: header },
  http_referer: { field: 'referer', values: header },
  http_x_own: { field: 'http_x_own', values: header },
  host: { field: 'vhost', values: plain('shop.example.com', '[2001:db8::1]') },
  scheme: { field: 'scheme', values: plain('http', 'https') },
  upstream_response_time: {
    field: 'upstream_response_time',
    values: list(
      fc.oneof(
        fc.nat(99_999).map((ms) => (ms / 1_000).toFixed(3)),
        fc.constant('-'),
      ),
      true,
    ),
  },
  upstream_status: { field: 'upstream_status', values: list(fc.constantFrom('200', '502', '-'), true) },
  upstream_addr: {
    field: 'upstream',
    values: list(fc.constantFrom('10.0.0.1:80', '[2001:db8::1]:80', 'unix:/run/a.sock'), false),
  },
};

const names = fc.shuffledSubarray(Object.keys(VARIABLES), { minLength: 1 });
const between = fc.constantFrom(
  '" "',
  '\t',
  ' k=',
  ' ',
  ' - ',
  '|',
  '" [',
  '] "',
  '; ',
  '{}',
  '.*',
  '$',
  ' \\d+ ',
  '","a":"',
);

/** `"$a" ...`: a beginning, values with texts between, and what is certain: a status and a stamp. */
const formats = fc
  .record({
    names,
    between: fc.array(between, { minLength: 20, maxLength: 20 }),
    escaping: fc.constantFrom('default', 'json'),
    edge: fc.constantFrom('', '"', '['),
  })
  .map(({ names, between, escaping, edge }) => {
    const all = ['time_iso8601', 'status', ...names];
    // A lone $ is no variable to anybody, and Nginx refuses it.
    const text = all
      .map((name, index) => `\${${name}}${index === all.length - 1 ? edge : between[index]?.replace('$', '\u00a7')}`)
      .join('');
    return { names, format: readLogFormat(['x', `escape=${escaping}`, edge + text]) as LogFormat };
  });

test('every value of every line is read back, where the format lets nobody doubt', () => {
  let certain = 0;
  let all = 0;
  fc.assert(
    fc.property(formats, fc.gen(), ({ names, format }, gen) => {
      all += 1;
      const { spec, doubts } = formatPattern('nginx-x', format);
      if (!spec || doubts.length > 0) return;
      certain += 1;
      const pattern = compilePattern({ ...spec, observation: { series: [], tops: [], distincts: [] } });
      const values = new Map(names.map((name) => [name, gen(() => VARIABLES[name]?.values as fc.Arbitrary<Value>)]));
      const line = lineOf(format, values);
      const raw = pattern.match(line);
      assert.ok(raw, `${JSON.stringify(line)} is not matched by ${spec.expressions.join('\n')}`);
      const read = (field: string) => pattern.readerOf(field)?.(raw);
      assert.equal(read('status'), 200);
      for (const [name, value] of values) {
        const { field = '' } = VARIABLES[name] ?? {};
        assert.deepEqual(
          [field, read(field), line],
          [field, expected(value, format, pattern), line],
          spec.expressions.join('\n'),
        );
      }
    }),
    { numRuns: 1_500, seed: 5, endOnFailure: false },
  );
  assert.ok(certain > all / 4, `${certain} of ${all} are without doubt`);
});

test('samples of formats that are made up pass, and none is left out where nobody doubts', () => {
  fc.assert(
    fc.property(formats, ({ format }) => {
      const { spec, doubts } = formatPattern('nginx-x', format);
      if (!spec) return assert.notEqual(doubts.length, 0);
      assert.deepEqual(
        checkSamples(compilePattern({ ...spec, observation: { series: [], tops: [], distincts: [] } })),
        [],
      );
      if (doubts.length === 0) assert.equal(spec.samples.length, 5, spec.expressions.join('\n'));
    }),
    { numRuns: 300, seed: 6 },
  );
});

function lineOf({ parts, escaping }: LogFormat, values: ReadonlyMap<string, Value>): string {
  const own: Readonly<Record<string, string>> = { time_iso8601: '2026-11-25T05:22:42+00:00', status: '200' };
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      return own[part.name] ?? nginxWrites(values.get(part.name)?.text, escaping);
    })
    .join('');
}

function expected(
  { text, read }: Value,
  { escaping }: LogFormat,
  { spec }: CompiledPattern,
): string | number | undefined {
  if (read) return read.value;
  const written = spec.json ? (text ?? '') : nginxWrites(text, escaping);
  return written === '' || written === '-' ? undefined : written;
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
