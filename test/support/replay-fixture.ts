/** One story through the same parts as `linesman test`, with its mails. */

import type { Story } from '../../src/app/replay/stories.ts';
import { replayStory, type ToldStory } from '../../src/app/replay/story-replay.ts';
import { composeReplayMail } from '../../src/cli/mail-files.ts';

export interface Replayed extends ToldStory {
  /** File name to .eml. */
  readonly mails: ReadonlyMap<string, Buffer>;
}

/** Over memory, or over the Redis at this address, which must be empty. */
export async function replayFixture(story: Story, url?: string): Promise<Replayed> {
  const told = await replayStory(story, url);
  const mails = new Map<string, Buffer>();
  for (const notification of told.notifications) {
    const { name, bytes } = await composeReplayMail(notification);
    mails.set(name, bytes);
  }
  return { ...told, mails };
}
