/** A thread that reads changed pattern files: what it takes to check them is a second of a processor, and may hang. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { UserError } from '../../core/errors.ts';
import { armKnown, type Known, loadKnown } from '../knowing/watching.ts';
import { type Files, type GoodFiles, type Tried, takeGoodFiles } from './good-files.ts';

/** What the thread is given. */
export interface PatternQuestion {
  readonly config: Config;
  /** The operator's folder. */
  readonly folder: string;
  readonly found: Files;
  /** Those in force, of which each stays where the one found is not good; undefined: all that were found, or none. */
  readonly before?: Files | undefined;
}

export type PatternAnswer = { readonly good: GoodFiles<Known> } | Tried<Known>;

const { config, folder, found, before } = workerData as PatternQuestion;

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

const answer: PatternAnswer = before ? { good: await takeGoodFiles(before, found, load) } : await load(found);
parentPort?.postMessage(answer);
