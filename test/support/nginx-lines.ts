/** Lines as Nginx writes them in the timed format. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One line with its LF. `note` makes it unlike others. */
export function nginxLine(at: number, status: number, note: string | number = ''): string {
  return `203.0.113.7 - - [${clfTime(at)}] "GET /shop?${note} HTTP/1.1" ${status} 1534 "-" "curl/8.5.0" rt=0.005 urt=0.004 us=${status} ua=10.0.0.7:8080 host=shop.example.com\n`;
}

export function nginxLines(count: number, status = 200): string {
  const now = Date.now();
  return Array.from({ length: count }, (_, i) => nginxLine(now, status, `${now}.${i}`)).join('');
}

export function clfTime(at: number): string {
  const date = new Date(at);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}
