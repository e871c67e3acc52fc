/** What can be said of a tls check in linesman.yaml. */
import type { OptionSpecs } from '../../core/plugin.ts';
import { PROTOCOLS } from './start-tls.ts';

const PORT_MAX = 65_535;
const DAY_MS = 24 * 3_600_000;

export const OPTIONS: OptionSpecs = {
  host: { type: 'text', describe: 'Name or address of the server.', example: 'shop.example.com' },
  port: { type: 'integer', describe: 'Its port.', example: 465, min: 1, max: PORT_MAX, default: 443 },
  serverName: {
    type: 'text',
    describe: 'Name that is asked for and must stand in the certificate, where it is not the host.',
    example: 'shop.example.com',
    optional: true,
  },
  startTls: {
    type: 'choice',
    describe: 'Protocol that begins in the clear and changes to TLS.',
    example: 'smtp',
    choices: PROTOCOLS,
    optional: true,
  },
  warn: {
    type: 'duration',
    describe:
      'So long before its end a certificate is worth a warning: 21d, or a quarter of its life where that is shorter.',
    example: '30d',
    min: 0,
    max: 365 * DAY_MS,
    optional: true,
  },
  critical: {
    type: 'duration',
    describe: 'So long before its end it is critical: 7d, or a twelfth of its life where that is shorter.',
    example: '10d',
    min: 0,
    max: 365 * DAY_MS,
    optional: true,
  },
  verify: {
    type: 'boolean',
    describe: 'Whether issuer and name must be right too, not only the dates.',
    example: false,
    default: true,
  },
  ca: {
    type: 'text',
    describe: 'File with further authorities to trust, in PEM, as linesman sees it.',
    example: '/etc/ssl/our-authority.pem',
    optional: true,
  },
};
