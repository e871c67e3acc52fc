/**
 * New errors in logs of drawn applications: 40 places that log errors as they always did, from hundreds a day to one a week, and
 * places that begin later, as after a deployment. New is a place whose first line comes after a day and that logs three lines
 * within a day of it; a finding that holds no such place, or only ones that were told, is false.
 */
import { covers, wordsOf } from '../../../src/core/detect/template/likeness.ts';
import { createNoveltyBook, judgeNovelty, WARM_UP_MS } from '../../../src/core/detect/template/novelty.ts';
import { toTemplate } from '../../../src/core/observe/template.ts';
import { chance } from '../../detectors/traffic.ts';
import { atLeast, type GoalRow, type Part } from './goal.ts';
import { type Place, writePlace } from './said-errors.ts';
import type { Random } from './said-values.ts';

const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS = 8;
const USUAL_PLACES = 40;
const NEW_PLACES = 6;
const APPLICATIONS = { full: 80, quick: 20 };
/** As shipped: a fault of an event is over after a minute. */
const OPEN_MS = MINUTE_MS;
const OPTIONS = { atLeast: 3, perDay: 5, warmUp: WARM_UP_MS };

interface Said {
  readonly time: number;
  readonly place: number;
  readonly template: string;
}

interface NewTemplateScore extends LogScore {
  readonly applications: number;
}

interface LogScore {
  readonly isNew: number;
  readonly found: number;
  readonly findings: number;
  readonly falseFindings: number;
  /** Templates that are one place each, of all places that spoke. */
  readonly mixed: readonly string[];
}

export const templates: Part = {
  name: 'templates',
  weight: { full: 45, quick: 11 },
  setting: `${USUAL_PLACES} usual and ${NEW_PLACES} new places that log errors, ${DAYS} days, options as shipped`,
  run: async ({ isQuick, say, goOn }) =>
    scoreRows(await scoreApplications(isQuick ? APPLICATIONS.quick : APPLICATIONS.full, say, goOn)),
};

function scoreRows({ applications, isNew, found, findings, falseFindings }: NewTemplateScore): readonly GoalRow[] {
  if (applications === 0) return [{ what: 'new template', goal: '', measured: 'not measured: time was up' }];
  const recall = atLeast('new template, recall (%)', (100 * found) / isNew, 92, 1);
  const precision = atLeast('new template, precision (%)', (100 * (findings - falseFindings)) / findings, 90, 1);
  return [
    { ...recall, measured: `${recall.measured} (of ${isNew} in ${applications} applications)` },
    { ...precision, measured: `${precision.measured} (of ${findings} findings)` },
  ];
}

async function scoreApplications(
  applications: number,
  say: (text: string) => void,
  goOn: () => Promise<boolean> = async () => true,
): Promise<NewTemplateScore> {
  const sum = { applications: 0, isNew: 0, found: 0, findings: 0, falseFindings: 0, mixed: [] as string[] };
  for (let seed = 1; seed <= applications && (await goOn()); seed += 1) {
    const one = scoreLog(drawLog(chance(seed)));
    sum.applications = seed;
    sum.isNew += one.isNew;
    sum.found += one.found;
    sum.findings += one.findings;
    sum.falseFindings += one.falseFindings;
    sum.mixed.push(...one.mixed);
  }
  say(
    `${sum.applications} applications, ${sum.found} of ${sum.isNew} found, ${sum.falseFindings} of ${sum.findings} false`,
  );
  return sum;
}

