/** Ids that a repeated decision makes again: the first 16 hex digits of SHA-256 over the parts, joined by a NUL. */
import { createHash } from 'node:crypto';

export function stableId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
