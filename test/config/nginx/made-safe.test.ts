import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeExpressions } from '../../../src/config/expression-safety.ts';
import { formatPattern } from '../../../src/config/nginx/format-pattern.ts';
import { readLogFormat } from '../../../src/config/nginx/log-format.ts';
import { compileGrok } from '../../../src/core/parse/grok.ts';

/** Two seconds of CPU each are usual; a machine that does much else takes longer. */
const JUDGE_MS_MAX = 300_000;

// A start judges no expression that is made of an nginx.conf, so this stands for them: one of each kind of value and end.
test('no line can keep an expression busy that is made of a log_format', async () => {
  const formats = [
    '$http_user_agent $request_time $upstream_response_time $upstream_addr $status $time_iso8601',
    '$remote_addr [$time_local] "$request" $status $body_bytes_sent "$http_referer" $upstream_addr $host$request_uri $http_x',
    '$time_iso8601 $http_user_agent $status $request $http_referer $gzip_ratio',
  ];
  const sources = formats.flatMap((text) => {
    const format = readLogFormat(['x', text]);
    assert.ok(typeof format === 'object');
    const { spec } = formatPattern('nginx-x', format);
    return (spec?.expressions ?? []).map((expression) => compileGrok(expression).regExp.source);
  });
  const escaped = readLogFormat(['x', 'escape=json', '{"a":"$http_a","us":$upstream_status,"s":$status}']);
  assert.ok(typeof escaped === 'object');
  sources.push(
    ...(formatPattern('nginx-x', escaped).spec?.expressions ?? []).map((one) => compileGrok(one).regExp.source),
  );

  const verdicts = await judgeExpressions(sources, JUDGE_MS_MAX);

  assert.ok(sources.length >= 5);
  assert.deepEqual(
    verdicts,
    sources.map(() => ({ is: 'safe' })),
    sources.join('\n'),
  );
});
