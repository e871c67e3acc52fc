/** What a replay costs on one core, beside the yardstick and whatever else reads logs on this machine. */
import type { LogFormat } from '../log/answers.ts';
import { installedPeers, type Peer } from '../peers.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inDigits, median } from '../statistics.ts';
import { type Cost, timed } from '../timed.ts';
import { sumsOf } from '../yardstick.ts';

/** CPU seconds of a replay to those of the yardstick. */
const TIMES_YARDSTICK_MAX = 4;
const STRETCH = 2;
/** Lines for programs that would keep the bench for long; what they cost is told for a million all the same. */
const SLOW_PEER_LINES = 200_000;
/** A replay in which a fault fired exits with 1. */
const FIRED = 1;

interface Contender {
  readonly name: string;
  readonly lines: number;
  readonly does: string;
  run(): Promise<Cost>;
}

export const replayTimed: Row = {
  name: 'replay',
  async measure(bench) {
    const log = await bench.log('timed', bench.lines);
    const fewer = Math.min(bench.lines, SLOW_PEER_LINES);
    const shorter = await bench.log('timed', fewer);
    const peers = installedPeers().map((peer) =>
      peerOf(peer, bench, peer.isFast ? [log, bench.lines] : [shorter, fewer]),
    );
    return await race(bench, 'timed', [...(await own(bench, log)), ...peers]);
  },
};

export const replayCombined: Row = { name: 'combined', measure: async (bench) => await alone(bench, 'combined') };

export const replayNamed: Row = { name: 'named', measure: async (bench) => await alone(bench, 'named') };

/** Words of a replay of this log, in the environment of the bench. */
export async function replayOnce(bench: Bench, log: string, cores: number): Promise<Cost> {
  return await timed([process.execPath, bench.main, 'replay', log], { cores, codes: [FIRED], env: bench.env });
}

async function alone(bench: Bench, format: LogFormat): Promise<readonly Figure[]> {
  return await race(bench, format, await own(bench, await bench.log(format, bench.lines)));
}

/** linesman, and the yardstick where it is there; both must have read the same. */
async function own(bench: Bench, log: string): Promise<readonly Contender[]> {
  const { lines, yardstick } = bench;
  const replay = { name: 'linesman', lines, does: '', run: async () => await replayOnce(bench, log, 1) };
  if (yardstick === undefined) return [replay];
  const does = 'every field, counts by second, status and path, histogram of request time; knows one format only';
  const c = { name: 'C', lines, does, run: async () => await timed([yardstick, log], { cores: 1 }) };
  const sums = sumsOf((await c.run()).stdout);
  const expected = `${sums.lines + sums.unfit} lines, ${sums.unfit} of them`;
  const { stderr } = await replay.run();
  if (!stderr.includes(expected)) throw new Error(`The yardstick counts ${expected}, linesman: ${stderr}`);
  return [replay, c];
}

function peerOf(peer: Peer, { folder }: Bench, [log, lines]: readonly [string, number]): Contender {
  const { name, does } = peer;
  return { name, does, lines, run: async () => await timed(peer.command(log, folder), { cores: 1 }) };
}

/** Turn by turn, so that a busy minute of the machine is one for all of them. */
async function race(bench: Bench, format: LogFormat, contenders: readonly Contender[]): Promise<readonly Figure[]> {
  const costs = new Map<Contender, Cost[]>(contenders.map((contender) => [contender, []]));
  for (let run = 0; run < bench.runs; run += 1) {
    for (const [contender, measured] of costs) {
      bench.say(`${format}: ${contender.name}, ${run + 1} of ${bench.runs}`);
      measured.push(await contender.run());
    }
  }
  const all = [...costs].map(([contender, measured]) => ({ contender, ...ofAMillion(contender, measured) }));
  const [first] = all;
  if (first === undefined) return [];
  const others = all.slice(1).map(({ contender, cpu }) => ({ contender, times: median(ratios(first.cpu, cpu)) }));
  const yardstick = others.find(({ contender }) => contender.name === 'C')?.times;
  const hasGoal = format === 'timed';
  const own: Figure = {
    name: `replay of ${million(bench.lines)} lines, ${nameOf(format)}, one core`,
    goal: hasGoal ? `CPU <= ${TIMES_YARDSTICK_MAX} x C, stretch ${STRETCH} x` : '',
    measured: costText(first),
    isMet: hasGoal && yardstick !== undefined ? yardstick <= TIMES_YARDSTICK_MAX : undefined,
    beside: others.map(({ contender, times }) => `${inDigits(times)} x ${contender.name}`).join(', '),
  };
  const peers = all.slice(1).map(({ contender, ...cost }) => ({
    name: `- ${contender.name}${contender.lines === bench.lines ? '' : `, ${million(contender.lines)} lines`}`,
    goal: '',
    measured: costText(cost),
    beside: contender.does,
  }));
  return [own, ...peers];
}

function ofAMillion({ lines }: Contender, measured: readonly Cost[]) {
  return {
    cpu: measured.map(({ cpuS }) => (cpuS / lines) * 1e6),
    perSecond: measured.map(({ wallS }) => lines / wallS),
  };
}

function costText({
  cpu,
  perSecond,
}: {
  readonly cpu: readonly number[];
  readonly perSecond: readonly number[];
}): string {
  return `${inDigits(median(cpu))} CPU s a million, ${inDigits(median(perSecond) / 1e6)} million lines/s`;
}

function ratios(mine: readonly number[], theirs: readonly number[]): readonly number[] {
  return mine.map((cpu, run) => cpu / (theirs[run] ?? Number.NaN));
}

function million(lines: number): string {
  return `${lines / 1e6} million`;
}

function nameOf(format: LogFormat): string {
  return { timed: 'nginx-timed', combined: 'nginx-combined', named: "nginx-timed in the README's log_format" }[format];
}
