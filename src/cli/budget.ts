/** `linesman budget`: how many false alarms are accepted, which tests share them, and what came. Reads only. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import type { Watching } from '../app/knowing/watching.ts';
import type { Config } from '../config/config.ts';
import type { BudgetWatch } from '../core/detect/budget-report.ts';
import { MACHINE_SOURCE } from '../engine/figures.ts';
import { storedBlobs } from './stored-blobs.ts';

interface BudgetOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('budget')
    .description(
      'Show how many false alarms a month are accepted, which tests share them, and what fired in the last 30 days. Changes nothing.',
    )
    .option('--config <file>', 'linesman.yaml that the running one uses')
    .option('--json', 'print it as JSON')
    .action(run);
}

async function run(options: BudgetOptions): Promise<void> {
  const { loadConfig } = await import('../config/config.ts');
  const config = loadConfig({
    file: options.config,
    env: process.env,
    hostname: hostname(),
    isOfThisMachine: true,
    isLooking: true,
  });
  const [{ reportBudget }, { budgetText }, { visibleJson }, { loadWatching }] = await Promise.all([
    import('../core/detect/budget-report.ts'),
    import('../core/render/budget.ts'),
    import('../core/render/sanitise.ts'),
    import('../app/knowing/watching.ts'),
  ]);
  const { judged, tests, fired, digest } = await stateOf(config);
  const report = reportBudget({
    ...{ host: config.host, falseAlarmsPerMonth: config.falseAlarmsPerMonth, tests, fired },
    digest: { ...digest, isOff: config.digest === undefined },
    timezone: config.timezone,
    at: Math.max(0, ...Object.values(judged)),
    watches: watchesOf(config, await loadWatching(config)),
  });
  process.stdout.write(options.json ? `${visibleJson(JSON.stringify(report))}\n` : budgetText(report));
}

async function stateOf(config: Config) {
  const [{ hostStateOf }, { UserError }] = await Promise.all([
    import('../engine/host-state.ts'),
    import('../core/errors.ts'),
  ]);
  const blobs = await storedBlobs(config, config.host);
  const head = blobs.find(({ name }) => name === 'head');
  if (head) return hostStateOf(head.bytes).state;
  throw new UserError(
    'NOT_RUNNING',
    `Nothing is judged yet for host ${config.host}: give the host's name by LINESMAN_HOST or --config, or let linesman run first.`,
  );
}

function watchesOf({ sources }: Config, { lineWatches, machineWatches }: Watching): readonly BudgetWatch[] {
  const posts = [
    ...sources.flatMap(({ name }) => lineWatches.map((armed) => [name, armed] as const)),
    ...machineWatches.map((armed) => [MACHINE_SOURCE, armed] as const),
  ];
  return posts.map(
    ([
      source,
      {
        watch: { name, delivery },
        runner,
      },
    ]) => ({
      ...{ source, watch: name, delivery, spends: runner.spends === true },
      limitAt: runner.limitAt && ((budget: number) => runner.limitAt?.(budget) ?? 0),
    }),
  );
}
