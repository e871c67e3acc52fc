/** The part of a path that many requests share: no query, ids masked. Bounded by ROUTE_CHARS. */
export function toRoute(path: string): string {
  const end = Math.min(path.length, SCAN_CHARS);
  let start = 0;
  let route = '';
  let hasDigit = false;
  let at = 0;
  for (; at < end; at += 1) {
    const code = path.charCodeAt(at);
    if (code === QUESTION || code === HASH || code === SEMICOLON) break;
    if (code === SLASH) {
      // Ids have digits; most parts of paths have none and are taken as they are.
      if (hasDigit) {
        const from = path.lastIndexOf('/', at - 1) + 1;
        route += path.slice(start, from) + mask(path.slice(from, at));
        start = at;
      }
      hasDigit = false;
    } else if (code >= ZERO && code <= NINE) hasDigit = true;
  }
  const from = hasDigit ? path.lastIndexOf('/', at - 1) + 1 : at;
  route += path.slice(start, from);
  if (hasDigit) route += mask(path.slice(from, at));
  return route.length > ROUTE_CHARS ? route.slice(0, ROUTE_CHARS) : route;
}

export const ROUTE_CHARS = 80;
/** Letters of a path that are looked at. */
export const SCAN_CHARS = 400;

const HASH = 35;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const SEMICOLON = 59;
const QUESTION = 63;

const NUMBER = /^\d+$/;
/** Hex of eight and more with a digit in it: object ids, hashes and UUIDs, but not words like 'facade'. */
const HEX_ID = /^[0-9A-Fa-f-]{8,}$/;

/** `segment` has a digit. */
function mask(segment: string): string {
  if (NUMBER.test(segment)) return ':n';
  return HEX_ID.test(segment) ? ':id' : segment;
}
