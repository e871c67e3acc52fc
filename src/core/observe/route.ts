/** The part of a path that many requests share: no query, ids masked. Bounded by ROUTE_CHARS. */
export function toRoute(path: string): string {
  const cut = path.search(/[?#;]/);
  const bare = (cut === -1 ? path : path.slice(0, cut)).slice(0, SCAN_CHARS);
  // Ids have digits; most paths of pages have none and need no second look.
  const masked = /\d/.test(bare) ? bare.split('/').map(mask).join('/') : bare;
  return masked.slice(0, ROUTE_CHARS).toWellFormed();
}

export const ROUTE_CHARS = 80;
/** Letters of a path that are looked at. */
const SCAN_CHARS = 400;

function mask(segment: string): string {
  if (/^\d+$/.test(segment)) return ':n';
  // Hex of eight and more with a digit in it: object ids, hashes and UUIDs, but not words like 'facade'.
  return /^(?=[^0-9]*\d)[0-9A-Fa-f-]{8,}$/.test(segment) ? ':id' : segment;
}
