/** Says of each source what keeps it from being read: on /healthz, in the log and for the mail, with the commands that mend it. */
import type { SourceConfig } from '../../config/config.ts';
import { remedyLine, type State } from '../../core/reading/state.ts';
import { isOnlySlower, slowerRemedies } from '../../sources/problems.ts';
import type { Health } from '../../telemetry/health.ts';

/** A mount that hangs must not keep the problem itself from being said. */
const PROBE_WITHIN_MS = 5_000;
/** What mends it can change while it lasts: logs may turn up elsewhere. */
const PROBE_AGAIN_MS = 60_000;

export interface SourceStates {
  /** After each round: what keeps the source from being read now; none is well. */
  saw(source: string, problems: readonly string[]): void;
  /** Sentences and commands for a mail; empty where nothing is known but the problems. */
  evidence(source: string): readonly string[];
}

export type ProbeLogs = (globs: readonly string[]) => Promise<readonly State[]>;

export function createSourceStates(parts: {
  readonly sources: readonly Pick<SourceConfig, 'name' | 'files'>[];
  readonly health: Pick<Health, 'set' | 'note' | 'clear'>;
  readonly probe: ProbeLogs;
  readonly now: () => number;
}): SourceStates {
  const seen = new Map<string, Seen>();

  function sawTrouble(source: string, problems: readonly string[]): void {
    const text = problems.join(' ');
    const before = seen.get(source);
    if (text === before?.text && parts.now() - before.probedAt < PROBE_AGAIN_MS) return;
    const states = text === before?.text ? before.states : [];
    seen.set(source, { text, states, probedAt: parts.now() });
    if (text === '') parts.health.clear(`source ${source}`);
    else void find(source, problems, text);
  }

  /** Said with its commands; without them where they are long in coming, and again when they are there. */
  async function find(source: string, problems: readonly string[], text: string): Promise<void> {
    const globs = parts.sources.find(({ name }) => name === source)?.files ?? [];
    const timer = setTimeout(() => {
      if (seen.get(source)?.states.length === 0) show(source, { problems, text, probed: [] });
    }, PROBE_WITHIN_MS);
    const probed = globs.length === 0 ? [] : await parts.probe(globs).catch(() => []);
    clearTimeout(timer);
    show(source, { problems, text, probed });
  }

  function show(source: string, { problems, text, probed }: Found): void {
    const current = seen.get(source);
    // Meanwhile it may have changed, or be over.
    if (current?.text !== text) return;
    current.states = problems.map((problem) => stateOf(problem, probed));
    const sentences = current.states.map(({ sentence }) => sentence);
    parts.health.set(`source ${source}`, sentences.join(' '), remediesOf(current.states));
  }

  return {
    saw(source, problems) {
      const slower = problems.filter(isOnlySlower);
      const note = `source ${source} slower`;
      if (slower.length > 0) parts.health.note(note, slower.join(' '), slower.flatMap(slowerRemedies));
      else parts.health.clear(note);
      sawTrouble(
        source,
        problems.filter((problem) => !isOnlySlower(problem)),
      );
    },
    evidence(source) {
      const states = seen.get(source)?.states ?? [];
      const [first] = states;
      if (!first) return [];
      const more =
        states.length > 1 ? ` So it is with ${states.length - 1} more; \`linesman sources\` names them.` : '';
      return [`${first.sentence}${more}`, ...remediesOf(states).map(remedyLine)];
    },
  };
}

interface Seen {
  readonly text: string;
  readonly probedAt: number;
  states: readonly State[];
}

interface Found {
  readonly problems: readonly string[];
  readonly text: string;
  readonly probed: readonly State[];
}

/** What a reader says of a file the probe says too, where it can still see it. */
function stateOf(problem: string, probed: readonly State[]): State {
  const known = probed.find(({ sentence }) => sentence.startsWith(problem));
  return known ?? { name: 'log_unreadable', sentence: problem, remedy: [] };
}

/** Several files of one folder mostly need the same. */
function remediesOf(states: readonly State[]): State['remedy'] {
  const byCommand = new Map(states.flatMap(({ remedy }) => remedy).map((one) => [one.command, one]));
  return [...byCommand.values()];
}
