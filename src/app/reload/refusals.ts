/** Reasons on /healthz for pattern files that are refused, each under its file's name. */
import { relative } from 'node:path';
import { visible } from '../../core/render/sanitise.ts';
import type { Health } from '../../telemetry/health.ts';
import type { Files } from './good-files.ts';

/** Files with a reason of their own; the others are counted. */
const FILES_MAX = 10;
/** Of one file that are told; linesman config check lists all. */
const MISTAKES_MAX = 3;
const NAME_CHARS = 100;
const MISTAKE_CHARS = 500;
const OTHERS = 'pattern files';
/** Nothing is in force then that could stay. */
const START = 'A new start of linesman would end with this mistake.';

interface KnownFiles {
  /** Without those that are gone. */
  readonly found: Files;
  /** Without those that are new and refused. */
  readonly inForce: Files;
}

export interface Refusals {
  /** These, and no others. True where they are not those before. */
  show(folder: string, refused: ReadonlyMap<string, readonly string[]>, known: KnownFiles): boolean;
  count(): number;
}

export function createRefusals(health: Pick<Health, 'set' | 'clear'>): Refusals {
  let shown = new Map<string, string>();
  let total = 0;
  let before = '';

  return {
    show(folder, refused, known) {
      const sentences = new Map<string, string>();
      for (const [path, mistakes] of [...refused].slice(0, FILES_MAX)) {
        const [name = ''] = namesIn(folder, [path]);
        sentences.set(`pattern file ${name}`, sayingOf(path, known)(name, told(name, path, mistakes)));
      }
      const others = refused.size - sentences.size;
      if (others > 0)
        sentences.set(OTHERS, `${others} more pattern files are refused; linesman config check lists all mistakes.`);
      for (const name of shown.keys()) if (!sentences.has(name)) health.clear(name);
      for (const [name, sentence] of sentences) health.set(name, sentence);
      shown = sentences;
      total = refused.size;
      const now = JSON.stringify([...refused]);
      const isNews = now !== before;
      before = now;
      return isNews;
    },
    count: () => total,
  };
}

/** Of files in the folder, as they may be shown. */
export function namesIn(folder: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => visible(relative(folder, path), NAME_CHARS));
}

function sayingOf(path: string, { found, inForce }: KnownFiles): (name: string, mistakes: string) => string {
  if (!found.has(path)) return keptText;
  return inForce.has(path) ? refusedText : newText;
}

function newText(name: string, mistakes: string): string {
  return `Pattern file ${name} is not taken: ${mistakes}. It is taken as soon as it is mended; the other patterns are in force. ${START}`;
}

function refusedText(name: string, mistakes: string): string {
  return `Pattern file ${name} is not taken: ${mistakes}. What it said before stays in force; it is taken as soon as it is mended. ${START}`;
}

function keptText(name: string, mistakes: string): string {
  return `Pattern file ${name} is gone and stays in force all the same, since it is needed: ${mistakes}. Mend that, or put the file back.`;
}

function told(name: string, path: string, mistakes: readonly string[]): string {
  const shown = mistakes
    .slice(0, MISTAKES_MAX)
    .map((mistake) => visible(shortened(mistake, path, name), MISTAKE_CHARS));
  const more = mistakes.length > MISTAKES_MAX ? ` (and ${mistakes.length - MISTAKES_MAX} more)` : '';
  return `${shown.join('; ')}${more}`;
}

/** With its place and without its folder. */
function shortened(mistake: string, path: string, name: string): string {
  return mistake.startsWith(path) ? name + mistake.slice(path.length) : mistake;
}
