/** What a fault was decided on, kept so that it can be decided again: everything that its detector was told. */
import { CONFIRM_OF } from '../decide/confirm.ts';
import { UserError } from '../errors.ts';
import type { DetectorRunner, JudgeInput, Judgement, WatchSpec, WindowView } from '../plugin.ts';
import { pack, unpack } from './packed.ts';
import { type Reading, readingsBack } from './readings.ts';

/** Bytes of one decision as stored; of a larger one only the verdict is kept. */
export const DECISION_BYTES_MAX = 65_536;

type Asked = Exclude<keyof WindowView, 'from'>;

/** A question that the detector asked of the windows, and what they said. */
export interface DecisionCall {
  readonly ask: Asked;
  readonly given: readonly unknown[];
  /** Absent: undefined. */
  readonly answer?: unknown;
}

export interface Decision {
  readonly version: 1;
  readonly fault: string;
  /** What the fault became at this step. */
  readonly to: 'pending' | 'firing';
  /** Version of the linesman that decided. */
  readonly by: string;
  /** With all its options. */
  readonly watch: WatchSpec;
  /** Baseline: as it was before the step. */
  readonly input: Omit<JudgeInput, 'view'>;
  /** Oldest time with sums in steps of a second. */
  readonly from: number;
  readonly calls: readonly DecisionCall[];
  readonly said: Omit<Judgement, 'baseline'>;
  /** Of a watch that is asked by reading: the last ones, newest first, as many as make a fault. */
  readonly readings?: readonly Reading[] | undefined;
  /** It was too large: calls and baseline are left out, and it cannot be decided again. */
  readonly isCut?: boolean | undefined;
}

/** Asks the detector once more, and writes down what it asks. */
export function recordDecision(
  what: Pick<Decision, 'fault' | 'to' | 'by' | 'watch'>,
  runner: DetectorRunner,
  { view, ...input }: JudgeInput,
): Decision {
  const calls = new Map<string, DecisionCall>();
  const { baseline: _, ...said } = runner.judge({ ...input, view: listening(view, calls) });
  const readings = runner.byReading && lastReadings(what.watch, runner, { view, ...input });
  return {
    version: 1,
    ...{ ...what, input, from: view.from, calls: [...calls.values()], said },
    ...(readings && { readings }),
  };
}

function lastReadings({ confirm }: WatchSpec, { inputs }: DetectorRunner, { view, now }: JudgeInput) {
  const [series = ''] = inputs;
  return readingsBack(view, series, { from: view.from, to: now, limit: confirm?.of ?? CONFIRM_OF });
}

/** The same verdict, from what was written down. Throws UserError('INPUT') where it was cut, or something else is asked than was then. */
export function replayDecision(decision: Decision, runner: DetectorRunner): Judgement {
  if (decision.isCut)
    throw new UserError('INPUT', `${nameOf(decision)} was too large to be kept whole: only its verdict is.`);
  return runner.judge({ ...decision.input, view: answering(decision) });
}

export function encodeDecision(decision: Decision): Uint8Array {
  const bytes = pack(decision);
  if (bytes.length <= DECISION_BYTES_MAX) return bytes;
  return pack({ ...decision, input: { ...decision.input, baseline: null }, calls: [], isCut: true });
}

/** Undefined for what is no decision. Throws UserError('STATE_NEWER') for one of a newer linesman. */
export function decodeDecision(bytes: Uint8Array): Decision | undefined {
  const value = unpack(bytes) as Partial<Decision> | null;
  return value?.version === 1 && value.watch && value.input ? (value as Decision) : undefined;
}

const ASKED: readonly Asked[] = ['count', 'sum', 'keys', 'firstSeen', 'lastSeen', 'quantile', 'distinct', 'top'];

function listening(view: WindowView, calls: Map<string, DecisionCall>): WindowView {
  return viewOf(view.from, (ask, given) => {
    const answer = (view[ask] as (...given: readonly unknown[]) => unknown)(...given);
    calls.set(keyOf(ask, given), { ask, given, answer });
    return answer;
  });
}

function answering(decision: Decision): WindowView {
  const answers = new Map(decision.calls.map(({ ask, given, answer }) => [keyOf(ask, given), answer]));
  return viewOf(decision.from, (ask, given) => {
    const key = keyOf(ask, given);
    if (!answers.has(key))
      throw new UserError(
        'INPUT',
        `${nameOf(decision)} cannot be decided again by this linesman: its detector "${decision.watch.detector}" asks something that it did not ask in ${decision.by}, which decided. Take that version.`,
      );
    return answers.get(key);
  });
}

function viewOf(from: number, answer: (ask: Asked, given: readonly unknown[]) => unknown): WindowView {
  const asked = ASKED.map((ask) => [ask, (...given: readonly unknown[]) => answer(ask, given)] as const);
  return { from, ...Object.fromEntries(asked) } as unknown as WindowView;
}

function keyOf(ask: Asked, given: readonly unknown[]): string {
  return `${ask} ${JSON.stringify(given)}`;
}

function nameOf({ fault, to }: Decision): string {
  return `The decision that fault ${fault} is ${to}`;
}
