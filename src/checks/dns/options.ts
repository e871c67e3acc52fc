/** What can be said of a dns check in linesman.yaml. */
import type { OptionSpecs } from '../../core/plugin.ts';
import { TYPES } from './records.ts';

export const OPTIONS: OptionSpecs = {
  domain: { type: 'text', describe: 'The name to look up.', example: 'shop.example.com' },
  type: { type: 'choice', describe: 'Type of its records.', example: 'MX', choices: TYPES, default: 'A' },
  server: {
    type: 'text',
    describe: 'The name server to ask, by address; otherwise those of this machine.',
    example: '192.0.2.53:5353',
    optional: true,
  },
  expect: {
    type: 'text',
    describe: 'The right records, a list; or same: those of the first reading after a start.',
    example: '192.0.2.10, 192.0.2.11',
    optional: true,
  },
  match: {
    type: 'choice',
    describe: 'Which of them must be in the answer: all, any one, or exactly these and no other.',
    example: 'exactly',
    choices: ['all', 'any', 'exactly'],
    default: 'all',
  },
  slow: {
    type: 'duration',
    describe: 'An answer that takes longer is slow.',
    example: '500ms',
    min: 1,
    optional: true,
  },
};
