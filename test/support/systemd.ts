/** A real systemd for one test: a user's instance in namespaces of its own, with the units that the test gives it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/core/errors.ts';
import { noOtherUser } from './nobody.ts';
import { until } from './until.ts';

const PROGRAMS = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'];
/** systemd --user asks whether systemd started the machine (sd_booted(3)). */
const SETUP = 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec "$0" "$@"';

export interface TestSystemd {
  /** Before a path of the host, for what is to find its sockets. */
  readonly root: string;
  /** systemctl with these arguments, and what it prints. */
  ctl(...args: readonly string[]): string;
  end(): Promise<void>;
}

/** Why there can be none, for a test to skip: a container, say, may have the program and no control groups for it. */
export async function noSystemd(): Promise<string | false> {
  if (noOtherUser !== false) return noOtherUser;
  if (program() === undefined) return 'no systemd is installed';
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    const systemd = await startSystemd({});
    await systemd.end();
    return false;
  } catch (error) {
    return `no systemd can be started here: ${messageOf(error)}`;
  }
}

/** `units`: name to what stands in its file, to which is added that it needs nothing else. */
export async function startSystemd(units: Readonly<Record<string, string>>): Promise<TestSystemd> {
  const root = mkdtempSync(join(tmpdir(), 'linesman-systemd-'));
  const runtime = join(root, 'run');
  const folder = join(root, 'units');
  for (const path of [folder, runtime]) mkdirSync(path, { mode: 0o700 });
  for (const [name, text] of Object.entries({ ...units, 'test.target': '' }))
    writeFileSync(join(folder, name), `[Unit]\nDefaultDependencies=no\n${text}`);
  const bus = join(runtime, 'dbus', 'system_bus_socket');
  const env = {
    ...{ PATH: process.env.PATH, HOME: root, XDG_RUNTIME_DIR: runtime, SYSTEMD_UNIT_PATH: folder },
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}`,
  };
  const child = spawn('unshare', ['-m', 'sh', '-c', SETUP, program() ?? '', '--user', '--unit=test.target'], {
    env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await until('systemd has its socket', () => {
    if (child.exitCode !== null) throw new Error(`systemd ended with exit code ${child.exitCode}`);
    return existsSync(join(runtime, 'systemd', 'private'));
  });
  const ctl = (...args: readonly string[]): string => {
    const started = spawnSync('systemctl', ['--user', ...args], { env, encoding: 'utf8' });
    if (started.error) throw started.error;
    return started.stdout;
  };
  return {
    root,
    ctl,
    end: async () => {
      ctl('stop', ...Object.keys(units));
      child.kill('SIGKILL');
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function program(): string | undefined {
  return PROGRAMS.find((path) => existsSync(path));
}
