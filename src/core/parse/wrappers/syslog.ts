/** Syslog: RFC 5424 and RFC 3164, as nginx sends it (host and tag, no process id) and as rsyslog writes it into files. */
import type { Wrapped, WrapperStamp } from './wrapped.ts';

const RFC_5424 = /^<\d{1,3}>1 ([^ ]{1,64}) [^ ]{1,255} [^ ]{1,48} [^ ]{1,128} [^ ]{1,32} /;
/** Priority (not in files), time, host (none with nginx's nohostname, empty as nginx starts), tag with process id. A host never ends in ':', a tag does. */
const RFC_3164 =
  /^(?:<\d{1,3}>)?(?:([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))) (?:(?:[^ ]{0,254}[^ :])? )?[^ :[\]]{1,64}(?:\[[^ \]]{1,64}\])?: ?/;
const BYTE_ORDER_MARK = '\uFEFF';

export function unwrapSyslog(line: string): Wrapped | undefined {
  return unwrap5424(line) ?? unwrap3164(line);
}

function unwrap5424(line: string): Wrapped | undefined {
  const header = RFC_5424.exec(line);
  if (!header) return undefined;
  const [whole, time = ''] = header;
  const end = structuredDataEnd(line, whole.length);
  if (end === undefined) return undefined;
  const start = line.startsWith(BYTE_ORDER_MARK, end + 1) ? end + 2 : end + 1;
  return complete(line.slice(start), time === '-' ? undefined : { format: 'iso8601', text: time });
}

function unwrap3164(line: string): Wrapped | undefined {
  const header = RFC_3164.exec(line);
  if (!header) return undefined;
  const [whole, plain, iso] = header;
  const stamp: WrapperStamp =
    plain === undefined ? { format: 'iso8601', text: iso ?? '' } : { format: 'syslog', text: plain };
  return complete(line.slice(whole.length), stamp);
}

function complete(text: string, stamp: WrapperStamp | undefined): Wrapped {
  return { text, stream: 'stdout', isPart: false, stamp };
}

/** Position behind `-` or `[id name="value"]…`, which must be the end or a space. */
function structuredDataEnd(line: string, from: number): number | undefined {
  let at = line[from] === '-' ? from + 1 : from;
  while (line[at] === '[' && at >= from) at = elementEnd(line, at);
  return at > from && (at === line.length || line[at] === ' ') ? at : undefined;
}

/** Behind the ']' of an element that begins at `from`; -1 where it has none. In quotes \ escapes the next letter. */
function elementEnd(line: string, from: number): number {
  let isQuoted = false;
  for (let at = from + 1; at < line.length; at += 1) {
    const letter = line[at];
    if (isQuoted && letter === '\\') at += 1;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ']' && !isQuoted) return at + 1;
  }
  return -1;
}
