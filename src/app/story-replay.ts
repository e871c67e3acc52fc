/** A story run through the same engine as `linesman replay`, with everything that it decided. */
import { readOnlyConfig } from '../config/replay-config.ts';
import { mailLines, storyLine } from '../core/render/story.ts';
import type { Notification, Transition } from '../core/types.ts';
import { createRecordedReader } from '../sources/recorded.ts';
import { writtenAt } from '../sources/recording.ts';
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
}

/** Over memory, or over the Redis at this address, which must be empty. Throws UserError. */
export async function replayStory(
  { inputs, config: file }: Pick<Story, 'inputs' | 'config'>,
  url?: string,
): Promise<ToldStory> {
  const config = await readOnlyConfig(file);
  const reader = createRecordedReader({ source: config.sources[0]?.name ?? 'nginx', files: inputs });
  const opened = url === undefined ? undefined : await openStore(url);
  const told: string[] = [];
  const transitions: Transition[] = [];
  const notifications: Notification[] = [];
  try {
    const { lines, state } = await replayFiles({
      ...{ config, reader, near: await writtenAt(inputs, Date.now()), ...(opened && { store: opened.store }) },
      onTransition(transition) {
        transitions.push(transition);
        told.push(storyLine(transition));
      },
      async onNotification(notification) {
        notifications.push(notification);
        told.push(...mailLines(notification));
      },
    });
    return { told, transitions, notifications, lines, unmatched: unmatchedLines(state) };
  } finally {
    await reader.close();
    await opened?.close();
  }
}
