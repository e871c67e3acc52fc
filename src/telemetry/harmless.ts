/** Values on their way into our own log: no secrets, no endless texts, no endless nesting. */
import { redactUrl } from '../core/redact-url.ts';

const MAX_CHARS = 2_000;
const MAX_ITEMS = 50;
const MAX_DEPTH = 4;
const MASK = '***';
const SECRET_NAME = /passw|secret|token|authorization|^(auth|pass|smtp|redis)$/i;

/** A copy that may be logged. Errors become their message, code and stack. */
export function harmless<Value>(value: Value): Value;
export function harmless(value: unknown): unknown {
  return clean(value, 0);
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactUrl(value).slice(0, MAX_CHARS);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (value instanceof Error) return cleanError(value, depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => clean(item, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(entries.map(([name, one]) => [name, cleanField(name, one, depth)]));
}

function cleanField(name: string, value: unknown, depth: number): unknown {
  if (!SECRET_NAME.test(name) || value === undefined) return clean(value, depth + 1);
  // An address says where even when it is masked; anything else of that name says nothing.
  return typeof value === 'string' && value.includes('://') ? redactUrl(value).slice(0, MAX_CHARS) : MASK;
}

function cleanError(error: Error, depth: number): object {
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    name,
    message: clean(message, depth),
    ...(code === undefined ? {} : { code: clean(code, depth + 1) }),
    stack: clean(stack, depth),
    ...(cause === undefined ? {} : { cause: clean(cause, depth + 1) }),
  };
}
