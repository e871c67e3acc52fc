/** The mail of `linesman doctor --send-test`: proves the way, and shows that the sender is trusted. */
import { stableId } from '../hash.ts';
import type { HostFacts } from '../ports.ts';
import { domainOf, oneLine, type RenderedMail } from './render.ts';
import { escapeHtml, headerText, visible } from './sanitise.ts';
import { SUBJECT_CHARS } from './subject.ts';
import { wrap } from './text.ts';
import { timestamp } from './when.ts';

const HOST_CHARS = 100;

export function renderTestMail(parts: {
  readonly facts: HostFacts;
  readonly from: string;
  readonly receiver: string;
  readonly at: number;
}): RenderedMail {
  const { facts, from, receiver, at } = parts;
  const host = visible(facts.host, HOST_CHARS);
  const sentences = [
    `This is a test that was asked for on ${host} at ${timestamp(at, facts.timezone)}.`,
    'If you read it in your inbox, mails about faults will reach you there too. If it was among the spam, mark it as no spam, or let your mail program trust its sender.',
    'Nothing is wrong, and there is nothing to do.',
  ];
  const text = `${sentences.map((sentence) => wrap(sentence).join('\n')).join('\n\n')}\n\n-- \nlinesman ${facts.version}, linesman doctor --send-test\n`;
  const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head><body style="font-family:Arial,sans-serif;font-size:15px;line-height:22px;">${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('')}</body></html>`;
  const id = stableId('test', facts.host, receiver, at);
  return {
    from: oneLine(from),
    to: oneLine(receiver),
    messageId: `<${id}@${domainOf(facts.host)}>`,
    subject: headerText(`[linesman test] ${facts.host} can send you mail`, SUBJECT_CHARS),
    date: at,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `<linesman.${domainOf(facts.host)}>`,
      'X-Linesman-Host': headerText(facts.host, HOST_CHARS),
    },
    text,
    html,
    boundary: stableId(id, text, html),
  };
}
