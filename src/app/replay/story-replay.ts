/** A story run through the same engine as `linesman replay`, with everything that it decided. */
import { readFile } from 'node:fs/promises';
import { readOnlyConfig } from '../../config/replay-config.ts';
import { mailLines, storyLine } from '../../core/render/story.ts';
import type { Notification, Transition } from '../../core/types.ts';
import { createRecordedReader } from '../../sources/recorded.ts';
import { writtenAt } from '../../sources/recording.ts';
import { replayFiles, unmatchedLines } from './replay.ts';
import { openStore } from './replay-store.ts';
import type { Story } from './stories.ts';

export interface ToldStory {
  /** What was told, as `linesman replay` prints it. */
  readonly told: readonly string[];
  readonly transitions: readonly Transition[];
  readonly notifications: readonly Notification[];
  readonly lines: number;
  /** Of them, those that no pattern took. */
  readonly unmatched: number;
  /** Numbers of the machine. */
  readonly figures: number;
}

/** Over memory, or over the Redis at this address, which must be empty. Throws UserError. */
export async function replayStory(
  { inputs, machine, expected, config: file }: Pick<Story, 'inputs' | 'machine' | 'expected' | 'config'>,
  url?: string,
): Promise<ToldStory> {
  const config = await readOnlyConfig(file);
  const reader = createRecordedReader({ source: config.sources[0]?.name ?? 'nginx', files: inputs });
  const opened = url === undefined ? undefined : await openStore(url);
  const told: string[] = [];
  const transitions: Transition[] = [];
  const notifications: Notification[] = [];
  try {
    const { lines, figures, state } = await replayFiles({
      ...{ config, reader, machine, near: await timeOf({ inputs, expected }), ...(opened && { store: opened.store }) },
      onTransition(transition) {
        transitions.push(transition);
        told.push(storyLine(transition));
      },
      async onNotification(notification) {
        notifications.push(notification);
        told.push(...mailLines(notification));
      },
    });
    return { told, transitions, notifications, lines, figures, unmatched: unmatchedLines(state) };
  } finally {
    await reader.close();
    await opened?.close();
  }
}

/**
 * For stamps without a year: what is expected has one, and a clone gives every file the time of the clone. Without it, when
 * the files were written.
 */
async function timeOf({ inputs, expected }: Pick<Story, 'inputs' | 'expected'>): Promise<number> {
  const text = await readFile(expected, 'utf8').catch(() => '');
  const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/m.exec(text)?.[0];
  return stamp === undefined ? await writtenAt(inputs, Date.now()) : Date.parse(stamp);
}
