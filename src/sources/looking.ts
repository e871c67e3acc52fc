/** Looks at one generation's file: has it grown, was it renamed, truncated or deleted? */
import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate as afterOthers } from 'node:timers/promises';
import type { Lost } from './book.ts';
import { type Context, setProblem } from './context.ts';
import { createGeneration, type Generation, inodeKey, newGenerationId } from './generation.ts';
import { openOwn } from './handles.ts';
import { enter, noteSize } from './ledger.ts';
import { explain } from './listing.ts';

interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * A disk of this machine is asked at once, so many times before others have their turn: handing a stat to a thread and
 * back costs twice as much as the stat. Where another machine may have to answer, so many are asked side by side.
 */
const SIDE_BY_SIDE = 64;

/** Looks at these, one after the other; `failed` is told what the file system throws for one. */
export async function lookAtAll(
  context: Context,
  generations: readonly Generation[],
  now: number,
  failed: (generation: Generation, error: NodeJS.ErrnoException) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < generations.length; from += SIDE_BY_SIDE) {
    const some = generations.slice(from, from + SIDE_BY_SIDE);
    if (from > 0) await afterOthers();
    const answers = await askAll(context, some);
    for (const [index, generation] of some.entries()) {
      try {
        await look(context, generation, now, answers[index]);
      } catch (thrown) {
        await failed(generation, thrown as NodeJS.ErrnoException);
      }
    }
  }
}

type Answer = { readonly stats: Stats } | { readonly error: NodeJS.ErrnoException };

/** Undefined for those that are not live: they are not asked by their name. */
async function askAll(
  { disks }: Context,
  generations: readonly Generation[],
): Promise<readonly (Answer | undefined)[]> {
  const answers: (Answer | undefined | Promise<Answer>)[] = [];
  for (const { path, name, dev, state } of generations) {
    await disks.learn(dev, name);
    // A link can be led to another disk at any time.
    const isNear = path === name && disks.isLocal(dev);
    answers.push(state !== 'live' ? undefined : isNear ? askNow(path) : ask(path));
  }
  return await Promise.all(answers);
}

function askNow(path: string): Answer {
  try {
    return { stats: statSync(path) };
  } catch (error) {
    return { error: error as NodeJS.ErrnoException };
  }
}

async function ask(path: string): Promise<Answer> {
  return await stat(path).then(
    (stats) => ({ stats }),
    (error: NodeJS.ErrnoException) => ({ error }),
  );
}

async function look(context: Context, generation: Generation, now: number, answer: Answer | undefined): Promise<void> {
  generation.lookedAt = now;
  if (generation.inflated) return;
  const state =
    generation.state === 'live'
      ? await atItsName(context, generation, now, answer ?? (await ask(generation.path)))
      : await atItsFile(context, generation, now);
  if (!state) return;
  // A log only grows: a smaller one was cut, even where the cut lies behind our offset.
  if (state.size < generation.size) {
    release(context, generation, state, now);
    return;
  }
  if (state.size === generation.size && state.mtimeMs === generation.mtimeMs) {
    generation.quietLooks += 1;
    return;
  }
  noteSize(context.book, generation, state.size);
  generation.mtimeMs = state.mtimeMs;
  generation.changedAt = now;
  generation.quietLooks = 0;
  generation.fresh = true;
}

/** Its open file holds other content now: it was truncated, and may have grown beyond our offset since. */
export async function releaseChanged(context: Context, generation: Generation, now: number): Promise<void> {
  const state = await generation.handle?.stat();
  // What was seen since the last comparison was the next one's already.
  noteSize(context.book, generation, Math.max(generation.offset, generation.comparedSize));
  if (state) release(context, generation, state, now);
}

/** As above where the file was not held open: at its name is its inode, but not its content. */
export async function releaseUnopened(context: Context, generation: Generation, now: number): Promise<void> {
  if (generation.state !== 'live') return;
  const answer = await ask(generation.path);
  if (!('stats' in answer) || inodeKey(answer.stats) !== inodeKey(generation)) return;
  noteSize(context.book, generation, Math.max(generation.offset, generation.comparedSize));
  lose(context, generation, now, 'truncated_unrecovered');
}

/** The file was truncated: what is remembered of it waits for a copy, and the file begins a new generation at 0. */
export function release(context: Context, generation: Generation, state: FileState, now: number): void {
  const { book } = context;
  // Not held open, it may as well be another file with the same inode: it is met as any new one.
  if (!generation.handle) {
    lose(context, generation, now, 'truncated_unrecovered');
    return;
  }
  context.problems.delete(generation.id);
  const { path, dev, ino } = generation;
  const next = createGeneration(
    newGenerationId(context.source, { dev, ino, ...state }, now),
    { path, dev, ino, ...state },
    { now },
  );
  next.name = generation.name;
  next.state = generation.state;
  next.handle = generation.handle;
  book.active = book.active.filter((other) => other !== generation);
  enter(book, next);
  generation.handle = undefined;
  generation.offer = undefined;
  if (generation.fpLength > 0 || generation.size > 0)
    book.lost.push({ generation, since: now, reason: 'truncated_unrecovered' });
  context.findSoon = true;
}

async function atItsName(
  context: Context,
  generation: Generation,
  now: number,
  answer: Answer,
): Promise<FileState | undefined> {
  if ('stats' in answer) {
    context.problems.delete(generation.id);
    if (inodeKey(answer.stats) === inodeKey(generation)) return answer.stats;
  } else if (answer.error.code !== 'ENOENT' && answer.error.code !== 'ENOTDIR') {
    setProblem(context, generation.id, await explain(generation.path, answer.error));
    return await generation.handle?.stat();
  }
  generation.state = 'rotated';
  generation.changedAt = now;
  generation.quietLooks = 0;
  generation.fresh = true;
  context.findSoon = true;
  return await atItsFile(context, generation, now);
}

async function atItsFile(context: Context, generation: Generation, now: number): Promise<FileState | undefined> {
  const answer = await openOwn(context, generation);
  if (answer === 'open') {
    const state = await generation.handle?.stat();
    // Only we hold it now: after a crash nothing leads to it, and its inode may be another's.
    if (state?.nlink === 0) generation.missing ??= 'deleted_unread_bytes';
    return state;
  }
  if (answer === 'gone') lose(context, generation, now, 'deleted_unread_bytes');
  return undefined;
}

function lose(context: Context, generation: Generation, now: number, reason: Lost['reason']): void {
  const { book } = context;
  book.active = book.active.filter((other) => other !== generation);
  context.findSoon = true;
  context.problems.delete(generation.id);
  if (generation.fpLength > 0 || generation.size > 0) book.lost.push({ generation, since: now, reason });
}
