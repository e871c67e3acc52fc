import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../src/core/errors.ts';
import { compileGrok } from '../../../src/core/parse/grok.ts';
import { GROK_NAMES } from '../../../src/core/parse/grok-names.ts';

test('names, named fields and plain named groups give fields', () => {
  const read = fieldsOf('%{IP:client} (?<user>[a-z]+) (x|y) %{NUMBER:took:float} %{GREEDYDATA:rest}');

  assert.deepEqual(read('10.0.0.1 anna y 1.5 and, the rest'), {
    client: '10.0.0.1',
    user: 'anna',
    took: '1.5',
    rest: 'and, the rest',
  });
  assert.equal(read('10.0.0.1 anna z 1.5 rest'), undefined);
});

test('an expression matches the whole line or not at all', () => {
  assert.equal(fieldsOf('%{WORD:a}')('one two'), undefined);
  assert.equal(fieldsOf('%{WORD:a}|%{INT:b}')('x 1'), undefined);
});

test('a field may stand in several alternatives; brackets in classes and escapes open no group', () => {
  const read = fieldsOf('(?:a(?<x>\\d)|b(?<x>\\d))[(](?<y>\\()(?<z>.)');

  assert.deepEqual(read('b7((!'), { x: '7', y: '(', z: '!' });
});

test('types stand behind the field', () => {
  assert.deepEqual(compileGrok('%{INT:a:int} %{NUMBER:b:float} %{WORD:c}').types, { a: 'int', b: 'float' });
});

const TABLE: readonly (readonly [name: string, matches: readonly string[], not: readonly string[]])[] = [
  ['IPV4', ['0.0.0.0', '255.255.255.255', '10.1.2.3'], ['256.1.1.1', '1.2.3', '1.2.3.4567']],
  ['IPV6', ['::1', '2001:db8::42', '::ffff:1.2.3.4', 'fe80::1%eth0'], ['1234', '10.0.0.1', 'ab']],
  ['IP', ['::1', '10.0.0.1'], ['host']],
  ['IPORHOST', ['shop.example.com', '10.0.0.1', '::1'], ['a b']],
  ['INT', ['-5', '12'], ['1.5', '']],
  ['NUMBER', ['-5.25', '12'], ['1.', 'x']],
  ['QUOTEDSTRING', ['"a \\" b"', '""'], ['"a', '"a" b"']],
  ['HTTPDATE', ['25/Nov/2026:05:22:42 +0000'], ['25/Nox/2026:05:22:42 +0000', '25/Nov/2026:05:22:42']],
  [
    'TIMESTAMP_ISO8601',
    ['2026-11-25T05:22:42.123Z', '2026-11-25 05:22:42', '2026-11-25T05:22:42+01:00'],
    ['2026-11-25'],
  ],
  ['SYSLOGTIMESTAMP', ['Nov 25 05:22:42', 'Nov  5 05:22:42'], ['25 Nov 05:22:42']],
  ['LOGLEVEL', ['error', 'WARN', 'Info', 'FATAL'], ['errors', 'x']],
  ['UUID', ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567-e89b-12d3-a456']],
  ['URIPATHPARAM', ['/a/b?x=1', '/'], ['a/b', '/a b']],
  ['MONTH', ['Nov'], ['November', 'nov']],
  ['METHOD', ['GET', 'M-SEARCH', 'VERSION-CONTROL'], ['get', '-']],
];

for (const [name, matches, not] of TABLE) {
  test(`%{${name}} takes what it is called`, () => {
    const { regExp } = compileGrok(`%{${name}}`);

    assert.deepEqual(
      matches.filter((text) => !regExp.test(text)),
      [],
    );
    assert.deepEqual(
      not.filter((text) => regExp.test(text)),
      [],
    );
  });
}

test('every name of the library compiles', () => {
  for (const name of Object.keys(GROK_NAMES)) compileGrok(`%{${name}:field}`);
});

test('mistakes say what was given and what is meant', () => {
  assert.throws(() => compileGrok('%{HTTPDAT:time}'), {
    name: 'UserError',
    message: /'HTTPDAT'.*Did you mean HTTPDATE\?/,
  });
  assert.throws(() => compileGrok('%{__proto__:x}'), UserError);
  assert.throws(() => compileGrok('%{INT:a:long}'), { message: /'long'.*text, int, float/ });
  assert.throws(() => compileGrok('%{INT:Bytes}'), { message: /'Bytes' is no field name/ });
  assert.throws(() => compileGrok('(?<__proto__>x)'), { message: /no field name/ });
  assert.throws(() => compileGrok('%{INT:a'), { message: /write %\{NAME\}/ });
  assert.throws(() => compileGrok('(a'), { message: /Not a regular expression/ });
});

function fieldsOf(expression: string): (line: string) => Record<string, string> | undefined {
  const { regExp, groups } = compileGrok(expression);
  return (line) => {
    const found = regExp.exec(line);
    if (!found) return undefined;
    const pairs = groups.flatMap((name, index) => {
      const text = found[index + 1];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    });
    return Object.fromEntries(pairs);
  };
}
