/** How Nginx writes a value into a log: ngx_http_log_escape and ngx_escape_json of Nginx 1.27. */

/** `value` undefined: there is none. */
export function nginxWrites(value: string | undefined, how: 'default' | 'json' | 'none'): string {
  if (value === undefined) return how === 'default' ? '-' : '';
  if (how === 'none') return value;
  if (how === 'json') return [...value].map(inJson).join('');
  return [...Buffer.from(value)].map(inText).join('');
}

function inText(byte: number): string {
  const isEscaped = byte < 0x20 || byte >= 0x7f || byte === 0x22 || byte === 0x5c;
  return isEscaped ? `\\x${hex(byte)}` : String.fromCharCode(byte);
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function inJson(letter: string): string {
  return JSON_ESCAPES[letter] ?? (letter < ' ' ? `\\u00${hex(letter.charCodeAt(0))}` : letter);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
