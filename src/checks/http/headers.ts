/** Headers of an http check, as its option has them: 'Name: value', one a line. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { UserError } from '../../core/errors.ts';

/** They belong to the connection or to the body, which is not there. */
const OURS = /^(connection|content-length|transfer-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*)$/;

/** Names in small letters. Throws UserError, which never holds a value. */
export function parseHeaders(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries(lines.map(parseHeader));
}

function parseHeader(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const value = line.slice(colon + 1).trim();
  if (!isAllowed(name, value))
    throw new UserError(
      'CONFIG',
      'headers has a line that is no header; write Name: value, such as Accept: application/json',
    );
  if (OURS.test(name)) throw new UserError('CONFIG', `headers sets ${name}, which linesman sets itself; leave it out`);
  return [name, value];
}

function isAllowed(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
