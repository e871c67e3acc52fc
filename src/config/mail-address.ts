/** Mail addresses: plain ones only, since they go into envelopes and headers. */

const NAME_CHARS = 100;

/** One `@`, no spaces, no controls, no brackets, at most 254 characters (RFC 5321, 4.5.3.1). */
export function isMailAddress(given: string): boolean {
  return given.length <= 254 && /^[^\s@<>,;:"()[\]\\\p{C}]{1,64}@[^\s@<>,;:"()\\\p{C}]{1,253}$/u.test(given);
}

/** An address, or a name and an address: `Shop monitoring <linesman@shop.example.com>`. */
export function isMailSender(given: string): boolean {
  const [, name = '', address = ''] = /^([^<>]*)<([^<>]*)>$/.exec(given) ?? ['', '', given];
  return isMailAddress(address) && name.length <= NAME_CHARS && !/[\p{Cc}\p{Zl}\p{Zp}@]/u.test(name);
}
