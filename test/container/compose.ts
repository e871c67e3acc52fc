/** Compose v2: the plug-in of the client that is there, else Debian trixie's, out of a container. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasImage } from './bases.ts';
import { debian } from './debian.ts';
import { run, runOk } from './machine.ts';
import { told } from './place.ts';

const IMAGE = 'linesman-compose';
const BASE = 'debian:trixie-slim';
const DOCKERFILE = `FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends docker-compose docker-cli && rm -rf /var/lib/apt/lists/*
`;
const WITHIN_MS = 240_000;
/** What the compose files ask for; a container does not have it by itself. */
const VARIABLES = ['LINESMAN_IMAGE', 'LINESMAN_HOST', 'LINESMAN_MAIL_TO', 'LINESMAN_SMTP_URL', 'NGINX_PORT'];

/** The words of `docker compose` for a project in a folder. Throws where there is none and none can be made. */
export async function composeCommand(project: string): Promise<(folder: string) => readonly string[]> {
  const engine = { ...told, env: process.env, close: async () => {} };
  if (told.isOwn && (await dropsBetweenContainers()))
    throw new Error("another engine's firewall rules keep the containers of ours from each other");
  const version = await run(told.program, ['compose', 'version', '--short']);
  if (version.code === 0) return () => [told.program, 'compose', '-p', project];
  if (!(await hasImage(engine, IMAGE))) await build();
  return (folder) => [
    ...[told.program, 'run', '--rm', '--network=none', '-v', `${told.socket}:/var/run/docker.sock`],
    ...['-v', `${folder}:${folder}`, '-w', folder, ...VARIABLES.flatMap((name) => ['-e', name])],
    ...[IMAGE, 'docker', 'compose', '-p', project],
  ];

  async function build(): Promise<void> {
    if (!(await hasImage(engine, BASE))) {
      const pulled = await run(told.program, ['pull', '-q', BASE], { withinMs: WITHIN_MS }).catch(() => undefined);
      if (pulled?.code !== 0 && !told.isOwn) throw new Error(`${BASE} cannot be pulled`);
      if (pulled?.code !== 0) await debian(engine, 'trixie');
    }
    const folder = await mkdtemp(join(tmpdir(), 'linesman-compose-'));
    try {
      await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
      await runOk(told.program, ['build', '--network=host', '-t', IMAGE, folder], { withinMs: WITHIN_MS });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** An engine sets this policy and excepts its own networks from it. Ours adds no rules, so as to leave the machine's alone. */
async function dropsBetweenContainers(): Promise<boolean> {
  return (await run('iptables', ['-S', 'FORWARD'])).stdout.startsWith('-P FORWARD DROP');
}
