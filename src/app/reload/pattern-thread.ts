/** A thread that reads changed pattern files: what it takes to check them is a second of a processor, and may hang. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { UserError } from '../../core/errors.ts';
import { armKnown, type Known, loadKnown } from '../watching.ts';
import { type Files, type GoodFiles, type Tried, takeGoodFiles } from './good-files.ts';

/** What the thread is given. */
export interface PatternQuestion {
  readonly config: Config;
  /** The operator's folder. */
  readonly folder: string;
  /** Those in force. */
  readonly before: Files;
  readonly found: Files;
  /** They are not to be changed, and are loaded although nothing changed: whether they go with this configuration is asked. */
  readonly isFixed: boolean;
}

/** `mistakes`: of a whole that is fixed. */
export type PatternAnswer = { readonly good: GoodFiles<Known> } | { readonly mistakes: readonly string[] };

const { config, folder, before, found, isFixed } = workerData as PatternQuestion;

async function load(files: Files): Promise<Tried<Known>> {
  try {
    const loaded = await loadKnown(config, { texts: { folder, files } });
    await armKnown(config, loaded);
    return { loaded };
  } catch (error) {
    if (error instanceof UserError) return { mistakes: error.message.split('\n') };
    throw error;
  }
}

async function answer(): Promise<PatternAnswer> {
  if (!isFixed) return { good: await takeGoodFiles(before, found, load) };
  const tried = await load(found);
  return 'mistakes' in tried ? tried : { good: { files: found, loaded: tried.loaded, refused: new Map() } };
}

parentPort?.postMessage(await answer());
