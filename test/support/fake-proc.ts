/** A /proc or /sys of files in a temporary folder, for what the machine at hand does not have. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { MachinePlaces } from '../../src/core/plugin.ts';

export interface FakeMachine {
  readonly places: MachinePlaces;
  /** Paths below the folder, as proc/stat, to what they hold. */
  write(files: Readonly<Record<string, string>>): void;
  remove(path: string): void;
}

/** Removed when the test ends. */
export function fakeMachine(context: TestContext, files: Readonly<Record<string, string>> = {}): FakeMachine {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-machine-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  function write(more: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  for (const place of ['proc', 'sys', 'root']) mkdirSync(join(folder, place));
  write(files);
  return {
    places: {
      ...{ proc: join(folder, 'proc'), sys: join(folder, 'sys'), root: join(folder, 'root') },
      isContainerOnly: false,
    },
    write,
    remove: (path) => rmSync(join(folder, path), { recursive: true, force: true }),
  };
}

export interface FakeProcess {
  readonly name?: string;
  readonly command?: string;
  readonly state?: string;
  readonly parent?: number;
  readonly started?: number;
  readonly user?: number;
  readonly system?: number;
  readonly threads?: number;
  readonly pages?: number;
}

/** The files of one process, to be written. */
export function processFiles(pid: number, one: FakeProcess = {}): Readonly<Record<string, string>> {
  const { name = `p${pid}`, command = `${name}\0`, state = 'S', parent = 1, started = 100 } = one;
  const { user = 0, system = 0, threads = 1, pages = 10 } = one;
  // pgrp session tty tpgid flags minflt cminflt majflt cmajflt | utime stime | cutime cstime priority nice | num_threads | itrealvalue | starttime vsize rss
  const fields = [state, parent, '1 1 0 -1 4194304 0 0 0 0', user, system, '0 0 20 0', threads, 0, started, 1_000_000];
  return {
    [`proc/${pid}/stat`]: `${pid} (${name}) ${fields.join(' ')} 0 18446744073709551615 1 1 0 0 0\n`,
    [`proc/${pid}/statm`]: `500 ${pages} 20 5 0 60 0\n`,
    [`proc/${pid}/cmdline`]: command,
  };
}
