/** What container runtimes and log daemons make of a line. Each gives whole lines without LF. */

export type Wrap = (line: string, time: number) => string;

/** Bytes of Docker's buffer: a longer line comes in parts of so many. */
export const DOCKER_PART = 16_384;

export const WRAPPERS: Readonly<Record<string, Wrap>> = {
  docker: (line, time) => docker(`${line}\n`, time),
  'docker with attrs': (line, time) =>
    JSON.stringify({ log: `${line}\n`, stream: 'stderr', attrs: { tag: 'log":"' }, time: nanos(time) }),
  cri: (line, time) => cri(line, time),
  'syslog of nginx': (line, time) => `<190>${syslogTime(time)} web-1 nginx: ${line}`,
  'syslog of nginx, nohostname': (line, time) => `<190>${syslogTime(time)} nginx_access: ${line}`,
  'syslog with a process id': (line, time) => `<30>${syslogTime(time)} 2001:db8::7 nginx[12]: ${line}`,
  'a file of rsyslog': (line, time) => `${syslogTime(time)} web-1 nginx[12]: ${line}`,
  'a newer file of rsyslog': (line, time) => `${new Date(time).toISOString()} web-1 nginx: ${line}`,
  'syslog, RFC 5424': (line, time) =>
    `<190>1 ${new Date(time).toISOString()} web-1 nginx 12 ID1 [a@1 b="\\"]\\]"][c@1] \uFEFF${line}`,
  journal: (line, time) => journal(line, time),
  'journal, as bytes': (line, time) => journal([...new TextEncoder().encode(line)], time),
};

export function docker(log: string, time: number, stream = 'stdout'): string {
  return JSON.stringify({ log, stream, time: nanos(time) });
}

export function cri(text: string, time: number, { stream = 'stdout', tag = 'F' } = {}): string {
  return `${nanos(time)} ${stream} ${tag} ${text}`;
}

export function journal(message: unknown, time: number): string {
  return JSON.stringify({
    ...{ __CURSOR: `s=1;i=${time}`, __REALTIME_TIMESTAMP: String(time * 1_000), PRIORITY: '6' },
    ...{ SYSLOG_IDENTIFIER: 'nginx', _SYSTEMD_UNIT: 'nginx.service', MESSAGE: message },
  });
}

function nanos(time: number): string {
  return new Date(time).toISOString().replace('Z', '456789Z');
}

/** Nov 25 08:22:39, in UTC, days of one digit behind two spaces. */
function syslogTime(time: number): string {
  const [, day = '', month, , clock] = new Date(time).toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2, ' ')} ${clock}`;
}
