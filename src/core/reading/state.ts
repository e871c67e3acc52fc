/** What linesman knows of itself that somebody should know: in a sentence, with what mends it, ready to be copied. */

/** log_*, of a source's files; the others of a source's lines, of the data folder, of how files are watched. */
export type StateName =
  | 'log_is_output'
  | 'log_not_permitted'
  | 'log_missing'
  | 'log_unreadable'
  | 'format_unknown'
  | 'clock_offset'
  | 'data_folder'
  | 'slower';

export interface Remedy {
  /** What the command is for: 'with docker run'. */
  readonly does: string;
  /** To be copied as it stands. */
  readonly command: string;
}

export interface State {
  readonly name: StateName;
  /** One sentence or two. */
  readonly sentence: string;
  readonly remedy: readonly Remedy[];
}

/** Where linesman runs decides which commands fit. */
export type Place = 'container' | 'kubernetes' | 'host';

export interface Surroundings {
  readonly place: Place;
  readonly uid: number;
  readonly gid: number;
  /** Name of the user, where it has one. */
  readonly user: string;
  /** 'linesman.service', where systemd started it. */
  readonly unit?: string | undefined;
  /** Group id to its name, of this machine. */
  readonly groups: Readonly<Record<number, string>>;
}

/** As a line of a mail or a log: a command in backquotes is never broken. */
export function remedyLine({ does, command }: Remedy): string {
  return `${does.slice(0, 1).toUpperCase()}${does.slice(1)}: \`${command}\``;
}
