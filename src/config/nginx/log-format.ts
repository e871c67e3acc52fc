/** What a log_format writes: texts and variables in their order, and how Nginx escapes the variables. */

export type LogEscape = 'default' | 'json' | 'none';

export type LogPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

export interface LogFormat {
  readonly name: string;
  readonly escaping: LogEscape;
  /** No two texts stand side by side. */
  readonly parts: readonly LogPart[];
}

/** Always there in http blocks, whatever is written. */
export const COMBINED: LogFormat = {
  name: 'combined',
  escaping: 'default',
  parts: logParts(
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
  ),
};

/** Of the arguments of log_format; a sentence where they are none. */
export function readLogFormat(args: readonly string[]): LogFormat | string {
  const [name, ...rest] = args;
  if (name === undefined || name === '') return 'log_format has no name';
  const given = /^escape=(.*)$/s.exec(rest[0] ?? '')?.[1];
  const texts = given === undefined ? rest : rest.slice(1);
  const escaping = ESCAPES.find((one) => one === (given ?? 'default'));
  if (!escaping) return `log_format ${name} has an unknown escape; Nginx knows default, json and none`;
  // Nginx writes several strings with nothing between them.
  const parts = logParts(texts.join(''));
  if (!parts.some(({ kind }) => kind === 'variable'))
    return `log_format ${name} writes no variable, so its lines say nothing`;
  return { name, escaping, parts };
}

const ESCAPES: readonly LogEscape[] = ['default', 'json', 'none'];

function logParts(text: string): LogPart[] {
  const parts: LogPart[] = [];
  let from = 0;
  for (const found of text.matchAll(/\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g)) {
    if (found.index > from) parts.push({ kind: 'text', text: text.slice(from, found.index) });
    // To Nginx $Host and $host are one.
    parts.push({ kind: 'variable', name: (found[1] ?? found[2] ?? '').toLowerCase() });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** The log_format as it would be written in one line, for messages and the head of a pattern file. */
export function logFormatText({ name, escaping, parts }: LogFormat): string {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : `\${${part.name}}`)).join('');
  const plain = text
    .replace(/\$\{(\w+)\}(?!\w)/g, '$$$1')
    .replace(/['\\]/g, '\\$&')
    .replace(/[\t\r\n]/g, (letter) => WRITTEN[letter] ?? '');
  return `log_format ${name} ${escaping === 'default' ? '' : `escape=${escaping} `}'${plain}';`;
}

const WRITTEN: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };
