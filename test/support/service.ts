/** linesman as its users run it: a process of its own, watched from outside through HTTP, its log and its mails. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { SmtpSinkOptions } from '../../src/cli/smtp-sink.ts';
import type { SourceReport } from '../../src/core/reading/report.ts';
import { ensureRedisProgram } from '../../src/redis/fetch-program.ts';
import { createSmtpSink, type SmtpSink } from './smtp-sink.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'src', 'main.ts');

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another user than the test's; the test must be root. */
  readonly uid?: number;
  /** It leads a process group, as a shell's jobs do: see `interrupt`. */
  readonly leadsGroup?: boolean;
  /** It has a standard input, see `input`. */
  readonly hasInput?: boolean;
}

export interface HealthAnswer {
  readonly status: number;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  readonly states: readonly {
    readonly name: string;
    readonly sentence: string;
    readonly remedy: readonly { readonly does: string; readonly command: string }[];
  }[];
  /** Stored. */
  readonly lines: number;
  /** In the windows in memory. */
  readonly counted: number;
  /** Why it stands by, where it does. */
  readonly standby?: string | undefined;
}

export interface Running {
  readonly pid: number;
  /** Its standard input, where it has one. */
  readonly input: Writable | undefined;
  /** What it has logged so far. */
  log(): readonly LogRecord[];
  stderr(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Status and body of /healthz. */
  health(): Promise<HealthAnswer>;
  metrics(): Promise<string>;
  /** Body of /sources. */
  sources(): Promise<{ readonly sources: readonly SourceReport[]; readonly standby?: string }>;
  /** Lines taken, by HTTP status. */
  statuses(): Promise<Readonly<Record<string, number>>>;
  /** Waits until exactly so many lines of the access log are taken. */
  takes(lines: number): Promise<void>;
  isWell(): Promise<void>;
  /** Waits until one of the reasons why it is not well fits, and gives it. */
  complains(about: RegExp): Promise<string>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | string>;
  /** Ctrl-C in its terminal: SIGINT to all of its process group, and its exit code. */
  interrupt(): Promise<number | string>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/** One machine: a log folder, a data folder and a mail server; linesman is started on it again and again. */
export interface World {
  readonly folder: string;
  readonly data: string;
  readonly accessLog: string;
  readonly sink: SmtpSink;
  append(text: string): Promise<void>;
  /** Changes linesman.yaml, for what only the world's folder can tell. */
  configure(change: (yaml: string) => string): Promise<void>;
  /** Begins a process; it may end at once, see `ended`. */
  begin(options?: StartOptions): Running;
  /** Begins one and waits until it is watching. */
  start(options?: StartOptions): Promise<Running>;
  /** Pid of the embedded Redis. */
  redisPid(): Promise<number>;
  /** Ends everything that was started and removes the folder. */
  end(): Promise<void>;
}

/** `config`: lines of linesman.yaml besides mail. The access log is there and empty unless `isEmpty`. */
export async function createWorld(
  parts: {
    readonly config?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly smtp?: SmtpSinkOptions;
    readonly hasNoLogs?: boolean;
    /** Folder of programs that come before the machine's own. */
    readonly bin?: string;
    /** The built program; without it that of LINESMAN_MAIN, else the source. */
    readonly main?: string;
  } = {},
): Promise<World> {
  const program = await ensureRedisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'linesman-world-'));
  const logs = join(folder, 'logs');
  const data = join(folder, 'data');
  const accessLog = join(logs, 'access.log');
  const sink = await createSmtpSink(parts.smtp);
  const configFile = join(folder, 'linesman.yaml');
  await writeFile(configFile, ['host: test', ...(parts.config ?? []), ''].join('\n'));
  if (!parts.hasNoLogs) {
    await mkdir(logs);
    await writeFile(accessLog, '');
  }
  const started: Running[] = [];

  const env: NodeJS.ProcessEnv = {
    HOME: folder,
    TZ: 'UTC',
    PATH: [parts.bin, isAbsolute(program) && dirname(program), process.env.PATH].filter(Boolean).join(delimiter),
    LINESMAN_CONFIG: configFile,
    LINESMAN_LOGS: join(logs, '*.log'),
    LINESMAN_DATA: data,
    LINESMAN_HTTP: '127.0.0.1:0',
    // Not the one of this machine, where there is one.
    LINESMAN_NGINX_CONF: 'off',
    LINESMAN_MAIL_TO: 'ops@example.com',
    LINESMAN_MAIL_FROM: 'linesman@example.com',
    LINESMAN_SMTP_URL: sink.url,
    ...parts.env,
  };

