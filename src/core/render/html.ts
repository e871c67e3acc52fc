/**
 * The text/html part. Tables and inline style, since mail clients know little else; nothing is loaded from anywhere;
 * the style element only serves clients that have a dark mode. Every text comes from Sections and is escaped here.
 */
import type { MailModel } from '../types.ts';
import {
  BREAK,
  COLOURS,
  type Colours,
  commandHtml,
  MONO,
  mailPage,
  paragraph,
  row,
  section,
  soft,
} from './mail-page.ts';
import { escapeHtml } from './sanitise.ts';
import { type Sections, sectionsOf } from './sections.ts';
import { type Sparkline, sparklineOf } from './sparkline.ts';

/** Gmail hides what follows near 102 kB. */
export const HTML_BYTES_MAX = 90_000;

const CHART_PX = 48;

/** deliveredAt: when it is sent, for the remark on a late one. */
export function renderHtml(model: MailModel, deliveredAt: number): string {
  const sections = sectionsOf(model, deliveredAt);
  const colours = coloursOf(model);
  const seen = section(sections.evidenceTitle, evidenceHtml(sections));
  return mailPage(
    { ...sections, colours, preview: sections.likely && `${sections.likelyTitle}: ${sections.likely.text}` },
    [
      section(sections.likelyTitle, likelyHtml(sections)),
      sections.late === undefined ? '' : row(paragraph(`<b>${escapeHtml(sections.late)}</b>`)),
      sections.isSeenFirst ? seen : '',
      row(factsHtml(sections)),
      chartHtml(sparklineOf(model), colours.band),
      section(sections.behindTitle, behindHtml(sections)),
      sections.isSeenFirst ? '' : seen,
      section('Also', sections.together.map((sentence) => paragraph(escapeHtml(sentence))).join('')),
      section('Around that time on this machine', nearbyHtml(sections)),
      section('Why it matters', proseHtml(sections.why)),
      section('What to do', proseHtml(sections.whatToDo)),
    ],
  );
}

function coloursOf({ transition, severity, resolvedAt }: MailModel): Colours {
  if (transition !== 'resolved') return COLOURS[severity];
  return resolvedAt === undefined ? COLOURS.ended : COLOURS.resolved;
}

function factsHtml({ facts }: Sections): string {
  const rows = facts.map(
    ([name, text]) =>
      `<tr><td class="soft" valign="top" style="padding:2px 12px 2px 0;font-size:14px;line-height:21px;color:#57606a;white-space:nowrap;">${escapeHtml(name)}</td><td class="ink" valign="top" style="padding:2px 0;font-size:15px;line-height:21px;color:#1c2126;${BREAK}">${escapeHtml(text)}</td></tr>`,
  );
  return `<table role="presentation" cellpadding="0" cellspacing="0">${rows.join('')}</table>`;
}

/** Bars as cells: images would have to be loaded or attached. */
function chartHtml(sparkline: Sparkline | undefined, colour: string): string {
  if (sparkline === undefined) return '';
  const cells = sparkline.bars.map(({ height, isBad }) => {
    const px = height === null ? 0 : Math.max(1, Math.round(height * CHART_PX));
    const look = isBad
      ? `class="bar" style="height:${px}px;background:${colour};`
      : `class="quiet" style="height:${px}px;background:#afb8c1;`;
    return `<td valign="bottom" style="padding:0 1px 0 0;"><div ${look}font-size:0;line-height:0;"></div></td>`;
  });
  return row(
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed;height:${CHART_PX}px;" aria-label="${escapeHtml(sparkline.caption)}"><tr>${cells.join('')}</tr></table><div class="soft rule" style="border-top:1px solid #d8dee4;font-size:12px;line-height:18px;color:#57606a;">${escapeHtml(sparkline.caption)}</div>`,
  );
}

function behindHtml({ explained, behind, behindNote }: Sections): string {
  const sentence = explained === '' ? '' : paragraph(escapeHtml(explained));
  if (behind.length === 0) return sentence;
  const rows = behind.map(({ by, key, numbers, standsOut }) => {
    const who = `${escapeHtml(by)} <span style="font-family:${MONO};font-size:13px;">${escapeHtml(key)}</span>`;
    return `${paragraph(`${standsOut ? `<b>${who}</b>` : who}<br>${soft(escapeHtml(numbers))}`)}`;
  });
  return `${sentence}${rows.join('')}${behindNote === '' ? '' : paragraph(soft(escapeHtml(behindNote)))}`;
}

function evidenceHtml({ evidence, evidenceMore }: Sections): string {
  return evidence.length === 0 ? '' : `${evidence.map(saidHtml).join('')}${moreHtml(evidenceMore)}`;
}

/** A line as it was said, set off from the mail's own. */
function saidHtml(line: string): string {
  return `<div class="box ink" style="background:#f6f8fa;border-left:3px solid #d8dee4;padding:6px 8px;margin-bottom:6px;font-family:${MONO};font-size:12px;line-height:17px;color:#1c2126;${BREAK}">${escapeHtml(line)}</div>`;
}

function moreHtml(more: string): string {
  if (more === '') return '';
  return `<div class="soft" style="font-size:13px;line-height:18px;color:#57606a;">${escapeHtml(more)}</div>`;
}

function likelyHtml({ likely }: Sections): string {
  if (likely === undefined) return '';
  const { text, seen, whatToDo = '' } = likely;
  return `${paragraph(`<b>${escapeHtml(text)}</b>`)}${seen === undefined ? '' : saidHtml(seen)}${proseHtml(whatToDo)}`;
}

/** When and what one below the other: side by side there is no room on a phone. */
function nearbyHtml({ nearby, nearbyMore }: Sections): string {
  const facts = nearby.map(({ when, text, isOver }) => {
    const what = escapeHtml(text);
    return paragraph(`${soft(escapeHtml(when))}<br>${isOver ? soft(what) : what}`);
  });
  return `${facts.join('')}${moreHtml(nearbyMore)}`;
}

/** From the settings: several lines are a list, `commands` stand in the type of commands, and links can be followed. */
function proseHtml(prose: string): string {
  const lines = prose.split('\n').filter((line) => line !== '');
  return lines.map((line) => paragraph(`${lines.length === 1 ? '' : '&bull; '}${lineHtml(line)}`)).join('');
}

function lineHtml(line: string): string {
  const pieces = line.split(/(`[^`]*`)/);
  return pieces.map((piece, i) => (i % 2 === 1 ? commandHtml(piece.slice(1, -1)) : linkedHtml(piece))).join('');
}

function linkedHtml(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)])/)
    .map((piece, i) => {
      const html = escapeHtml(piece);
      return i % 2 === 1 ? `<a class="link" href="${html}" style="color:#1f5fa8;">${html}</a>` : html;
    })
    .join('');
}
