/** What a digest says, in its order, as harmless text: the text part and the HTML part only lay it out. */
import type { DigestLine, DigestModel } from '../types.ts';
import { visible } from './sanitise.ts';
import { shortId } from './subject.ts';
import { countText, durationText } from './units.ts';
import { timestamp } from './when.ts';

const SENTENCE_CHARS = 300;
const NAME_CHARS = 100;

export interface DigestSections {
  /** 'DIGEST of web-1, 2026-11-25 08:00 to 2026-11-26 08:00 UTC'. */
  readonly state: string;
  readonly title: string;
  readonly noticed: readonly DigestEntry[];
  /** '… and 12 more', or nothing. */
  readonly noticedMore: string;
  readonly mails: readonly DigestEntry[];
  readonly mailsMore: string;
  readonly budget: string;
  readonly smallPrint: readonly string[];
}

export interface DigestEntry {
  /** '2026-11-25 22:14, for 12 min'. */
  readonly when: string;
  readonly said: string;
  /** 'http.499 #7F3K'. */
  readonly watch: string;
}

export function digestSections(digest: DigestModel): DigestSections {
  const { host, from, at, timezone, version } = digest;
  const count = digest.noticed.length + digest.noticedMore;
  const zone = timestamp(at, timezone).slice(20);
  return {
    state: `DIGEST of ${visible(host, NAME_CHARS)}, ${minute(from, timezone)} to ${minute(at, timezone)} ${zone}`,
    title:
      count === 1
        ? 'One thing was noticed that was not worth a mail by itself.'
        : `${countText(count)} things were noticed that were not worth a mail by themselves.`,
    noticed: digest.noticed.map((line) => entryOf(line, timezone, lastedText(line))),
    noticedMore: moreText(digest.noticedMore),
    mails: digest.mails.map((line) => entryOf(line, timezone, '')),
    mailsMore: moreText(digest.mailsMore),
    budget: budgetText(digest),
    smallPrint: [
      sharedText(digest),
      '`linesman why ID`, with what stands after the #, shows what it was decided on.',
      'To be told of one of these at once, set its delivery to mail under watches in linesman.yaml; digest: off ends this mail.',
      `Sent by linesman ${visible(version, 40)}. Text from logs is shown with its links taken out.`,
    ],
  };
}

function entryOf({ fault, watch, said, since }: DigestLine, timezone: string, lasted: string): DigestEntry {
  return {
    when: `${minute(since, timezone)}${lasted}`,
    said: visible(said, SENTENCE_CHARS),
    watch: `${visible(watch, NAME_CHARS)}${fault === undefined ? '' : ` #${shortId(fault)}`}`,
  };
}

function lastedText({ since, endedAt }: DigestLine): string {
  return endedAt === undefined ? ', goes on' : `, for ${durationText(endedAt - since)}`;
}

function budgetText({ budget: { falseAlarmsPerMonth, mails } }: DigestModel): string {
  const alarms = falseAlarmsPerMonth === 1 ? 'one false alarm' : `${countText(falseAlarmsPerMonth)} false alarms`;
  const told = mails === 0 ? 'no mail was' : mails === 1 ? 'one mail was' : `${countText(mails)} mails were`;
  return `You accept ${alarms} a month by mail. In the last 30 days ${told} sent, of any cause.`;
}

function sharedText({ budget: { tests } }: DigestModel): string {
  const shared = tests === 1 ? 'one test' : `${countText(tests)} tests`;
  return `What you accept is shared over ${shared}; \`linesman budget\` shows them, and which mails were sent.`;
}

function moreText(more: number): string {
  return more === 0 ? '' : `… and ${countText(more)} more`;
}

function minute(time: number, timezone: string): string {
  return timestamp(time, timezone).slice(0, 16);
}
