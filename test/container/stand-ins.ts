/**
 * Stand-ins for the base images, for a machine that reaches no image registry: Debian's packages, and the Node that npm
 * installed for us. Every address comes from this machine's own settings of apt and npm. They hold those settings, so that
 * `apt-get` and `npm ci` work in a build as they do here, and so they never leave this machine.
 */
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasImage } from './bases.ts';
import { debian } from './debian.ts';
import type { Engine } from './engine.ts';
import { runOk } from './machine.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const OWN_NODE = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const NPM = 'npm@11';
const BUILD_WITHIN_MS = 240_000;

/** Those that are not there yet. Throws on a Debian without debootstrap, or where no packages can be had. */
export async function makeStandIns(engine: Engine): Promise<void> {
  for (const [name, prepare] of Object.entries(RECIPES)) {
    if (await hasImage(engine, name)) continue;
    await debian(engine, 'bookworm');
    const folder = await mkdtemp(join(tmpdir(), 'linesman-stand-in-'));
    try {
      await writeFile(join(folder, 'Dockerfile'), await prepare(folder));
      const args = ['build', '--network=host', '-t', name, folder];
      await runOk(engine.program, args, { env: engine.env, withinMs: BUILD_WITHIN_MS });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Each writes what its Dockerfile copies, and gives the Dockerfile. */
const RECIPES: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  'node:24-bookworm-slim': async (folder) => {
    const usr = join(folder, 'usr');
    await mkdir(join(usr, 'bin'), { recursive: true });
    await mkdir(join(usr, 'etc'));
    await copyFile(OWN_NODE, join(usr, 'bin', 'node'));
    await chmod(join(usr, 'bin', 'node'), 0o755);
    const npm = ['install', '--silent', '--no-save', '--ignore-scripts', '--prefix', folder, NPM];
    await runOk('npm', npm, { cwd: folder, withinMs: BUILD_WITHIN_MS });
    await cp(join(folder, 'node_modules', 'npm'), join(usr, 'lib', 'node_modules', 'npm'), { recursive: true });
    await writeFile(join(usr, 'etc', 'npmrc'), await npmSettings());
    return `FROM debian:bookworm-slim
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY usr /usr/local
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
CMD ["node"]
`;
  },
  'nginx:stable': async (folder) => {
    await writeFile(join(folder, 'default.conf'), 'server { listen 80; location / { root /var/www/html; } }\n');
    // As the real one: logs are links to the output, and the user has the number 101.
    return `FROM debian:bookworm-slim
RUN groupadd --system --gid 101 nginx \\
 && useradd --system --gid nginx --no-create-home --home /nonexistent --shell /bin/false --uid 101 nginx \\
 && apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/* /var/log/nginx/* \\
 && sed -i 's/^user .*/user nginx;/; s#^error_log .*#error_log /var/log/nginx/error.log notice;#' /etc/nginx/nginx.conf \\
 && rm /etc/nginx/sites-enabled/default && chown root:root /var/log/nginx && chmod 755 /var/log/nginx \\
 && ln -s /dev/stdout /var/log/nginx/access.log && ln -s /dev/stderr /var/log/nginx/error.log
COPY default.conf /etc/nginx/conf.d/default.conf
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
`;
  },
  // The real one's first process becomes the user redis by itself; this one is it from the start.
  'redis:7': async () => `FROM debian:bookworm-slim
RUN groupadd -r -g 999 redis && useradd -r -g redis -u 999 redis \\
 && apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \\
 && mkdir -p /data && chown redis:redis /data
VOLUME /data
WORKDIR /data
USER redis
CMD ["redis-server"]
`,
};

/** Without a token: npm keeps those under the registry's name, which is not asked here. */
async function npmSettings(): Promise<string> {
  const registry = (await runOk('npm', ['config', 'get', 'registry'])).trim();
  const certificates = (await readFile(CERTIFICATES).catch(() => undefined)) ? `cafile=${CERTIFICATES}\n` : '';
  return `registry=${registry}\n${certificates}update-notifier=false\n`;
}
