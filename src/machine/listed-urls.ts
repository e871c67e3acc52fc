/** Addresses in one option, separated by commas; whoever writes a wrong one reads it without its password. */
import { UserError } from '../core/errors.ts';
import { redactUrl } from '../core/redact-url.ts';

/** More of them is a mistake, not a configuration. */
const MAX_URLS = 20;

/** protocols: 'http:'. Throws UserError('CONFIG') that names the collector. */
export function listedUrls(
  list: unknown,
  { collector, protocols, example }: { collector: string; protocols: readonly string[]; example: string },
): readonly URL[] {
  const given = String(list ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const fail = (what: string): never => {
    throw new UserError('CONFIG', `collectors.${collector}: url: ${what}`);
  };
  if (given.length > MAX_URLS) fail(`${given.length} addresses; give at most ${MAX_URLS}`);
  return given.map((text) => {
    if (!URL.canParse(text)) fail(`"${redactUrl(text)}" is no address; write one such as ${example}`);
    const url = new URL(text);
    if (!protocols.includes(url.protocol))
      fail(
        `"${redactUrl(text)}" begins with none of ${protocols.map((one) => `${one}//`).join(', ')}; write one such as ${example}`,
      );
    return url;
  });
}

/** The whole text, read as UTF-8, of a percent-encoded part of an address; as it stands where it is no such text. */
export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