/** Lines in order of time. */
function drawLog(random: Random): readonly Said[] {
  const said: Said[] = [];
  const places = writePlaces(random);
  const speak = (place: number, time: number) => {
    const { say } = places[place] as Place;
    if (time < DAYS * DAY_MS) said.push({ time, place, template: toTemplate(say(random)) });
  };
  for (let place = 0; place < USUAL_PLACES; place += 1) {
    const everyMs = DAY_MS / 10 ** (random() * 3.3 - 0.9);
    for (let time = gap(random, everyMs); time < DAYS * DAY_MS; time += gap(random, everyMs)) {
      // Whatever fails is often tried again at once.
      do speak(place, time);
      while (random() < 0.3);
    }
  }
  for (let place = 0; place < NEW_PLACES; place += 1) {
    let time = DAY_MS * (1.2 + random() * (DAYS - 2.2));
    const lines = Math.floor(3 + 40 * random() ** 2);
    for (let line = 0; line < lines; line += 1) {
      speak(USUAL_PLACES + place, time);
      time += gap(random, 5 * MINUTE_MS);
    }
  }
  return said.sort((a, b) => a.time - b.time);
}

function writePlaces(random: Random): readonly Place[] {
  const places = new Map<string, Place>();
  while (places.size < USUAL_PLACES + NEW_PLACES) {
    const place = writePlace(random);
    places.set(place.name, place);
  }
  return [...places.values()];
}

function gap(random: Random, meanMs: number): number {
  return -Math.log(1 - random()) * meanMs;
}

function scoreLog(said: readonly Said[]): LogScore {
  const first = new Map<number, number>();
  const early = new Map<number, number>();
  for (const { time, place } of said) {
    if (!first.has(place)) first.set(place, time);
    if (time - (first.get(place) as number) < DAY_MS) early.set(place, (early.get(place) ?? 0) + 1);
  }
  const isNew = new Set(
    [...first].filter(([place, time]) => time >= WARM_UP_MS && (early.get(place) ?? 0) >= 3).map(([place]) => place),
  );
  const placesOf = new Map<string, Set<number>>();
  const found = new Set<number>();
  let findings = 0;
  const mixed: string[] = [];
  for (const news of tellAll(said, placesOf)) {
    findings += 1;
    const places = news
      .flatMap((template) => placesLike(template, placesOf))
      .filter((place) => isNew.has(place) && !found.has(place));
    if (places.length === 0) mixed.push(news.join(' & '));
    for (const place of places) found.add(place);
  }
  return { isNew: isNew.size, found: found.size, findings, falseFindings: mixed.length, mixed };
}

/** Templates of each finding. `placesOf` learns which places have which. */
function* tellAll(said: readonly Said[], placesOf: Map<string, Set<number>>): Generator<readonly string[]> {
  let book = createNoveltyBook(0);
  let openUntil = 0;
  for (let at = 0; at < said.length; ) {
    const now = (Math.floor((said[at] as Said).time / STEP_MS) + 1) * STEP_MS;
    const counts = new Map<string, number>();
    for (; at < said.length && (said[at] as Said).time < now; at += 1) {
      const { template, place } = said[at] as Said;
      counts.set(template, (counts.get(template) ?? 0) + 1);
      placesOf.set(template, (placesOf.get(template) ?? new Set()).add(place));
    }
    const step = { now, entries: [...counts], fatal: new Set<string>(), isOpen: now < openUntil };
    const judged = judgeNovelty(book, step, OPTIONS);
    book = judged.book;
    if (judged.news.length === 0) continue;
    openUntil = now + OPEN_MS;
    yield judged.news.map(({ template }) => template);
  }
}

function placesLike(template: string, placesOf: ReadonlyMap<string, ReadonlySet<number>>): readonly number[] {
  const words = wordsOf(template);
  return [...placesOf].filter(([one]) => covers(words, wordsOf(one))).flatMap(([, places]) => [...places]);
}

if (process.argv[1] === import.meta.filename) {
  const score = await scoreApplications(Number(process.argv[2] ?? APPLICATIONS.quick), (text) => console.log(text));
  for (const { what, measured, goal } of scoreRows(score)) console.log(`${what}: ${measured}, goal ${goal}`);
  if (process.argv[3] === 'false') for (const template of score.mixed) console.log(`  ${template}`);
}
