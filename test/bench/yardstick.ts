/** The yardstick in C: what this machine can do with such a log, by a program that knows one format only. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './timed.ts';

const SOURCE = fileURLToPath(new URL('yardstick.c', import.meta.url));
const COMPILERS = ['cc', 'gcc', 'clang'];
/** The compiler takes what vector instructions this machine has. */
const FLAGS = ['-O3', '-march=native'];

/** What it prints. */
export interface Sums {
  readonly lines: number;
  readonly unfit: number;
  readonly seconds: number;
  /** Request times in its histograms. */
  readonly times: number;
  /** Bytes of all answers. */
  readonly bodies: number;
  /** Different paths, without their queries. */
  readonly paths: number;
  /** Lines of the most frequent one. */
  readonly topCount: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** Gives the program, made in this folder; undefined where there is no compiler that can. */
export function compileYardstick(folder: string): string | undefined {
  const compiler = COMPILERS.find(isInstalled);
  if (compiler === undefined) return undefined;
  const program = join(folder, 'yardstick');
  const { status } = spawnSync(compiler, [...FLAGS, '-o', program, SOURCE], { stdio: 'ignore' });
  return status === 0 ? program : undefined;
}

export function sumsOf(printed: string): Sums {
  return JSON.parse(printed) as Sums;
}
