/** The rows of a mail that put what is wrong in numbers: now, usual, limit, how sure; of a check its readings. */
import { lossText } from '../reading/losses.ts';
import type { MailModel } from '../types.ts';
import { varietiesText } from './explained-by.ts';
import { isOfCheck } from './fault-title.ts';
import { countText, durationText, valueText } from './units.ts';
import { clock, timestamp } from './when.ts';
import { agreeingText, isNew, limitText, nowText, rankText, sureText, usualText, worstText } from './wording.ts';

export type Facts = readonly (readonly [name: string, text: string])[];

type Row = readonly [name: string, text: string | undefined];

/** Name and text of each row, in their order. */
export function factsOf(model: MailModel): Facts {
  const { transition, finding, peak, since, resolvedAt, timezone, detector } = model;
  const isOver = transition === 'resolved';
  if (isOfCheck(detector, finding) || model.isState) return withText(checkRows(model));
  // Without a window and a number there is nothing to compare: it is so, or it is over.
  if (finding.windowMs === 0 && finding.unit === 'count' && detector !== 'change') return [];
  const now = { finding, detector };
  const worst = { finding: peak, detector };
  const hasWorst = isOver || valueText(peak.value, peak.unit) !== valueText(finding.value, finding.unit);
  const rows: readonly Row[] = [
    // Of what is new the title says all.
    ['Now', isOver || isNew(now) ? undefined : nowText(now)],
    ['At worst', hasWorst ? `${worstText(worst)}, ${atText(peak.time, model)}` : undefined],
    // Of the worst where that is told: a longer window has more events.
    ['Usual', usualText(isOver ? worst : now)],
    ['Limit', isOver ? undefined : limitText(now)],
    ['Rank', rankText(isOver ? worst : now)],
    ['Full', fullAtOf(model)],
    ['How sure', isOver ? undefined : sureText(now)],
    ['', isOver ? undefined : agreeingText(now)],
    ['Before', finding.isRepeat ? 'as odd in an earlier fault: it is unusual for normal days only' : undefined],
    ['Began', isOver ? timestamp(since, timezone) : undefined],
    ['Well since', isOver && resolvedAt !== undefined ? timestamp(resolvedAt, timezone) : undefined],
    ['In all', totalText(model)],
    ['Counted', model.complete ? undefined : `NOT everything: ${lostText(model)}, so the numbers may be too small`],
  ];
  return withText(rows);
}

function withText(rows: readonly Row[]): Facts {
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** 'at 03:12:05', with the day where it is not that on which it began. */
function atText(time: number, { since, timezone }: MailModel): string {
  const [at, began] = [timestamp(time, timezone), timestamp(since, timezone)];
  return `at ${at.slice(0, 10) === began.slice(0, 10) ? clock(time, timezone) : at}`;
}

/** '62 bad of 500 since 03:12:05, from about 41 clients'; nothing where it is what stands under Now. */
function totalText(model: MailModel): string | undefined {
  const { badTotal, allTotal, since, timezone, finding, transition } = model;
  if (badTotal === undefined) return undefined;
  const varieties = varietiesText(model);
  const isSaid = transition !== 'resolved' && finding.whole === undefined && badTotal === finding.value;
  if (isSaid && varieties === '') return undefined;
  const bad = finding.whole === undefined ? '' : ' bad';
  const all = allTotal === undefined || allTotal < badTotal ? '' : ` of ${countText(allTotal)}`;
  return `${countText(badTotal)}${bad}${all} since ${clock(since, timezone)}${varieties}`;
}

function fullAtOf({ transition, finding, timezone }: MailModel): string | undefined {
  if (finding.fullAt === undefined || transition === 'resolved') return undefined;
  return `about ${timestamp(finding.fullAt, timezone).replace(/:\d\d /, ' ')}`;
}

/** Of a check and of a state there is no value and no limit: it is so or not. */
function checkRows(model: MailModel): readonly Row[] {
  const { transition, since, resolvedAt, timezone } = model;
  const isOver = transition === 'resolved';
  return [
    ['Readings', readingsText(model)],
    ['Last well', lastWellText(model)],
    ['Began', isOver ? timestamp(since, timezone) : undefined],
    ['Well since', isOver && resolvedAt !== undefined ? timestamp(resolvedAt, timezone) : undefined],
  ];
}

/** '2 of the last 3 failed, within 30 s; asked every 15 s'; where it is over '16 of 18 failed since 03:12:05; asked every 15 s'. */
function readingsText({ readings, transition, since, timezone }: MailModel): string | undefined {
  if (readings === undefined) return undefined;
  const { failed, of, withinMs, everyMs } = readings;
  const every = everyMs === undefined ? '' : `; asked every ${durationText(everyMs)}`;
  if (transition === 'resolved')
    return `${countText(failed)} of ${countText(of)} failed since ${clock(since, timezone)}${every}`;
  if (of === 1) return `the last one failed${every}`;
  const which = failed === of ? `the last ${of}` : `${failed} of the last ${of}`;
  return `${which} failed${withinMs === undefined ? '' : `, within ${durationText(withinMs)}`}${every}`;
}

/** '03:11:50, 15 s before'. */
function lastWellText(model: MailModel): string | undefined {
  const lastWell = model.readings?.lastWell;
  if (lastWell === undefined || model.transition === 'resolved') return undefined;
  return `${atText(lastWell, model).slice('at '.length)}, ${durationText(model.since - lastWell)} before`;
}

export function lostText({ reading }: MailModel): string {
  return (reading && lossText(reading.lost)) || 'lines were lost on the way';
}
