/**
 * Errors that drawn applications log. A place in a program (a call of its logger) has words of its own and values that change from
 * line to line; who reads only lines has to tell the two apart. Written as programmers write messages, knowing nothing of masks.
 */

import {
  address,
  duration,
  email,
  FIRST,
  host,
  id,
  ip,
  path,
  pick,
  type Random,
  stamp,
  url,
  uuid,
  whole,
} from './said-values.ts';
import { ERRORS, GOODS, PARTS, REASONS, STORES, THINGS, VERBS } from './said-words.ts';

/** A place in a program. */
export interface Place {
  /** Its words; two places of one program have not the same. */
  readonly name: string;
  /** Its message, with other values each time. */
  readonly say: Say;
}

type Say = (random: Random) => string;

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
