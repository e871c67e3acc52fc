/** The text/plain part of a digest: complete by itself, as that of every mail. */
import type { DigestModel } from '../types.ts';
import { type DigestEntry, digestSections } from './digest.ts';
import { wrap } from './text.ts';

export function renderDigestText(digest: DigestModel): string {
  const sections = digestSections(digest);
  const parts = [
    wrap(sections.state),
    wrap(sections.title),
    listed('NOTICED', sections.noticed, sections.noticedMore),
    listed('TOLD BY MAIL', sections.mails, sections.mailsMore),
    ['FALSE ALARMS', ...wrap(sections.budget)],
    ['-- ', ...sections.smallPrint.flatMap((line) => wrap(line))],
  ];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function listed(title: string, entries: readonly DigestEntry[], more: string): readonly string[] {
  if (entries.length === 0) return [];
  const lines = entries.flatMap(({ when, said, watch }) => [
    ...wrap(`${when}:`, '- ', '  '),
    ...wrap(`${said} (${watch})`, '  '),
  ]);
  return [title, ...lines, ...(more === '' ? [] : [more])];
}
