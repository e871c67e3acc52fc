/** Looks at everything that linesman needs on this machine, without starting it. */
import type { Config } from '../../config/config.ts';
import type { Checkup } from '../../core/checkup.ts';
import { messageOf } from '../../core/errors.ts';
import { untoldText } from '../knowing/untold.ts';
import { loadWatching, type Watching } from '../knowing/watching.ts';
import { containerOnlyText } from '../place/container-only.ts';
import { findMachinePlaces } from '../place/machine-places.ts';
import { lookAround } from '../place/surroundings.ts';
import { checkChecks } from './check-checkups.ts';
import { checkDataFolder } from './data-checkup.ts';
import { checkLogs } from './log-checkups.ts';
import { checkMachine } from './machine-checkup.ts';
import { checkMail } from './mail-checkup.ts';
import { checkStorage } from './redis-checkup.ts';
import { checkService } from './service-checkup.ts';

export interface DoctorRequest {
  /** Reads the configuration; throws what is wrong with it. */
  readonly readConfig: () => Promise<Config>;
  readonly sendTest: boolean;
  readonly now: number;
}

/** With a configuration that cannot be read nothing else can be looked at. Never rejects for what is wrong on the machine. */
export async function examine({ readConfig, sendTest, now }: DoctorRequest): Promise<readonly Checkup[]> {
  const read = await attempt(readConfig);
  if ('mistakes' in read) return wrongs('configuration', read.mistakes);
  const config = read.value;
  const loaded = await attempt(async () => await loadWatching(config, { judgeAgain: true }));
  const groups = await Promise.all([
    checkDataFolder(config.data),
    checkStorage(config),
    checkMail(config, { sendTest, now }),
    checkService(config),
    checkMachine(),
  ]);
  const known =
    'mistakes' in loaded
      ? wrongs('patterns', loaded.mistakes)
      : [...patternCheckups(config, loaded.value), ...(await checkLogs(config, loaded.value))];
  const asked = 'mistakes' in loaded ? [] : await askedCheckups(config, loaded.value);
  const digest = 'mistakes' in loaded ? [] : digestCheckups(config, loaded.value);
  return [...configurationCheckups(config), ...known, ...groups.flat(), ...asked, ...digest];
}

type Attempt<Value> = { readonly value: Value } | { readonly mistakes: readonly string[] };

/** One mistake a line, as UserError has them. */
async function attempt<Value>(work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { mistakes: messageOf(error).split('\n') };
  }
}

function wrongs(area: string, sentences: readonly string[]): readonly Checkup[] {
  return sentences.map((says): Checkup => ({ area, result: 'wrong', says }));
}

function configurationCheckups({ file, warnings, mail }: Config): readonly Checkup[] {
  const says = file === undefined ? 'Variables and defaults, no linesman.yaml.' : `${file} and variables are right.`;
  // That nobody is told stands under mail.
  const notes = mail.to.length === 0 ? warnings.filter((one) => !one.startsWith('Nobody is told')) : warnings;
  return [
    { area: 'configuration', result: 'ok', says },
    ...notes.map((one): Checkup => ({ area: 'configuration', result: 'note', says: `${one}.` })),
  ];
}

/** What is to be seen of this machine, and what its checks find. */
async function askedCheckups({ machine }: Config, watching: Watching): Promise<readonly Checkup[]> {
  const { place } = await lookAround();
  const blind = containerOnlyText(await findMachinePlaces(machine, place !== 'host'), watching);
  return [
    ...(blind === undefined ? [] : [{ area: 'machine', result: 'note', says: blind } as const]),
    ...(await checkChecks(watching.checks, Date.now)),
  ];
}

/** That somebody switched it off is no mistake. */
function digestCheckups(config: Config, watching: Watching): readonly Checkup[] {
  const says = untoldText(config, watching);
  return says === undefined ? [] : [{ area: 'digest', result: 'note', says }];
}

function patternCheckups({ patterns: folder }: Config, { patterns, warnings }: Watching): readonly Checkup[] {
  const own = folder === undefined ? '' : `, those in ${folder} among them; all their samples pass`;
  return [
    { area: 'patterns', result: 'ok', says: `${patterns.length} patterns are loaded${own}.` },
    ...warnings.map((one): Checkup => ({ area: 'patterns', result: 'note', says: one })),
  ];
}
