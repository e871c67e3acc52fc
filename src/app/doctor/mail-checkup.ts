/** Can people be told: the mail server answers, takes the login, and on demand a test mail. */
import type { Config } from '../../config/config.ts';
import type { Checkup } from '../../core/checkup.ts';
import type { DeliveryOutcome } from '../../core/ports.ts';
import { renderTestMail } from '../../core/render/test-mail.ts';
import { VERSION } from '../../version.ts';
import { createNotifier } from '../telling/delivering.ts';

const AREA = 'mail';

export async function checkMail(
  config: Config,
  { sendTest, now }: { readonly sendTest: boolean; readonly now: number },
): Promise<readonly Checkup[]> {
  const notifier = createNotifier(config);
  const { smtp, to, from } = config.mail;
  if (!notifier || smtp === undefined) return [nobody(sendTest)];
  try {
    const verified = await notifier.verify();
    if (!verified.ok) return [wrong(verified)];
    const answers: Checkup = {
      ...{ area: AREA, result: 'ok' },
      says: `The server answers and takes the login; faults go to ${to.join(', ')} from ${from}.`,
    };
    if (!sendTest)
      return [answers, { area: AREA, result: 'note', says: 'Nothing was sent; --send-test sends a test mail.' }];
    const facts = { host: config.host, timezone: config.timezone, version: VERSION };
    const sent = to.map(async (receiver) =>
      testOf(receiver, await notifier.send(renderTestMail({ facts, from, receiver, at: now }), receiver)),
    );
    return [answers, ...(await Promise.all(sent))];
  } finally {
    await notifier.close();
  }
}

function nobody(isWanted: boolean): Checkup {
  return {
    ...{ area: AREA, result: isWanted ? 'wrong' : 'note' },
    says: 'Nobody is told: faults go to the log only. Set both variables:',
    remedy: ['LINESMAN_MAIL_TO=you@example.com', 'LINESMAN_SMTP_URL=smtp://user:password@mail.example.com:587'],
  };
}

function wrong({ message }: Extract<DeliveryOutcome, { ok: false }>): Checkup {
  return { area: AREA, result: 'wrong', says: message };
}

function testOf(receiver: string, outcome: DeliveryOutcome): Checkup {
  if (!outcome.ok) return wrong(outcome);
  return {
    ...{ area: AREA, result: 'ok' },
    says: `The server took a test mail to ${receiver}. Look whether it is in the inbox; if it is among the spam, let ${receiver} trust its sender.`,
  };
}
