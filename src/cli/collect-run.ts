/** Asks every collector twice, so that what is counted since the last reading has one, and prints what they say. */
import { setTimeout as pause } from 'node:timers/promises';
import { nameMistakes } from '../app/knowing/named.ts';
import { HOST_MOUNTS } from '../app/place/container-only.ts';
import type { Config } from '../config/config.ts';
import { checkOptions } from '../config/options.ts';
import { messageOf, UserError } from '../core/errors.ts';
import type { CollectorPlugin, MachinePlaces } from '../core/plugin.ts';
import { redactUrl } from '../core/redact-url.ts';
import { visible, visibleJson } from '../core/render/sanitise.ts';
import { within } from '../redis/limits.ts';
import { loadCollectors } from '../registry.ts';
import { type Collected, collectedText } from './collect-table.ts';

/** Rates and shares are of this time. */
const BETWEEN_MS = 1_000;
/** Longer than a collector may need in the service. */
const ANSWER_WITHIN_MS = 10_000;
const COMPLAINT_CHARS = 1_000;
/** Where the output is no terminal. */
const COLUMNS = 120;

const CONTAINER_ONLY = `These are this container's figures. For the host's, mount its folders into it and start it anew:
  ${HOST_MOUNTS}

`;

interface Output {
  readonly columns?: number;
  write(text: string): unknown;
}

export interface CollectOutput {
  readonly places: MachinePlaces;
  readonly isJson: boolean;
  readonly output: Output;
  readonly complaints: Output;
}

/** Throws UserError('CONFIG'): a collector or an option of one is unknown. */
export async function collectOnce(
  config: Config,
  { places, isJson, output, complaints }: CollectOutput,
): Promise<void> {
  const plugins = await loadCollectors();
  const mistakes = nameMistakes({ sources: [], collectors: config.collectors }, { patterns: [], collectors: plugins });
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  if (places.isContainerOnly) complaints.write(CONTAINER_ONLY);
  const enabled = [...plugins.values()].filter(({ name }) => config.collectors[name]?.enabled !== false);
  const collected = await readTwice(enabled, { config, places });
  for (const { plugin, problem } of collected)
    if (problem !== undefined) complaints.write(`${plugin.name} did not answer: ${problem}\n`);
  output.write(isJson ? jsonText(collected, Date.now()) : collectedText(collected, output.columns ?? COLUMNS));
}

async function readTwice(
  plugins: readonly CollectorPlugin[],
  { config, places }: { readonly config: Config; readonly places: MachinePlaces },
): Promise<readonly Collected[]> {
  const runners = plugins.map((plugin) => {
    const { options } = checkOptions(plugin.options, config.collectors[plugin.name]?.options ?? {});
    return { plugin, runner: plugin.compile(options, places) };
  });
  const ask = async () => await Promise.all(runners.map(askOne));
  await ask();
  await pause(BETWEEN_MS);
  return await ask();
}

async function askOne({
  plugin,
  runner,
}: {
  readonly plugin: CollectorPlugin;
  readonly runner: ReturnType<CollectorPlugin['compile']>;
}): Promise<Collected> {
  try {
    return { plugin, measured: await within(ANSWER_WITHIN_MS, runner.collect()) };
  } catch (error) {
    return { plugin, measured: [], problem: visible(redactUrl(messageOf(error)), COMPLAINT_CHARS) };
  }
}

/** As `linesman replay` takes the figures of a machine. */
function jsonText(collected: readonly Collected[], now: number): string {
  const time = new Date(now).toISOString();
  return collected
    .flatMap(({ measured }) => measured)
    .map((one) => `${visibleJson(JSON.stringify({ time, ...one }))}\n`)
    .join('');
}
