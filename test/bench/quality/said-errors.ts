/**
 * Errors that drawn applications log. A place in a program (a call of its logger) has words of its own and values that change from
 * line to line; who reads only lines has to tell the two apart. Written as programmers write messages, knowing nothing of masks.
 */

export type Random = () => number;

/** A place in a program. */
export interface Place {
  /** Its words; two places of one program have not the same. */
  readonly name: string;
  /** Its message, with other values each time. */
  readonly say: Say;
}

type Say = (random: Random) => string;

const THINGS =
  'order payment invoice cart session user account token upload report job task message event subscription'.split(' ');
const STORES = 'postgres redis mysql rabbitmq kafka s3 elasticsearch memcached mongo ldap smtp vault'.split(' ');
const VERBS =
  'load save fetch parse update delete send render validate encrypt resize publish index archive merge'.split(' ');
const REASONS = [
  'connection refused',
  'timeout',
  'permission denied',
  'no such file or directory',
  'broken pipe',
  'bad checksum',
]
  .concat([
    'certificate has expired',
    'out of range',
    'unexpected end of input',
    'deadlock found',
    'quota exceeded',
    'already closed',
  ])
  .concat(['no route to host', 'invalid signature', 'too many open files', 'lock wait exceeded', 'unknown encoding']);
const ERRORS = [
  'TypeError',
  'ValueError',
  'KeyError',
  'java.io.IOException',
  'java.lang.IllegalStateException',
  'RuntimeException',
].concat([
  'psycopg2.OperationalError',
  'SocketError',
  'ActiveRecord::RecordNotFound',
  'OSError',
  'panic',
  'AssertionError',
]);
const PARTS = 'worker scheduler gateway billing mailer search importer exporter auth notifier cache sync janitor'.split(
  ' ',
);
const FIRST =
  'alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent'.split(' ');
const GOODS = [
  'Blue Chair',
  'Oak Table',
  'Desk Lamp',
  'Paper Clip Box',
  'Red Mug',
  'Wall Clock',
  'Garden Hose',
  'Small Plant Pot',
];

/** Writes a place that nobody wrote before: a form with its own words. */
export function writePlace(random: Random): Place {
  const form = Math.floor(random() * FORMS.length);
  const { name, say } = (FORMS[form] as Form)(random);
  return { name: `${form} ${name}`, say };
}

type Form = (random: Random) => Place;

