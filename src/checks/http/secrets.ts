/** What an http check sends that nobody may see: it may come back in bodies, redirects and errors. */
import { redactUrl } from '../../core/redact-url.ts';

/** Headers whose values open nothing; of all others nobody knows. */
const HARMLESS = /^(host|accept(-.*)?|user-agent|content-type|cache-control|pragma|origin|referer|x-forwarded-proto)$/;
/** Short words such as Basic stand everywhere, and are no secret. */
const WORD_CHARS = 8;

/** `headers`: names in small letters. */
export function secretsOf(url: URL, headers: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...[url.username, url.password].flatMap(asSentAndMeant),
    ...hiddenParts(url).flatMap(asSentAndMeant),
    ...Object.entries(headers)
      .filter(([name]) => !HARMLESS.test(name))
      .flatMap(([, value]) => [value, ...value.split(/[\s,;=]+/).filter((word) => word.length >= WORD_CHARS)]),
  ].filter((secret) => secret !== '');
}

/** Values of the query and pieces of the path that redactUrl hides. */
function hiddenParts(url: URL): readonly string[] {
  const parameters = [...url.search.slice(1).split(/[&;]/)]
    .filter((parameter) => redactUrl(`?${parameter}`) !== `?${parameter}`)
    .map((parameter) => parameter.slice(parameter.indexOf('=') + 1));
  const pieces = url.pathname.split('/').filter((piece) => redactUrl(`http://a/${piece}`) !== `http://a/${piece}`);
  return [...parameters, ...pieces];
}

function asSentAndMeant(part: string): readonly string[] {
  try {
    return [part, decodeURIComponent(part)];
  } catch {
    return [part];
  }
}
