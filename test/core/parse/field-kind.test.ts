import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FieldKind, fieldType } from '../../../src/core/parse/field-kind.ts';

const TABLE: readonly (readonly [kind: FieldKind, text: string, value: string | number | undefined])[] = [
  ['text', 'x', 'x'],
  ['text', '-', undefined],
  ['text', '', undefined],
  ['int', '200', 200],
  ['int', '-7', -7],
  ['int', '1.5', undefined],
  ['int', '-', undefined],
  ['int', '99999999999999999999', undefined],
  ['float', '0.005', 0.005],
  ['float', '1e9', undefined],
  ['float', 'Infinity', undefined],
  ['last-float', '0.1, 0.2 : 0.3', 0.3],
  ['last-float', '0.1 : 0.3, 0.4', 0.4],
  ['last-float', '0.1, -', undefined],
  ['last-float', '0.1', 0.1],
  ['last-int', '502, 200', 200],
  ['last-text', '10.0.0.1:80, unix:/run/app.sock', 'unix:/run/app.sock'],
  ['last-text', '-', undefined],
  ['request-path', 'GET /a b?x HTTP/1.1', '/a b?x'],
  ['request-path', 'GET /old', '/old'],
  ['request-path', '\\x16\\x03', undefined],
  ['request-path', '/a b?x', '/a b?x'],
  ['request-method', 'GET /a b?x HTTP/1.1', 'GET'],
  ['request-method', 'M-SEARCH', 'M-SEARCH'],
  ['request-method', '\\x16\\x03', undefined],
  ['request-method', 'get', undefined],
  ['without-port', '203.0.113.7:59292', '203.0.113.7'],
  ['without-port', '[2001:db8::42]:59292', '2001:db8::42'],
  ['without-port', '[2001:db8::42]', '2001:db8::42'],
  ['without-port', '2001:db8::42', '2001:db8::42'],
  ['without-port', 'unix:', 'unix:'],
  ['without-port', '-', undefined],
  ['host-port', 'http://127.0.0.1:8081/x', '127.0.0.1:8081'],
  ['host-port', 'https://[::1]:8443/x', '[::1]:8443'],
  ['host-port', 'fastcgi://unix:/run/php.sock:', 'unix:/run/php.sock'],
  ['host-port', 'http://unix:/run/app.sock:/a', 'unix:/run/app.sock'],
  ['host-port', 'grpc://backend', 'backend'],
  ['host-port', '10.0.0.6:3306', '10.0.0.6:3306'],
  ...(
    [
      ['trace', 'TRACE FINEST silly V trace8 10 15'],
      ['debug', 'debug DBG fine debug5 20 7 . -'],
      ['info', 'INFO Information LOG http 30 6'],
      ['notice', 'Notice Note * 5'],
      ['warning', 'warn WARNING WRN W # 40 4'],
      ['error', 'Err ERROR SEVERE E 50 3'],
      ['critical', 'CRIT Fatal 60 2'],
      ['alert', 'alert 1'],
      ['emergency', 'EMERG Panic 0'],
    ] as const
  ).flatMap(([level, texts]) => texts.split(' ').map((text) => ['level', text, level] as const)),
  ...['', 'loud', '8', '70', '-1', '1.5', '1e1', '0x1', ' 3', 'errorerrorerror', '__proto__'].map(
    (text) => ['level', text, undefined] as const,
  ),
  ['ms', '1500', 1.5],
  ['ms', '12.5', 0.0125],
  ['ms', '-1', undefined],
  ['ms', '-', undefined],
  ['us', '1500', 0.0015],
  ['ns', '1500000000', 1.5],
];

for (const [kind, text, value] of TABLE) {
  test(`${kind} of '${text}' is ${value ?? 'absent'}`, () => {
    assert.equal(fieldType(kind).read(text), value);
  });
}
