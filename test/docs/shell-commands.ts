/** The commands that the pages tell people to type, and who runs each in a test: one that nobody runs fails there. */
import { readFileSync } from 'node:fs';

/**
 * - here: commands.test.ts, on this machine
 * - ci: .ci/run, which runs it in a clean clone
 * - image: test/container/operating.check.ts, against the engine, in the page's order
 * - compose: test/container/compose.check.ts, the same
 * - host: test/container/host.check.ts, as root in a container that stands for a host
 * - unit: what asks systemd for the unit, which `systemd-analyze verify` checks in commands.test.ts
 * - live: test/world/events-command.test.ts, of a linesman that runs
 * - manifest: what gives Kubernetes the manifest, which commands.test.ts checks
 */
export type Runner = 'here' | 'ci' | 'image' | 'compose' | 'host' | 'unit' | 'live' | 'manifest';

const RUNNERS: readonly (readonly [RegExp, Runner])[] = [
  [/^docker compose /, 'compose'],
  [/^install .* secrets\//, 'compose'],
  [/^docker build -t linesman \.$/, 'ci'],
  [/^docker /, 'image'],
  [/^kubectl /, 'manifest'],
  [/^(systemctl|journalctl) /, 'unit'],
  [/^(cp|rm|useradd|install|runuser) /, 'host'],
  [/^linesman sources$/, 'host'],
  [/^npm ci && npm (run build|run demo|test)$/, 'ci'],
  [/^apt-get install /, 'here'],
  [/^curl -sS http:\/\/127\.0\.0\.1:8686\/events /, 'live'],
  [/^git pull$/, 'here'],
  [/^npm run -s linesman -- /, 'here'],
  [/^npm run bench(:rotation)?$/, 'here'],
  [/^npm run bench:quality -- --data DIR$/, 'here'],
  [/^export LINESMAN_\w+=/, 'host'],
  [/^node_modules\/\.bin\/node dist\/main\.js (run|doctor --send-test)$/, 'host'],
];

export interface ShellCommand {
  readonly page: string;
  /** On one line. */
  readonly command: string;
  /** Undefined where nobody knows it. */
  readonly runner: Runner | undefined;
}

/** Of the blocks marked `sh`, in their order. Lines that only set variables are settings, no commands. */
export function shellCommands(page: string): readonly ShellCommand[] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replace(/ *\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((command) => ({ page, command, runner: RUNNERS.find(([fits]) => fits.test(command))?.[1] }));
}
