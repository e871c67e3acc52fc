/** The text/html part of a digest, in the look of every mail. Every text comes from DigestSections and is escaped here. */
import type { DigestModel } from '../types.ts';
import { type DigestEntry, digestSections } from './digest.ts';
import { COLOURS, mailPage, paragraph, section, soft } from './mail-page.ts';
import { escapeHtml } from './sanitise.ts';

export function renderDigestHtml(digest: DigestModel): string {
  const { state, title, noticed, noticedMore, mails, mailsMore, budget, smallPrint } = digestSections(digest);
  return mailPage({ state, title, colours: COLOURS.info, smallPrint }, [
    section('Noticed', listed(noticed, noticedMore)),
    section('Told by mail', listed(mails, mailsMore)),
    section('False alarms', paragraph(escapeHtml(budget))),
  ]);
}

function listed(entries: readonly DigestEntry[], more: string): string {
  const rows = entries.map(({ when, said, watch }) =>
    paragraph(`${soft(escapeHtml(when))}<br>${escapeHtml(said)}<br>${soft(escapeHtml(watch))}`),
  );
  return `${rows.join('')}${more === '' ? '' : paragraph(soft(escapeHtml(more)))}`;
}
