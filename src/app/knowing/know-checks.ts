/** Compiles the checks of linesman.yaml for this machine; loaded only where there are some. */
import type { Config } from '../../config/config.ts';
import { loadChecks } from '../../registry.ts';
import { findMachinePlaces } from '../place/machine-places.ts';
import { lookAround } from '../place/surroundings.ts';
import { compileChecks, type KnownChecks } from './checks.ts';

export async function knowChecks({ checks, machine }: Pick<Config, 'checks' | 'machine'>): Promise<KnownChecks> {
  const [plugins, { place }] = await Promise.all([loadChecks(checks.map(({ kind }) => kind)), lookAround()]);
  const places = await findMachinePlaces(machine, place !== 'host');
  return { ...compileChecks(checks, plugins, { places, now: Date.now }), places };
}