  function begin(options: StartOptions = {}): Running {
    const main = parts.main ?? process.env.LINESMAN_MAIN ?? MAIN;
    const running = run(main, { ...env, ...options.env }, options);
    started.push(running);
    return running;
  }

  async function redisPid(): Promise<number> {
    return Number.parseInt(await readFile(join(data, 'redis', 'redis.pid'), 'utf8').catch(() => '0'), 10);
  }

  return {
    ...{ folder, data, accessLog, sink, begin, redisPid },
    async append(text) {
      await appendFile(accessLog, text);
    },
    async configure(change) {
      await writeFile(configFile, change(await readFile(configFile, 'utf8')));
    },
    async start(options) {
      const running = begin(options);
      await watching(running);
      return running;
    },
    async end() {
      for (const running of started) await running.kill();
      const redis = await redisPid();
      if (redis > 1 && (await isRedis(redis))) process.kill(redis, 'SIGKILL');
      await until('the embedded Redis is gone', async () => !(await isRedis(redis)));
      await sink.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function watching(running: Running): Promise<void> {
  let code: number | string | undefined;
  void running.ended.then((ended) => {
    code = ended;
  });
  await until('linesman is watching', () => {
    if (code !== undefined) throw new Error(`linesman ended (${code}): ${running.stderr()}`);
    return running.log().some(({ msg }) => msg === 'linesman is watching');
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(running.log())} ${running.stderr()}`);
  });
}

function run(main: string, env: NodeJS.ProcessEnv, { uid, hasInput, leadsGroup }: StartOptions): Running {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const stdin = hasInput ? 'pipe' : 'ignore';
  const detached = leadsGroup === true;
  const stdio = [stdin, 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [main, 'run'], { env, cwd: '/', ...user, detached, stdio: [...stdio] });
  const out = collect(child, 'stdout');
  const err = collect(child, 'stderr');
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);

  function log(): readonly LogRecord[] {
    const lines = out().split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LogRecord);
  }

  async function ask(path: string): Promise<Response> {
    let response: Response | undefined;
    let failure = '';
    await until('linesman serves HTTP', async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`linesman ended: ${err()}`);
      // One that starts anew, with other settings or to stand by, closes its port, and says a moment later which one it opened.
      const port = log().findLast(({ http }) => typeof http === 'number')?.http;
      if (port === undefined) return false;
      response = await fetch(`http://127.0.0.1:${port}${path}`).catch((error: Error) => {
        failure = `${error.message} (${error.cause})`;
        return undefined;
      });
      return response !== undefined;
    }).catch((error: Error) => {
      throw new Error(`${error.message}; ${path}: ${failure}`);
    });
    return response as Response;
  }

  async function health(): Promise<HealthAnswer> {
    const response = await ask('/healthz');
    return { ...((await response.json()) as Omit<HealthAnswer, 'status'>), status: response.status };
  }

  async function metrics(): Promise<string> {
    return await (await ask('/metrics')).text();
  }

  async function sources() {
    return (await (await ask('/sources')).json()) as Awaited<ReturnType<Running['sources']>>;
  }

  return {
    ...{ log, ended, health, metrics, sources, stderr: err, pid: child.pid ?? 0, input: child.stdin ?? undefined },
    async statuses() {
      return statusesOf(await metrics());
    },
    async takes(lines) {
      let taken = 0;
      await until(`${lines} lines are taken`, async () => {
        taken = (await health()).lines;
        if (taken > lines) throw new Error(`${taken} lines were taken of ${lines}`);
        return taken === lines;
      }).catch((error: Error) => {
        throw new Error(`${error.message}; ${taken} were`);
      });
    },
    async isWell() {
      await until('all is well', async () => (await health()).status === 200);
    },
    async complains(about) {
      let reason: string | undefined;
      await until(`it complains about ${about}`, async () => {
        const { status, reasons } = await health();
        reason = status === 503 ? reasons.find((one) => about.test(one)) : undefined;
        return reason !== undefined;
      });
      return reason ?? '';
    },
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
    async interrupt() {
      process.kill(-(child.pid ?? 0), 'SIGINT');
      return await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  const pieces: string[] = [];
  child[stream]?.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  return () => pieces.join('');
}

/** Sums linesman_lines_total over sources and patterns. */
function statusesOf(metrics: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [, status = '', count] of metrics.matchAll(/^linesman_lines_total\{.*status="([^"]*)".*\} (\d+)$/gm))
    if (status !== '') sums[status] = (sums[status] ?? 0) + Number(count);
  return sums;
}

async function isRedis(pid: number): Promise<boolean> {
  return /redis|valkey/.test(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
}
