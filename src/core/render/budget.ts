/** `linesman budget` as a person reads it: 100 columns. Names come from settings and are made harmless all the same. */
import type { BudgetFired, BudgetPot, BudgetReport, BudgetTest, BudgetWaiting } from '../detect/budget-report.ts';
import { onceIn } from './chance.ts';
import { visible } from './sanitise.ts';
import { shortId } from './subject.ts';
import { countText, durationText } from './units.ts';
import { timestamp } from './when.ts';

const NAME_CHARS = 100;
const SAID_CHARS = 300;

export function budgetText(report: BudgetReport): string {
  const { host, falseAlarmsPerMonth, mail, digest, certain, waiting } = report;
  const blocks = [
    [
      `linesman on ${visible(host, NAME_CHARS)}: ${alarms(falseAlarmsPerMonth)} in 30 days accepted by mail (falseAlarmsPerMonth)`,
      sofarText(report),
    ],
    potLines('BY MAIL', mail),
    potLines(waiting.isOff ? 'MAILED TO NOBODY (digest: off)' : 'IN DIGESTS', digest),
    certainLines(certain),
    waitingLines(waiting),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function sofarText({ judgedMs, mail, digest }: BudgetReport): string {
  if (mail.tests.length + digest.tests.length === 0) return 'No test has had anything to judge yet.';
  const mails = mail.fired.reduce((sum, one) => sum + one.mails, 0);
  const noticed = digest.fired.reduce((sum, { faults }) => sum + faults, 0);
  return [
    `Judged for ${durationText(judgedMs)}. Chance alone was to give ${aboutText(mail.expected)} by mail and ${aboutText(digest.expected)} in digests;`,
    `what these tests told, of any cause: ${counted(mails, 'mail')} and ${counted(noticed, 'line')} in digests.`,
  ].join('\n');
}

function potLines(title: string, { allowance, tests, idle, fired }: BudgetPot): readonly string[] {
  if (tests.length + idle + fired.length === 0) return [];
  const shared = tests.length === 0 ? 'no test shares it yet' : `shared equally by ${counted(tests.length, 'test')}`;
  const waiting = idle === 0 ? '' : `; ${idle} ${tests.length === 0 ? '' : 'more '}had nothing to judge yet`;
  const rows = tests.map((test, index) => rowOf(test, isFirst(tests, index) ? fired : []));
  const names = new Set(tests.map(({ watch }) => watch));
  const gone = fired.filter(({ watch }) => !names.has(watch));
  return [
    `${title}: ${alarms(allowance)} in 30 days, ${shared}${waiting}`,
    ...(rows.length === 0 ? [] : table([HEAD, ...rows])),
    ...gone.map((one) => `  ${visible(one.watch, NAME_CHARS)}: ${firedText(one)}`),
  ];
}

const HEAD = ['watch', 'source', 'share', 'speaks from', 'last 30 days'];

/** What fired is known by watch only, so it stands beside the first source of one. */
function isFirst(tests: readonly BudgetTest[], index: number): boolean {
  return tests[index - 1]?.watch !== tests[index]?.watch;
}

function rowOf({ watch, source, labels, share, score }: BudgetTest, fired: readonly BudgetFired[]): readonly string[] {
  const came = fired.find((one) => one.watch === watch);
  return [
    visible(watch, NAME_CHARS),
    visible(source, NAME_CHARS),
    labels === 1 ? shareText(share) : `${shareText(share)} x ${labels}`,
    score === undefined ? '' : `score ${score.toFixed(1)}, once in ${onceIn(score)}`,
    came ? firedText(came) : '',
  ];
}

function certainLines(certain: readonly BudgetFired[]): readonly string[] {
  if (certain.length === 0) return [];
  const rows = certain.map((one) => [visible(one.watch, NAME_CHARS), firedText(one)]);
  return ['FIXED LIMITS, or watches that are gone: they spend nothing', ...table(rows)];
}

/** Sentences are harmless already, and are made so once more. */
function waitingLines({ isOff, since, timezone, noticed, noticedMore }: BudgetWaiting): readonly string[] {
  if (noticed.length === 0) return [];
  const from = since === undefined ? '' : ` since ${timestamp(since, timezone)}`;
  const title = isOff
    ? `NOTICED${from}, and mailed to nobody (digest: off)`
    : `NOTICED${from}, and waiting for the next digest`;
  const rows = noticed.map((one) => {
    const lasted = one.endedAt === undefined ? 'goes on' : `for ${durationText(one.endedAt - one.since)}`;
    return `  ${timestamp(one.since, timezone)}, ${lasted}: ${visible(one.said, SAID_CHARS)} (linesman why ${shortId(one.fault)})`;
  });
  return [title, ...rows, ...(noticedMore === 0 ? [] : [`  and ${countText(noticedMore)} before that`])];
}

function firedText({ faults, mails }: BudgetFired): string {
  return `${counted(faults, 'fault')}, ${counted(mails, 'mail')}`;
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function aboutText(count: number): string {
  return count < 0.01 ? 'less than 0.01' : `about ${countText(count)}`;
}

function shareText(share: number): string {
  return String(Number(share.toPrecision(2)));
}

function alarms(count: number): string {
  return counted(count, 'false alarm');
}

function counted(count: number, noun: string): string {
  return `${count < 1 && count > 0 ? shareText(count) : countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
