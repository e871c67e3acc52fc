/** Addresses that nobody asks by mistake: link-local ones, where clouds hand out keys to whoever asks from the machine. */
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { sharedLookup } from '../network/shared-lookup.ts';

/** Code of the error where a name leads to one. */
export const REFUSED_ADDRESS = 'LINESMAN_REFUSED_ADDRESS';

const LINK_LOCAL = new BlockList();
// RFC 3927 and RFC 4291; 169.254.169.254 gives keys on AWS, Azure and Google, the others on AWS (IPv6) and Alibaba.
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
LINK_LOCAL.addSubnet('fd00:ec2::', 32, 'ipv6');
LINK_LOCAL.addAddress('100.100.100.200', 'ipv4');

/** `host` as a URL has it; false for names, which lookupAllowed looks at. */
export function isRefusedAddress(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && LINK_LOCAL.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** As dns.lookup, but an error where one of the addresses is refused: what is checked is what is connected to. */
export const lookupAllowed: LookupFunction = (hostname, options, callback) => {
  sharedLookup(hostname, { all: true }, (error, found) => {
    const addresses = error ? [] : (found as LookupAddress[]);
    const refused = addresses.find(({ address }) => isRefusedAddress(address));
    const trouble = error ?? (refused && Object.assign(new Error(refused.address), { code: REFUSED_ADDRESS }));
    const [first] = addresses;
    if (trouble || first === undefined) callback(trouble ?? new Error('no address'), '', 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
