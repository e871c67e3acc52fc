/**
 * The page that every HTML part is: tables and inline style, since mail clients know little else; nothing is loaded from
 * anywhere; the style element only serves clients that have a dark mode.
 */
import { escapeHtml } from './sanitise.ts';

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

export const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

/** White text on each has a contrast of at least 4.5 (WCAG AA). */
export const COLOURS = {
  critical: { band: '#b3261e', onDark: '#ff6b5e' },
  warning: { band: '#8a5a00', onDark: '#e3a008' },
  info: { band: '#1f5fa8', onDark: '#58a6ff' },
  resolved: { band: '#1a6e35', onDark: '#3fb950' },
  ended: { band: '#57606a', onDark: '#9da7b1' },
};

/** Of the band at the head, and of bars on a dark page. */
export interface Colours {
  readonly band: string;
  readonly onDark: string;
}

export interface MailHead {
  /** Its first word stands out. */
  readonly state: string;
  readonly title: string;
  /** What lists of mails show behind the title, where there is more to say. */
  readonly preview?: string | undefined;
  readonly colours: Colours;
  /** Below everything. */
  readonly smallPrint: readonly string[];
}

/** The parts are rows of a table, and escaped already. */
export function mailPage({ state, title, preview, colours, smallPrint }: MailHead, parts: readonly string[]): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${escapeHtml(state)}</title>
<style>${darkStyle(colours.onDark)}</style></head>
<body class="page" style="margin:0;padding:0;background:#f2f4f6;">
<div style="display:none;max-height:0;overflow:hidden;">${escapeHtml([`${state}. ${title}`, preview].filter(Boolean).join(' '))}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f6;"><tr><td align="center" style="padding:8px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;background:#ffffff;border:1px solid #d8dee4;font-family:${FONT};">
<tr><td style="background:${colours.band};color:#ffffff;padding:10px 16px;font-size:14px;line-height:20px;font-weight:bold;">${stateHtml(state)}</td></tr>
<tr><td class="ink" style="padding:14px 16px 0;font-size:19px;line-height:26px;font-weight:bold;color:#1c2126;${BREAK}">${escapeHtml(title)}</td></tr>
${parts.join('\n')}
<tr><td style="padding:16px;"><div class="soft rule" style="border-top:1px solid #d8dee4;padding-top:10px;font-size:12px;line-height:18px;color:#57606a;${BREAK}">${smallPrint.map(withCommands).join('<br>')}</div></td></tr>
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
export const BREAK = 'word-break:break-word;overflow-wrap:anywhere;';

function stateHtml(state: string): string {
  const word = state.slice(0, state.search(/[ ,]/));
  return `<span style="font-size:17px;">${escapeHtml(word)}</span>${escapeHtml(state.slice(word.length))}`;
}

/** `commands` in backquotes stand in the type of commands. */
function withCommands(text: string): string {
  const pieces = text.split(/`([^`]+)`/);
  return pieces.map((piece, i) => (i % 2 === 1 ? commandHtml(piece) : escapeHtml(piece))).join('');
}

export function commandHtml(command: string): string {
  return `<code class="box" style="font-family:${MONO};font-size:13px;background:#f6f8fa;padding:1px 3px;display:inline-block;max-width:100%;box-sizing:border-box;">${escapeHtml(command)}</code>`;
}

export function row(content: string): string {
  return `<tr><td style="padding:10px 16px 0;">${content}</td></tr>`;
}

export function section(title: string, content: string): string {
  if (content === '') return '';
  const heading = `<div class="soft" style="font-size:13px;line-height:18px;font-weight:bold;color:#57606a;padding-bottom:4px;">${title}</div>`;
  return `<tr><td style="padding:18px 16px 0;">${heading}${content}</td></tr>`;
}

export function paragraph(content: string): string {
  return `<div class="ink" style="font-size:15px;line-height:22px;color:#1c2126;padding-bottom:4px;${BREAK}">${content}</div>`;
}

export function soft(content: string): string {
  return `<span class="soft" style="color:#57606a;font-size:14px;">${content}</span>`;
}
