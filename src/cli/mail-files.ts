/** The mails of a replay as files, for whoever wants to see them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';
import type { Notification } from '../core/types.ts';

/** Of --mails. Throws UserError('INPUT') where it cannot be. */
export async function makeMailFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError(
      'INPUT',
      `--mails ${folder}: the folder cannot be made (${messageOf(cause)}); name another one`,
      { cause },
    );
  });
}

/** Writes one mail as .eml into a folder that is there. */
export async function writeMailFile(folder: string, notification: Notification): Promise<void> {
  const { name, bytes } = await composeReplayMail(notification);
  await writeFile(join(folder, name), bytes);
}

/** The mail as a file of --mails. Attempt 1, delivered at the event's own time: the same notification is the same file. */
export async function composeReplayMail(
  notification: Notification,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const { renderMail } = await import('../core/render/render.ts');
  const { composeMail } = await import('../notifiers/mail-compose.ts');
  const { REPLAY_FROM } = await import('../app/replay/replaying.ts');
  const rendered = renderMail(notification, { attempt: 1, deliveredAt: notification.at, from: REPLAY_FROM });
  const stamp = new Date(notification.at).toISOString().replace(/[-:]|\.000/g, '');
  const { bytes } = await composeMail(rendered);
  const kind = notification.digest ? 'digest' : notification.model.transition;
  return { name: `${stamp}-${kind}-${notification.id}.eml`, bytes };
}
