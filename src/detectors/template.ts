/** Finds kinds of messages that a log never had, or that come far more often than they did: by their templates. */
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import { createMoreBook, judgeMore, type MoreBook, type MoreOptions, moreLimit } from '../core/detect/template/more.ts';
import { createNoveltyBook, judgeNovelty, type NoveltyBook, WARM_UP_MS } from '../core/detect/template/novelty.ts';
import { subjectOfMore, subjectOfNews } from '../core/detect/template/subject.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
const FIELD = 'template';

interface TemplateOptions extends MoreOptions {
  readonly series: string;
  readonly tell: 'new' | 'more';
  readonly fatal?: string;
  readonly whole?: string;
  readonly atLeast: number;
  readonly perDay: number;
}

export const detector: DetectorPlugin = {
  name: 'template',
  describe: 'Messages of a kind that a log never had, or of a known kind far more often than usual.',
  options: {
    series: {
      type: 'series',
      describe: 'Series to judge; `template` must be one of its tops.',
      example: 'log.errors',
    },
    tell: {
      type: 'choice',
      describe: 'What is told: kinds that are new, or known ones that come far more often.',
      example: 'more',
      default: 'new',
      choices: ['new', 'more'],
    },
    fatal: {
      type: 'series',
      describe: 'Series with the worst of these lines, with such tops too: of them one is enough.',
      example: 'log.errors.fatal',
      optional: true,
    },
    whole: {
      type: 'series',
      describe: 'Series of all lines of such logs: what is new is learnt from the first of them on.',
      example: 'log.lines',
      optional: true,
    },
    atLeast: {
      type: 'integer',
      describe: 'Lines within a day that make a new kind worth telling.',
      example: 5,
      default: 3,
      min: 1,
      max: 1_000,
    },
    perDay: {
      type: 'integer',
      describe: 'Findings within 24 hours; what is new beyond them is told together with the next.',
      example: 2,
      default: 5,
      min: 1,
      max: 100,
    },
    warmUp: {
      type: 'duration',
      describe: 'Time that is learnt before anything is told.',
      example: '2d',
      default: WARM_UP_MS,
      min: HOUR_MS,
      max: 30 * 24 * HOUR_MS,
    },
    minTimes: {
      type: 'number',
      describe: 'Where more is told: at least this many times the usual hour.',
      example: 20,
      default: 10,
      min: 2,
      max: 1_000,
    },
    minCount: {
      type: 'integer',
      describe: 'Where more is told: lines within an hour that it is at least.',
      example: 50,
      default: 20,
      min: 5,
      max: 1_000_000,
    },
    score: {
      type: 'number',
      describe:
        'Where more is told: -log10 of the chance from which it is a finding; without it, what falseAlarmsPerMonth allows.',
      example: 6,
      optional: true,
      min: 2,
      max: 300,
    },
  },
  compile(given) {
    const options = given as unknown as TemplateOptions;
    return createTemplateRunner(options);
  },
};

function createTemplateRunner(options: TemplateOptions): DetectorRunner {
  const { series, fatal, whole, tell, score } = options;
  const onGrid = { everyMs: STEP_MS, onGrid: true };
  if (tell === 'new') {
    return {
      ...onGrid,
      inputs: [series, fatal, whole].filter((input) => input !== undefined),
      judge: (input) => judgeNew(options, input),
    };
  }
  return {
    ...onGrid,
    inputs: [series],
    spends: score === undefined,
    limitAt: (budget) => moreLimit(options, budget),
    judge: (input) => judgeRates(options, input),
  };
}

function judgeRates(options: TemplateOptions, { now, source, view, baseline, budget, open }: JudgeInput): Judgement {
  const { series } = options;
  const before = (baseline as MoreBook | undefined) ?? createMoreBook(now - STEP_MS);
  const hasLines = view.count(series, now - STEP_MS, now) > 0;
  const entries = hasLines ? view.top(series, FIELD, now - STEP_MS, now) : [];
  const { verdict, book, found, score, note } = judgeMore(before, { now, entries, budget, isOpen: open }, options);
  const [first, ...others] = found;
  if (first === undefined) return { verdict, score, note, baseline: book };
  const since = Math.floor(now / HOUR_MS) * HOUR_MS - STEP_MS;
  const windowMs = now - since;
  // The part of the hour so far holds as much of what is usual.
  const expected = (first.usual * windowMs) / HOUR_MS;
  return {
    verdict,
    score,
    baseline: book,
    finding: {
      ...{ source, series, labels: {}, time: now, unit: 'count', score: first.score, urgent: false, since },
      ...{ value: first.lines, expected, limit: first.limit, windowMs },
      subject: subjectOfMore(first.template, others.length),
    },
  };
}

function judgeNew(options: TemplateOptions, { now, source, view, baseline, open }: JudgeInput): Judgement {
  const { series, fatal, whole } = options;
  // A source that was read for weeks says nothing of a log that is new in it.
  if (baseline === undefined && whole !== undefined && view.count(whole, now - STEP_MS, now) === 0) {
    return { verdict: 'unclear', baseline, note: 'learns from the first line of such a log on' };
  }
  const book = (baseline as NoveltyBook | undefined) ?? createNoveltyBook(now - STEP_MS);
  const hasLines = view.count(series, now - STEP_MS, now) > 0;
  const entriesOf = (of: string) => (hasLines ? view.top(of, FIELD, now - STEP_MS, now) : []);
  const fatals = fatal === undefined ? [] : entriesOf(fatal).map(([template]) => template);
  const step = { now, entries: entriesOf(series), fatal: new Set(fatals), isOpen: open };
  const judged = judgeNovelty(book, step, options);
  const [first, ...others] = judged.news;
  if (first === undefined) {
    return { verdict: judged.isLearning ? 'unclear' : 'well', baseline: judged.book, note: judged.note };
  }
  return {
    verdict: 'bad',
    baseline: judged.book,
    finding: {
      ...{ source, series, labels: {}, time: now, unit: 'count', score: CERTAIN_SCORE, urgent: true },
      since: Math.min(first.first, ...others.map((kind) => kind.first)) - STEP_MS,
      value: first.count,
      expected: 0,
      limit: first.isFatal ? 1 : options.atLeast,
      windowMs: now - first.first + STEP_MS,
      subject: subjectOfNews(first.template, others.length),
    },
  };
}
