/** What can be said of an http check in linesman.yaml. */
import type { OptionSpecs } from '../../core/plugin.ts';

const REDIRECTS_MAX = 5;

export const OPTIONS: OptionSpecs = {
  url: {
    type: 'text',
    describe: 'The address. A user and password in it are sent as basic authentication and shown nowhere.',
    example: 'https://shop.example.com/health',
  },
  method: { type: 'choice', describe: 'How to ask.', example: 'HEAD', choices: ['GET', 'HEAD'], default: 'GET' },
  status: { type: 'text', describe: 'Statuses that are right.', example: '200-299,401', default: '200-299' },
  contains: {
    type: 'text',
    describe: 'Text that must stand in the first 256 KiB of the content.',
    example: '"status":"ok"',
    optional: true,
  },
  lacks: {
    type: 'text',
    describe: 'Text that must not stand there.',
    example: 'Maintenance',
    optional: true,
  },
  slow: {
    type: 'duration',
    describe: 'An answer that takes longer, redirects and content included, is slow.',
    example: '2s',
    min: 1,
    optional: true,
  },
  redirects: {
    type: 'integer',
    describe: 'So many redirects are followed; those with a status that is right are not.',
    example: 0,
    min: 0,
    max: REDIRECTS_MAX,
    default: REDIRECTS_MAX,
  },
  otherHosts: {
    type: 'boolean',
    describe: 'Redirects to other hosts are followed too; they get neither password nor headers.',
    example: true,
    default: false,
  },
  linkLocal: {
    type: 'boolean',
    describe: 'Link-local addresses, where clouds give keys to whoever asks, may be asked.',
    example: true,
    default: false,
  },
  headers: {
    type: 'text',
    describe: 'Headers to send, one a line. Their values are shown nowhere.',
    example: 'Authorization: Bearer TOKEN',
    optional: true,
  },
  verify: {
    type: 'boolean',
    describe: 'Whether the certificate must be trusted.',
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
