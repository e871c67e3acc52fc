/** Where the checks try the image: containers of one network namespace that has loopback only, a log folder, and a state volume. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { type Ran, run, runOk } from './machine.ts';

/** What check.ts tells the checks. */
interface Told {
  readonly program: string;
  readonly socket: string;
  readonly isOwn: boolean;
  readonly image: string;
}

export const told = JSON.parse(process.env.LINESMAN_CHECK ?? '{}') as Told;
/** As the pages tell users to run it. */
const NAME = ['-e', 'LINESMAN_HOST=web-1'];
const HARDENED = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=512m'];
let places = 0;

export interface Place {
  readonly name: string;
  readonly folder: string;
  /** On this machine, and /var/log/nginx of `nginx()` unless that is told otherwise. */
  readonly logs: string;
  /** Of a volume of our own. */
  readonly data: string;
  /** Starts Nginx on port 80. */
  nginx(...args: string[]): Promise<void>;
  /** Has the Nginx open its logs anew. */
  reopen(): Promise<void>;
  /** Starts the image beside the Nginx, hardened; `args` are those of `docker run`. A former one is removed. */
  linesman(...args: string[]): Promise<void>;
  /** Asks Nginx for that many pages, from within. */
  ask(requests: number): Promise<void>;
  health(): Promise<Health>;
  /** Waits until it has stored exactly so many lines. */
  takes(lines: number): Promise<void>;
  /** Waits until a reason on /healthz fits, and gives it. */
  complains(about: RegExp): Promise<string>;
  /** What it printed. */
  log(): Promise<string>;
  /** Of the linesman: a field of `docker inspect`. */
  inspect(field: string): Promise<string>;
  signal(name: string): Promise<void>;
  /** Removes all of it. */
  end(): Promise<void>;
}

export interface Health {
  readonly isWell: boolean;
  readonly lines: number;
  readonly reasons: readonly string[];
}

/** What the client prints. */
export async function docker(...args: readonly string[]): Promise<string> {
  return await runOk(told.program, args);
}

/** A command of the image, in a container of its own. */
export async function runImage(args: readonly string[], command: readonly string[]): Promise<Ran> {
  return await run(told.program, ['run', '--rm', '--network=none', ...args, told.image, ...command]);
}

export async function createPlace(): Promise<Place> {
  places += 1;
  const name = `linesman-check-${process.pid}-${places}`;
  const folder = await mkdtemp(join(tmpdir(), 'linesman-place-'));
  const logs = join(folder, 'logs');
  await mkdir(logs);
  const [web, app, data] = [`${name}-nginx`, `${name}-linesman`, `${name}-data`];
  const started: string[] = [];

  async function start(container: string, args: readonly string[]): Promise<void> {
    await run(told.program, ['rm', '-f', container]);
    started.push(container);
    // check.ts removes by it what a check leaves that is ended in the middle.
    await docker('run', '-d', '--label', `of=${told.image}`, '--name', container, ...args);
  }

  async function health(): Promise<Health> {
    const { code, stdout } = await run(told.program, ['exec', app, 'linesman-health']);
    const { lines = 0, reasons = [] } = JSON.parse(stdout.trim() || '{}') as Partial<Health>;
    return { isWell: code === 0, lines, reasons };
  }

  return {
    ...{ name, folder, logs, data, health },
    async nginx(...args) {
      const mounts = args.length > 0 ? args : ['-v', `${logs}:/var/log/nginx`];
      await start(web, ['--network=none', ...mounts, 'nginx:stable']);
    },
    async reopen() {
      await docker('kill', '-s', 'USR1', web);
    },
    async linesman(...args) {
      const network = started.includes(web) ? `container:${web}` : 'none';
      const state = args.some((one) => one.endsWith(':/data')) ? [] : ['-v', `${data}:/data`];
      await start(app, [`--network=${network}`, ...HARDENED, ...NAME, ...state, ...args, told.image]);
    },
    async ask(requests) {
      const program = `for (let i = 0; i < ${requests}; i++) await (await fetch('http://127.0.0.1/' + i)).arrayBuffer()`;
      await docker('exec', app, 'node', '--input-type=module', '-e', program);
    },
    async takes(lines) {
      let taken = 0;
      await until(`${lines} lines are taken`, async () => {
        taken = (await health()).lines;
        if (taken > lines) throw new Error(`${taken} lines were taken of ${lines}`);
        return taken === lines;
      }).catch(async (error: Error) => {
        throw new Error(`${error.message}; ${taken} were`);
      });
    },
    async complains(about) {
      let reason: string | undefined;
      await until(`it complains about ${about}`, async () => {
        const { isWell, reasons } = await health();
        reason = isWell ? undefined : reasons.find((one) => about.test(one));
        return reason !== undefined;
      });
      return reason ?? '';
    },
    async log() {
      const { stdout, stderr } = await run(told.program, ['logs', app]);
      return stdout + stderr;
    },
    async inspect(field) {
      return (await docker('inspect', '--format', `{{${field}}}`, app)).trim();
    },
    async signal(name) {
      await docker('kill', '-s', name, app);
    },
    async end() {
      // linesman first: it lives in the network of the other.
      for (const container of [...new Set(started)].reverse()) await run(told.program, ['rm', '-f', '-v', container]);
      await run(told.program, ['volume', 'rm', '-f', data, `${name}-logs`]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
