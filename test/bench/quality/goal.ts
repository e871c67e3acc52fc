/** What the parts of the quality bench give: a row for each goal, and the charts they draw. */

export interface GoalRow {
  /** What is measured. */
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** Undefined where it is told beside the goals, and is none. */
  readonly isMet?: boolean | undefined;
  /** How far from the goal, where it is not met: '2.1 below'. */
  readonly distance?: string | undefined;
}

interface PartInput {
  /** Folder with labelled series; undefined where none was given. */
  readonly data: string | undefined;
  /** Fewer runs: within two minutes for all parts. */
  readonly isQuick: boolean;
  /** Keeps a chart, SVG, under this name. */
  readonly chart: (name: string, svg: string) => void;
  /** One line on what is going on. */
  readonly say: (text: string) => void;
  /** Asked before each run of a part: false once its time is up or the bench was told to end; what was measured so far is told then. */
  readonly goOn: () => Promise<boolean>;
}

export interface Part {
  readonly name: string;
  /** Its share of the time, beside those of the others: seconds that it takes on a quiet core. */
  readonly weight: { readonly full: number; readonly quick: number };
  /** How it is measured: detector, options, how many runs. */
  readonly setting: string;
  readonly run: (input: PartInput) => readonly GoalRow[] | Promise<readonly GoalRow[]>;
}

/** At least this much of a figure in these digits. */
export function atLeast(what: string, measured: number, goal: number, digits: number): GoalRow {
  const isMet = measured >= goal;
  return {
    what,
    goal: `>= ${goal.toFixed(digits)}`,
    measured: measured.toFixed(digits),
    isMet,
    distance: isMet ? undefined : `${(goal - measured).toFixed(digits)} below`,
  };
}

/** At most this much of it. */
export function atMost(what: string, measured: number, goal: number, digits: number): GoalRow {
  const isMet = measured <= goal;
  return {
    what,
    goal: `<= ${goal.toFixed(digits)}`,
    measured: measured.toFixed(digits),
    isMet,
    distance: isMet ? undefined : `${(measured - goal).toFixed(digits)} above`,
  };
}

/** In place of rows that need data which is not there. */
export function missing(what: string, data: string | undefined): readonly GoalRow[] {
  const where = data === undefined ? 'no data folder was given: --data DIR' : `'${data}' has none of it`;
  return [{ what, goal: '', measured: `not measured: ${where}` }];
}
