/** One story through the same parts as `linesman replay`, with everything it decided. */
import { replayFiles } from '../../src/app/replay.ts';
import { openStore } from '../../src/app/replay-store.ts';
import { composeReplayMail } from '../../src/cli/replay.ts';
import { loadConfig } from '../../src/config/config.ts';
import { mailLines, storyLine } from '../../src/core/render/story.ts';
import type { Notification, Transition } from '../../src/core/types.ts';
import { createRecordedReader } from '../../src/sources/recorded.ts';
import type { Fixture } from './fixtures.ts';

export interface Replayed {
  readonly story: readonly string[];
  readonly transitions: readonly Transition[];
  readonly notifications: readonly Notification[];
  /** File name to .eml. */
  readonly mails: ReadonlyMap<string, Buffer>;
}

/** Over memory, or over the Redis at this address, which must be empty. */
export async function replayFixture({ inputs, config: file }: Fixture, url?: string): Promise<Replayed> {
  const loaded = loadConfig({ ...(file && { file }), env: {}, hostname: 'test' });
  const reader = createRecordedReader({ source: loaded.sources[0]?.name ?? 'nginx', files: inputs });
  const opened = url === undefined ? undefined : await openStore(url);
  const story: string[] = [];
  const transitions: Transition[] = [];
  const notifications: Notification[] = [];
  const mails = new Map<string, Buffer>();
  try {
    await replayFiles({
      ...{ config: { ...loaded, timezone: 'UTC' }, reader, ...(opened && { store: opened.store }) },
      onTransition(transition) {
        transitions.push(transition);
        story.push(storyLine(transition));
      },
      async onNotification(notification) {
        notifications.push(notification);
        story.push(...mailLines(notification));
        const { name, bytes } = await composeReplayMail(notification);
        mails.set(name, bytes);
      },
    });
    return { story, transitions, notifications, mails };
  } finally {
    await reader.close();
    await opened?.close();
  }
}
