/** From linesman.yaml and the environment to checked settings; every mistake at once, with its place and its remedy. */
import { existsSync } from 'node:fs';
import type { Confirm } from '../core/check.ts';
import type { Delivery } from '../core/plugin.ts';
import type { Severity } from '../core/types.ts';
import { CONFIG_FILES } from './defaults.ts';
import type { Environment } from './environment.ts';
import { configSchema } from './schema.ts';
import { NOTHING_READ, type Read, settle } from './settle.ts';
import type { SyslogAddress } from './source-kinds.ts';
import { toMistakes } from './words.ts';
import { readYamlFile } from './yaml-file.ts';

/** Exactly one of files, stdin, fifo, syslog and journal is there. */
export interface SourceConfig {
  readonly name: string;
  readonly files?: readonly string[] | undefined;
  readonly stdin?: true | undefined;
  readonly fifo?: string | undefined;
  readonly syslog?: SyslogAddress | undefined;
  /** Units and identifiers; all where it is empty. */
  readonly journal?: readonly string[] | undefined;
  /** Says nothing of stdin, fifo and syslog. */
  readonly from: 'end' | 'beginning';
  readonly pattern?: string | undefined;
  readonly timezone: string;
  /** Nginx' own count of requests, held against the lines of this source; every: ms. */
  readonly audit?: { readonly url: string; readonly every: number } | undefined;
}

export interface WatchOverride {
  readonly enabled?: boolean | undefined;
  readonly severity?: Severity | undefined;
  /** ms */
  readonly clearAfter?: number | undefined;
  readonly delivery?: Delivery | undefined;
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** What of a check is the same for all kinds; undefined: as its kind has it. Times in ms. */
export interface CheckConfig {
  readonly name: string;
  readonly kind: string;
  readonly every?: number | undefined;
  readonly timeout?: number | undefined;
  readonly confirm?: Confirm | undefined;
  /** After a start of linesman it may be wrong for so long, until it was well once. */
  readonly settle: number;
  /** Name of another check whose fault explains one of this. */
  readonly parent?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly delivery?: Delivery | undefined;
  readonly clearAfter?: number | undefined;
  /** Of its kind, not yet checked against it: they may hold secrets. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export interface Config {
  /** The file that was read, if any. */
  readonly file?: string | undefined;
  readonly host: string;
  readonly data: string;
  readonly redis?: string | undefined;
  readonly http: { readonly host: string; readonly port: number };
  readonly timezone: string;
  /** The operator named a zone; otherwise it is the machine's. */
  readonly isTimezoneGiven: boolean;
  readonly log: 'debug' | 'info' | 'warn' | 'error';
  readonly sources: readonly SourceConfig[];
  readonly mail: { readonly to: readonly string[]; readonly from: string; readonly smtp?: string | undefined };
  /** Shared by all tests of chance. */
  readonly falseAlarmsPerMonth: number;
  /** Local time of day at which it is told, ms since midnight; undefined: never. */
  readonly digest: number | undefined;
  /** What is usual is learnt at the first start from the log and its rotated files. */
  readonly learnFrom: 'rotated' | 'nothing';
  readonly patterns?: string | undefined;
  /** Whose log_formats become patterns; 'off' or undefined: none. */
  readonly nginxConf?: string | undefined;
  readonly watches: Readonly<Record<string, WatchOverride>>;
  readonly collectors: Readonly<
    Record<string, { readonly enabled?: boolean | undefined; readonly options?: WatchOverride['options'] }>
  >;
  /** What is asked again and again whether it is there and well. */
  readonly checks: readonly CheckConfig[];
  /** Where the machine's figures are read; what is not given is found. */
  readonly machine: {
    readonly proc?: string | undefined;
    readonly sys?: string | undefined;
    readonly root?: string | undefined;
  };
  /** Who tells of something at POST /events must know the token; where there is none, only this machine may tell. */
  readonly events: { readonly token?: string | undefined };
  /** Sentences worth a warning in the log. */
  readonly warnings: readonly string[];
}

export interface ConfigParts {
  /** As given by --config; else LINESMAN_CONFIG, else the usual places. */
  readonly file?: string | undefined;
  readonly env: Environment;
  /** Of who watches this machine: its nginx.conf is read where nobody names one. */
  readonly isOfThisMachine?: boolean;
  /** Of who only looks at what another linesman stored: nobody is mailed, and the service's variables need not be set here. */
  readonly isLooking?: boolean;
  readonly hostname: string;
}

/** Throws UserError('CONFIG') with all mistakes, one a line. */
export function loadConfig(parts: ConfigParts): Config {
  const file = parts.file ?? (parts.env.LINESMAN_CONFIG || CONFIG_FILES.find((one) => existsSync(one)));
  return settle(parts, file === undefined ? NOTHING_READ : readFile(file));
}

function readFile(file: string): Read {
  if (!existsSync(file))
    return { file, settings: {}, mistakes: [`${file}: There is no such file; --config or LINESMAN_CONFIG names it`] };
  const yaml = readYamlFile(file);
  if (yaml.mistakes.length > 0) return { file, settings: {}, mistakes: yaml.mistakes };
  const parsed = configSchema.safeParse(yaml.value ?? {});
  if (parsed.success) return { file, settings: parsed.data, mistakes: [] };
  const mistakes = toMistakes(parsed.error.issues).map(({ path, message, key }) => yaml.at(path, message, key));
  return { file, settings: {}, mistakes: mistakes.sort((a, b) => lineOf(a) - lineOf(b)) };
}

function lineOf(mistake: string): number {
  return Number(/:(\d+):\d+: /.exec(mistake)?.[1]);
}
