/** Matches lines made to be slow against all shipped patterns; prints the slowest. Run by hostile.test.ts. */
import { loadPatterns, shippedPatternsFolder } from '../../../src/config/patterns.ts';
import { compileGrok } from '../../../src/core/parse/grok.ts';
import { GROK_NAMES } from '../../../src/core/parse/grok-names.ts';
import { MAX_WRAPPED_BYTES } from '../../../src/core/parse/lines.ts';
import { unwrap } from '../../../src/core/parse/wrappers/wrapped.ts';

const BYTES = 32 * 1024;
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

/** Pieces that expressions look for; a line repeats one or two of them, behind a beginning that matches. */
const PIECES = [
  'a',
  ' ',
  '"',
  '-',
  '1',
  '.',
  ':',
  '=',
  ',',
  '[',
  '\\',
  '/',
  'GET ',
  ' HTTP/1.1',
  ' HTTP/1.1" ',
  '" "',
  ' [',
  '] "',
  'a=',
  ' a="',
  ', client: ',
  ', a: "',
  '": ',
  '0.1, ',
  ' : ',
  '25/Nov/2026:05:22:42 +0000',
  ' [25/Nov/2026:05:22:42 +0000] ',
  ' [25/Nov/2026:05:22:42 +0000] "GET / HTTP/1.1" 200 ',
  '*1 ',
];
const CLF = '1.2.3.4 - ';
const REQUEST = `${CLF}- [25/Nov/2026:05:22:42 +0000] "`;
const AGENT = `${REQUEST}GET / HTTP/1.1" 200 1 "-" "`;
const ERROR = '2026/11/25 05:22:42 [error] 1#1: ';
const BEGINNINGS = [
  '',
  CLF,
  REQUEST,
  `${REQUEST}GET /`,
  AGENT,
  `${AGENT}" `,
  `${AGENT}" a=`,
  `${AGENT}" a="`,
  `${AGENT}" 0.1 `,
  ERROR,
  `${ERROR}*1 x, client: `,
  `${ERROR}*1 x, client: a, request: "`,
];
const ENDS = ['', '\n', '"', ' x'];

const matchers: readonly (readonly [name: string, match: (line: string) => unknown])[] = [
  ...patterns.map(({ name, match }) => [name, match] as const),
  ...Object.keys(GROK_NAMES).map((name) => {
    const { regExp } = compileGrok(`%{${name}}`);
    return [`%{${name}}`, (line: string) => regExp.test(line)] as const;
  }),
];

/** Lines that look wrapped are opened up to a length of their own. */
const WRAPPED_BEGINNINGS = [
  '<',
  '<190>1 ',
  '<190>1 - - - - - ',
  '<190>1 - - - - - [',
  '<190>1 - - - - - [a b="',
  '<190>Nov 25 05:22:42 ',
  'Nov 25 05:22:42 ',
  '2026-11-25T05:22:42Z ',
  '2026-11-25T05:22:42Z stdout P:',
  '{"log":',
  '{"log":"',
  '{"MESSAGE":[',
];

const slowest = { ms: 0, told: '' };
for (const beginning of BEGINNINGS) {
  for (const piece of PIECES) {
    for (const other of ['', ...PIECES.slice(0, 8)]) {
      const repeated = (piece + other).repeat(Math.ceil(BYTES / (piece + other).length));
      for (const end of ENDS)
        measure(`${beginning}${repeated}`.slice(0, BYTES - end.length) + end, `${beginning}(${piece}${other})*${end}`);
    }
  }
}
for (const beginning of WRAPPED_BEGINNINGS) {
  for (const piece of [...PIECES, '{"a":', '[a b="\\"]', '"log"', '255,', '[', '\\u0000']) {
    const line = `${beginning}${piece.repeat(MAX_WRAPPED_BYTES / piece.length)}`;
    for (const end of ['', '}', '"}', '"]'])
      measureOne('unwrap', unwrap, `${line}${end}`, `${beginning}(${piece})*${end}`);
  }
}
console.log(slowest.ms.toFixed(1), 'ms', slowest.told);

function measure(line: string, told: string): void {
  for (const [name, match] of matchers) measureOne(name, match, line, told);
}

function measureOne(name: string, match: (line: string) => unknown, line: string, told: string): void {
  const start = performance.now();
  match(line);
  const ms = performance.now() - start;
  if (ms > slowest.ms) Object.assign(slowest, { ms, told: `${name}: ${told}` });
}