const FORMS: readonly Form[] = [
  (r) =>
    withWords(
      r,
      [VERBS, THINGS, REASONS],
      ([verb, thing, why]) =>
        (v) =>
          `failed to ${verb} ${thing} ${id(v)}: ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, REASONS],
      ([thing, why]) =>
        (v) =>
          `${thing} ${id(v)} failed after ${duration(v)}: ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [STORES, REASONS],
      ([store, why]) =>
        (v) =>
          `${store}: dial tcp ${address(v)}: ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [ERRORS, THINGS, VERBS],
      ([error, thing, verb]) =>
        (v) =>
          `${error}: cannot ${verb} ${thing} "${id(v)}"`,
    ),
  (r) =>
    withWords(
      r,
      [PARTS, VERBS, REASONS],
      ([part, verb, why]) =>
        (v) =>
          `[${part}-${whole(v, 16)}] ${verb} failed (${why})`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, STORES],
      ([thing, store]) =>
        (v) =>
          `lost ${whole(v, 900)} ${thing}s while writing to ${store}`,
    ),
  (r) =>
    withWords(
      r,
      [VERBS, THINGS],
      ([verb, thing]) =>
        (v) =>
          `Could not ${verb} ${thing} for user ${pick(v, FIRST)}`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, REASONS],
      ([thing, why]) =>
        (v) =>
          `${why} while handling ${thing} of ${email(v)} from ${ip(v)}`,
    ),
  (r) =>
    withWords(
      r,
      [PARTS, REASONS],
      ([part, why]) =>
        (v) =>
          `${part} gave up: attempt=${whole(v, 9)} elapsed=${duration(v)} reason=${why}`,
    ),
  (r) =>
    withWords(
      r,
      [STORES, THINGS],
      ([store, thing]) =>
        (v) =>
          `${store} returned status ${pick(v, ['500', '502', '503'])} for ${thing} at ${path(v, 'items')}`,
    ),
  (r) =>
    withWords(
      r,
      [ERRORS, REASONS],
      ([error, why]) =>
        (v) =>
          `Unhandled ${error} in ${path(v, 'srv')}.py:${whole(v, 999)}: ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, THINGS],
      ([one, other]) =>
        (v) =>
          `${one} '${id(v)}' references missing ${other} '${id(v)}'`,
    ),
  (r) =>
    withWords(
      r,
      [PARTS, THINGS],
      ([part, thing]) =>
        (v) =>
          `${part}: ${thing} queue length ${whole(v, 90_000)} exceeds ${whole(v, 90_000)}`,
    ),
  (r) =>
    withWords(
      r,
      [VERBS, REASONS],
      ([verb, why]) =>
        (v) =>
          `POST ${url(v)} -> ${why} (request_id=${uuid(v)}) during ${verb}`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, REASONS],
      ([thing, why]) =>
        (v) =>
          `Stock of ${pick(v, GOODS)} is wrong in ${thing}: ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [STORES, REASONS],
      ([store, why]) =>
        (v) =>
          `could not reach ${host(v)} (${store}), ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, VERBS],
      ([thing, verb]) =>
        (v) =>
          `${verb} of ${thing} batch [${whole(v, 99)}, ${whole(v, 99)}, ${whole(v, 99)}] rejected`,
    ),
  (r) =>
    withWords(
      r,
      [ERRORS, THINGS],
      ([error, thing]) =>
        (v) =>
          `${error} at ${stamp(v)}: ${thing} has state ${pick(v, ['NEW', 'PAID', 'SENT', 'VOID'])}`,
    ),
  (r) =>
    withWords(
      r,
      [PARTS, STORES, REASONS],
      ([part, store, why]) =>
        () =>
          `${part} lost its connection to ${store}: ${why}`,
    ),
  (r) =>
    withWords(
      r,
      [THINGS, REASONS],
      ([thing, why]) =>
        (v) =>
          `Invalid JSON in ${thing} webhook: ${why} at position ${whole(v, 4_000)}: {"id":${whole(v, 9)},"n":"${pick(v, FIRST)}"}`,
    ),
  (r) =>
    withWords(
      r,
      [VERBS, STORES],
      ([verb, store]) =>
        (v) =>
          `slow ${verb} on ${store}: ${duration(v)}, SELECT * FROM t WHERE id = ${whole(v, 1e6)} AND name = '${pick(v, FIRST)}'`,
    ),
];

function withWords(
  random: Random,
  lists: readonly (readonly string[])[],
  make: (words: readonly string[]) => Say,
): Place {
  const words = lists.map((list) => pick(random, list));
  return { name: words.join(' '), say: make(words) };
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

function hex(random: Random, length: number): string {
  return Array.from({ length }, () => whole(random, 16).toString(16)).join('');
}

function uuid(random: Random): string {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
}

function id(random: Random): string {
  return pick(random, [
    () => String(whole(random, 1e6)),
    () => uuid(random),
    () => hex(random, 24),
    () => `${pick(random, ['ab', 'cd'])}_${whole(random, 1e4)}`,
  ])();
}

function duration(random: Random): string {
  return pick(random, [
    `${whole(random, 900)}ms`,
    `${(random() * 60).toFixed(2)}s`,
    `${whole(random, 9)}m${whole(random, 60)}s`,
  ]);
}

function ip(random: Random): string {
  return pick(random, [`10.0.${whole(random, 256)}.${whole(random, 256)}`, `2001:db8::${hex(random, 4)}`]);
}

function address(random: Random): string {
  return `10.0.${whole(random, 9)}.${whole(random, 256)}:${1024 + whole(random, 60_000)}`;
}

function email(random: Random): string {
  return `${pick(random, FIRST)}.${whole(random, 99)}@example.${pick(random, ['com', 'org'])}`;
}

function host(random: Random): string {
  return `${pick(random, ['db', 'node', 'cache'])}-${whole(random, 20)}.internal.example`;
}

function path(random: Random, word: string): string {
  return `/${word}/${hex(random, 6)}/${pick(random, FIRST)}`;
}

function url(random: Random): string {
  return `https://${host(random)}/api/v1${path(random, 'x')}?page=${whole(random, 9)}`;
}

function stamp(random: Random): string {
  return new Date(1.7e12 + whole(random, 1e9)).toISOString();
}
