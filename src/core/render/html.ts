/**
 * The text/html part. Tables and inline style, since mail clients know little else; nothing is loaded from anywhere;
 * the style element only serves clients that have a dark mode. Every text comes from Sections and is escaped here.
 */
import type { MailModel } from '../types.ts';
import { escapeHtml } from './sanitise.ts';
import { type Sections, sectionsOf } from './sections.ts';
import { type Sparkline, sparklineOf } from './sparkline.ts';

/** Gmail hides what follows near 102 kB. */
export const HTML_BYTES_MAX = 90_000;

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";
const CHART_PX = 48;

/** White text on each has a contrast of at least 4.5 (WCAG AA). */
const COLOURS = {
  critical: { band: '#b3261e', onDark: '#ff6b5e' },
  warning: { band: '#8a5a00', onDark: '#e3a008' },
  info: { band: '#1f5fa8', onDark: '#58a6ff' },
  resolved: { band: '#1a6e35', onDark: '#3fb950' },
  ended: { band: '#57606a', onDark: '#9da7b1' },
};

/** deliveredAt: when it is sent, for the remark on a late one. */
export function renderHtml(model: MailModel, deliveredAt: number): string {
  const sections = sectionsOf(model, deliveredAt);
  const { band, onDark } = coloursOf(model);
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${escapeHtml(sections.state)}</title>
<style>${darkStyle(onDark)}</style></head>
<body class="page" style="margin:0;padding:0;background:#f2f4f6;">
<div style="display:none;max-height:0;overflow:hidden;">${escapeHtml(`${sections.state}. ${sections.title}`)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f6;"><tr><td align="center" style="padding:8px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;background:#ffffff;border:1px solid #d8dee4;font-family:${FONT};">
<tr><td style="background:${band};color:#ffffff;padding:10px 16px;font-size:14px;line-height:20px;font-weight:bold;">${stateHtml(sections.state)}</td></tr>
<tr><td class="ink" style="padding:14px 16px 0;font-size:19px;line-height:26px;font-weight:bold;color:#1c2126;${BREAK}">${escapeHtml(sections.title)}</td></tr>
${sections.late === undefined ? '' : row(paragraph(`<b>${escapeHtml(sections.late)}</b>`))}
${row(factsHtml(sections))}
${chartHtml(sparklineOf(model), band)}
${section('Who is behind it', behindHtml(sections))}
${section(sections.evidenceTitle, evidenceHtml(sections))}
${section('Also', sections.together.map((sentence) => paragraph(escapeHtml(sentence))).join(''))}
${section('Why it matters', proseHtml(sections.why))}
${section('What to do', proseHtml(sections.whatToDo))}
<tr><td style="padding:16px;"><div class="soft rule" style="border-top:1px solid #d8dee4;padding-top:10px;font-size:12px;line-height:18px;color:#57606a;${BREAK}">${sections.smallPrint.map(escapeHtml).join('<br>')}</div></td></tr>
</table></td></tr></table></body></html>
`.replace(/\n{2,}/g, '\n');
}

function darkStyle(bar: string): string {
  return `@media (prefers-color-scheme: dark) {
.bar { background: ${bar} !important; }
.page { background: #0d1117 !important; }
.card { background: #161b22 !important; border-color: #30363d !important; }
.ink { color: #e6edf3 !important; }
.soft { color: #9da7b1 !important; }
.box { background: #0d1117 !important; border-color: #30363d !important; }
.link { color: #58a6ff !important; }
.rule { border-color: #30363d !important; }
.quiet { background: #484f58 !important; }
}`;
}

/** Long words of a log must not widen the page on a phone. */
const BREAK = 'word-break:break-word;overflow-wrap:anywhere;';

function coloursOf({ transition, severity, resolvedAt }: MailModel) {
  if (transition !== 'resolved') return COLOURS[severity];
  return resolvedAt === undefined ? COLOURS.ended : COLOURS.resolved;
}

function stateHtml(state: string): string {
  const word = state.slice(0, state.search(/[ ,]/));
  return `<span style="font-size:17px;">${escapeHtml(word)}</span>${escapeHtml(state.slice(word.length))}`;
}

function row(content: string): string {
  return `<tr><td style="padding:10px 16px 0;">${content}</td></tr>`;
}

function section(title: string, content: string): string {
  if (content === '') return '';
  const heading = `<div class="soft" style="font-size:13px;line-height:18px;font-weight:bold;color:#57606a;padding-bottom:4px;">${title}</div>`;
  return `<tr><td style="padding:18px 16px 0;">${heading}${content}</td></tr>`;
}

function paragraph(content: string): string {
  return `<div class="ink" style="font-size:15px;line-height:22px;color:#1c2126;padding-bottom:4px;${BREAK}">${content}</div>`;
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

function soft(content: string): string {
  return `<span class="soft" style="color:#57606a;font-size:14px;">${content}</span>`;
}

function evidenceHtml({ evidence, evidenceMore }: Sections): string {
  if (evidence.length === 0) return '';
  const lines = evidence.map(
    (line) =>
      `<div class="box ink" style="background:#f6f8fa;border-left:3px solid #d8dee4;padding:6px 8px;margin-bottom:6px;font-family:${MONO};font-size:12px;line-height:17px;color:#1c2126;${BREAK}">${escapeHtml(line)}</div>`,
  );
  const more =
    evidenceMore === ''
      ? ''
      : `<div class="soft" style="font-size:13px;line-height:18px;color:#57606a;">${escapeHtml(evidenceMore)}</div>`;
  return `${lines.join('')}${more}`;
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

function commandHtml(command: string): string {
  return `<code class="box" style="font-family:${MONO};font-size:13px;background:#f6f8fa;padding:1px 3px;display:inline-block;max-width:100%;box-sizing:border-box;">${escapeHtml(command)}</code>`;
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
