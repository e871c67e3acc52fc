/** A real Nginx that logs its requests where the test says, in the format of the documentation. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

export interface Nginx {
  /** Asks for a path: '/' is there, nothing else is. */
  get(path: string): Promise<void>;
  end(): Promise<void>;
}

/** Why there can be none, for a test to skip. */
export function noNginx(): string | false {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no nginx is installed';
  }
}

/** `accessLog`: what stands behind access_log, without the format. */
export async function startNginx(accessLog: string): Promise<Nginx> {
  const { port, end } = await runNginx(
    (listen) => `
  ${timedFormat()}
  access_log ${accessLog} timed;
  server {
    listen ${listen};
    location = / { return 200 "here"; }
    location / { return 404; }
  }`,
  );
  return {
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      await response.text();
    },
    end,
  };
}

export interface RunningNginx {
  readonly port: number;
  /** Its nginx.conf. */
  readonly conf: string;
  end(): Promise<void>;
}

/** Between asking for a free port and listening on it another program may take it. */
const TRIES = 5;

/** `http`: what stands in its http block, with the address it is to listen on and a folder for what it writes. */
export async function runNginx(http: (listen: string, folder: string) => string): Promise<RunningNginx> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await tryNginx(http);
    } catch (error) {
      if (left === 1 || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

async function tryNginx(http: (listen: string, folder: string) => string): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-nginx-'));
  const port = await freePort();
  const conf = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/t;`,
  );
  const config = `
daemon off;
pid ${folder}/pid;
error_log stderr crit;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  ${temporary.join('\n  ')}
  ${http(`127.0.0.1:${port}`, folder)}
}
`;
  writeFileSync(conf, config);
  const child = spawn('nginx', ['-p', folder, '-c', conf, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint += piece;
  });
  const ended = once(child, 'exit');
  await until('nginx runs', () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${complaint}`);
    // It listens before it writes this.
    return existsSync(join(folder, 'pid'));
  });
  return {
    port,
    conf,
    async end() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** As the README tells its readers to write it. */
function timedFormat(): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return /log_format timed [\s\S]*?;/.exec(readme)?.[0] ?? '';
}
