/** A rendered mail as the bytes that go to the server, or into an .eml file: the same bytes for the same mail. */
import type { RenderedMail } from '../core/render/render.ts';

export interface ComposedMail {
  readonly bytes: Buffer;
  /** Bare addresses, read out of `from` and `to`. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
}

/** RFC 5322 bytes with CRLF. Nothing in them is left to chance or to the clock. */
export async function composeEml(mail: RenderedMail): Promise<Buffer> {
  return (await composeMail(mail)).bytes;
}

export async function composeMail(mail: RenderedMail): Promise<ComposedMail> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const message = new MailComposer({
    from: mail.from,
    to: mail.to,
    subject: mail.subject,
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    references: mail.references,
    date: dateHeader(mail.date),
    headers: Object.entries(mail.headers).map(([key, value]) => ({ key, value })),
    text: mail.text,
    html: mail.html,
    encoding: 'quoted-printable',
    baseBoundary: mail.boundary,
    newline: 'win',
    normalizeHeaderKey: (key) => key,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const { from, to } = message.getEnvelope();
  return { bytes: await message.build(), envelope: { from: from || '', to } };
}

/** 'Wed, 25 Nov 2026 03:12:07 +0000'. */
function dateHeader(time: number): string {
  return new Date(time).toUTCString().replace('GMT', '+0000');
}
