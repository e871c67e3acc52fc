/** Logs that carry a number of their own, and one that says something new: stories of own patterns and of templates. */
import { chance } from '../detectors/traffic.ts';
import { fileOf, type Line, pick } from './fixture-lines.ts';
import { DAY, type Files } from './fixture-stories.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A day in which a backup comes and goes; from two in the night on a log grows by 4% of the disk an hour, until it is cut at ten. */
export function diskFills(): Files {
  const start = DAY - 24 * HOUR;
  const [from, to] = [DAY + 2 * HOUR, DAY + 10 * HOUR];
  const random = chance(41);
  const lines: Line[] = [];
  for (let time = start; time < to + 3 * HOUR; time += MINUTE) {
    const grown = time < from || time >= to ? 0 : (4 * (time - from)) / HOUR;
    const used = 58 + backup(time - start) + grown + 0.2 * random();
    lines.push({ time, text: `${new Date(time).toISOString()} mount=/var used=${used.toFixed(2)}` });
  }
  return { 'disk.log.gz': fileOf(lines) };
}

/** 5% from one at night to three, within the quarter of an hour that writing it takes. */
function backup(sinceMidnight: number): number {
  const hour = (sinceMidnight / HOUR) % 24;
  if (hour < 1 || hour >= 3) return 0;
  return Math.min(1, (hour - 1) * 4) * 5;
}

/** Six hours of workers that say how many of them there are; at 04:12 one of eight is gone for half an hour. */
export function lostWorker(): Files {
  const [from, to] = [DAY + 4 * HOUR + 12 * MINUTE, DAY + 4 * HOUR + 42 * MINUTE];
  const lines: Line[] = [];
  for (let time = DAY; time < DAY + 6 * HOUR; time += 30_000) {
    const workers = time >= from && time < to ? 7 : 8;
    lines.push({ time, text: `${new Date(time).toISOString()} queue: ${workers} workers` });
  }
  return { 'queue.log.gz': fileOf(lines) };
}

/** Thirty hours of a shop whose errors are always the same two; then a certificate runs out, and orders fail for that. */
export function newError(): Files {
  const random = chance(42);
  const begun = DAY + 27 * HOUR + 10 * MINUTE;
  const lines: Line[] = [];
  for (let time = DAY; time < DAY + 30 * HOUR; time += 10_000) {
    const at = time + Math.floor(random() * 10_000);
    const order = 1_000 + Math.floor(random() * 9_000);
    if (time >= begun && random() < 0.012)
      lines.push(said(at, 'ERROR', 'payment', `order ${order}: certificate of pay.example.net has expired`));
    else lines.push(usual(at, order, random));
  }
  return { 'shop.log.gz': fileOf(lines) };
}

/** Cards are declined six times in ten hours; from 01:05 to 03:30 on the second day fifty times as often. */
export function knownError(): Files {
  const random = chance(43);
  const storm = { from: DAY + 25 * HOUR + 5 * MINUTE, to: DAY + 27 * HOUR + 30 * MINUTE };
  const lines: Line[] = [];
  for (let time = DAY; time < DAY + 28.5 * HOUR; time += 2_500) {
    const at = time + Math.floor(random() * 2_500);
    const order = 1_000 + Math.floor(random() * 9_000);
    const declined = time >= storm.from && time < storm.to ? 0.0208 : 0.000417;
    if (time === DAY || random() < declined)
      lines.push(said(at, 'ERROR', 'payment', `order ${order}: card was declined`));
    else if (random() < 0.01) lines.push(said(at, 'ERROR', 'mail', `order ${order}: no such mailbox at example.org`));
    else lines.push(said(at, 'INFO', 'cart', `${pick(['added', 'removed', 'paid', 'packed'], random)} ${order}`));
  }
  return { 'shop.log.gz': fileOf(lines) };
}

function usual(time: number, order: number, random: () => number): Line {
  const drawn = random();
  if (drawn < 0.02) return said(time, 'ERROR', 'payment', `order ${order}: card was declined`);
  if (drawn < 0.03) return said(time, 'ERROR', 'mail', `order ${order}: no such mailbox at mx${order % 7}.example.org`);
  return said(time, 'INFO', 'cart', `${pick(['added', 'removed', 'paid', 'packed'], random)} ${order}`);
}

function said(time: number, level: string, logger: string, message: string): Line {
  const stamp = new Date(time).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');
  return { time, text: `${stamp} ${level} shop.${logger}: ${message}` };
}
