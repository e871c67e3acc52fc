/** One notification as one mail: headers and both parts. Pure, so that a second rendering gives the same bytes. */
import { stableId } from '../hash.ts';
import type { Notification } from '../types.ts';
import { renderDigestHtml } from './digest-html.ts';
import { renderDigestText } from './digest-text.ts';
import { renderHtml } from './html.ts';
import { headerText } from './sanitise.ts';
import { REPLY_PREFIX, SUBJECT_CHARS } from './subject.ts';
import { renderText } from './text.ts';

/** A mail but for its MIME form. Header values are printable ASCII. */
export interface RenderedMail {
  readonly from: string;
  readonly to: string;
  /** With its angle brackets; the same in every attempt. */
  readonly messageId: string;
  readonly subject: string;
  readonly inReplyTo?: string | undefined;
  readonly references?: string | undefined;
  /** Of the Date header, epoch ms. */
  readonly date: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
  /** Makes the MIME boundaries. Depends on both parts, so that no line of a log can be written to match it. */
  readonly boundary: string;
}

export interface Sending {
  /** Counts from 1. */
  readonly attempt: number;
  readonly deliveredAt: number;
  readonly from: string;
}

export function renderMail(notification: Notification, sending: Sending): RenderedMail {
  const { id, root, receiver, model, digest } = notification;
  const text = digest ? renderDigestText(digest) : renderText(model, sending.deliveredAt);
  const html = digest ? renderDigestHtml(digest) : renderHtml(model, sending.deliveredAt);
  const rootId = messageIdOf(root, model.host);
  const subject = headerText(model.subject, SUBJECT_CHARS);
  return {
    from: oneLine(sending.from),
    to: oneLine(receiver),
    messageId: messageIdOf(id, model.host),
    subject: id === root ? subject : `${REPLY_PREFIX}${subject}`,
    ...(id !== root && { inReplyTo: rootId, references: rootId }),
    date: sending.deliveredAt,
    headers: headersOf(notification, sending.attempt),
    text,
    html,
    boundary: stableId(id, text, html),
  };
}

function headersOf({ model, digest }: Notification, attempt: number): Readonly<Record<string, string>> {
  const { severity, watch, host, transition, faultId } = model;
  const isLoud = severity === 'critical' && transition !== 'resolved';
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': `<linesman.${domainOf(host)}>`,
    'X-Linesman-Severity': severity,
    'X-Linesman-Watch': headerText(watch, 100),
    'X-Linesman-Host': headerText(host, 100),
    'X-Linesman-State': digest ? 'digest' : transition,
    'X-Linesman-Fault': headerText(faultId, 100),
    ...(isLoud && { Importance: 'high' }),
    ...(attempt > 1 && { 'X-Linesman-Attempt': String(attempt) }),
  };
}

function messageIdOf(id: string, host: string): string {
  return `<${id.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 64)}@${domainOf(host)}>`;
}

/** The host as a domain name: what cannot stand there is '-'. */
export function domainOf(host: string): string {
  const labels = host
    .slice(0, 200)
    .replace(/[^A-Za-z0-9.-]/g, '-')
    .split('.')
    .map((label) => label.replace(/^-+|-+$/g, ''))
    .filter((label) => label !== '');
  return labels.join('.') || 'localhost';
}

/** Addresses are the operator's own and may hold names in any script; a line end in one must not begin a header. */
export function oneLine(address: string): string {
  return address.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').trim();
}
