import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNormaliser, type NormalisedFields } from '../../../src/core/parse/normalised.ts';
import { compilePattern, type PatternSpec } from '../../../src/core/parse/pattern.ts';

const NOTHING = {
  description: 'of a test',
  fields: {},
  observation: { series: [], tops: [] },
  samples: [],
  rejects: [],
};

function fieldsOf(spec: Pick<PatternSpec, 'expressions'> & Partial<PatternSpec>, line: string): NormalisedFields {
  const pattern = compilePattern({ ...NOTHING, name: 'app', ...spec });
  const raw = pattern.match(line);
  assert.ok(raw);
  return createNormaliser(pattern)(raw);
}

const ACCESS = {
  expressions: [
    '%{NOTSPACE:time} %{NOTSPACE:vhost} %{NOTSPACE:host} %{STATUS:status:int} %{NUMBER:request_time:float} "(?<agent>[^"]*)" (?<path>[^ ]+) (?<pairs>.*)',
  ],
  time: { field: 'time', format: 'iso8601' as const },
  keyValues: {
    ...{ field: 'pairs', separator: ' ', assign: '=' },
    names: { urt: 'upstream_response_time', us: 'upstream_status', ua: 'upstream' },
  },
  fields: {
    upstream_response_time: 'last-float',
    upstream_status: 'last-int',
    upstream: 'last-text',
  } as const,
  status: 'status',
};

test('fields have the same names in all logs, and lists all values of all upstreams', () => {
  const fields = fieldsOf(
    ACCESS,
    '2026-11-25T05:22:42Z shop.example web-1 502 0.61 "curl/8.5.0" /api/items/12?x=1 us=504, 502 : - urt=0.1, - : 0.3 ua=10.0.0.1:80, unix:/a.sock',
  );

  assert.deepEqual(fields, {
    ...{ host: 'shop.example', server_host: 'web-1', status: 502, class: '5xx', rt: 0.61 },
    ...{ path: '/api/items/12?x=1', route: '/api/items/:n', agent: 'curl/8.5.0' },
    ...{ urt: [0.1, null, 0.3], ustatus: [504, 502, null], uaddr: ['10.0.0.1:80', 'unix:/a.sock'] },
    ...{ ua_family: 'curl', is_bot: false, is_scanner: false },
  });
});

test('no upstream was asked: there are no lists', () => {
  const fields = fieldsOf(ACCESS, '2026-11-25T05:22:42Z - - 200 0.61 "-" / us=- urt=-');

  assert.deepEqual(fields, { status: 200, class: '2xx', rt: 0.61, path: '/', route: '/', is_scanner: false });
});

test('a level has one spelling, a class of messages is an error_class', () => {
  const fields = fieldsOf(
    {
      expressions: ['%{WORD:level} (?<message>.*)'],
      classes: { from: 'message', into: 'class', of: [{ name: 'disk', texts: ['full'] }], otherwise: 'other' },
    },
    'WARN disk is full',
  );

  const said = { message: 'disk is full', template: 'disk is full' };
  assert.deepEqual(fields, { ...said, level: 'warning', error_class: 'disk' });
});

test('a status beyond 100 to 599 has no class', () => {
  assert.deepEqual(fieldsOf({ expressions: ['%{STATUS:code:int}'], status: 'code' }, '999'), { status: 999 });
});

test('a field may be called as what every object has', () => {
  const expressions = ['%{WORD:constructor} %{WORD:valueof}'];

  assert.deepEqual(fieldsOf({ expressions }, 'a b'), { constructor: 'a', valueof: 'b' });
});
