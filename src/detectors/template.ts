/** Finds kinds of messages that a log never had: by their templates, once it is known which ones it usually has. */
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import { createNoveltyBook, judgeNovelty, type NoveltyBook, WARM_UP_MS } from '../core/detect/template/novelty.ts';
import { subjectOfNews } from '../core/detect/template/subject.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

const STEP_MS = 10_000;
const FIELD = 'template';

interface TemplateOptions {
  readonly series: string;
  readonly fatal?: string;
  readonly atLeast: number;
  readonly perDay: number;
  readonly warmUp: number;
}

export const detector: DetectorPlugin = {
  name: 'template',
  describe: 'Messages of a kind that a log never had.',
  options: {
    series: {
      type: 'series',
      describe: 'Series to judge; `template` must be one of its tops.',
      example: 'log.errors',
    },
    fatal: {
      type: 'series',
      describe: 'Series with the worst of these lines, with such tops too: of them one is enough.',
      example: 'log.errors.fatal',
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
      describe: 'Time that is learnt before anything is new.',
      example: '2d',
      default: WARM_UP_MS,
      min: 3_600_000,
      max: 30 * 24 * 3_600_000,
    },
  },
  compile(given) {
    const options = given as unknown as TemplateOptions;
    return createTemplateRunner(options);
  },
};

function createTemplateRunner(options: TemplateOptions): DetectorRunner {
  const { series, fatal } = options;
  return {
    inputs: fatal === undefined ? [series] : [series, fatal],
    everyMs: STEP_MS,
    onGrid: true,
    judge: (input) => judge(options, input),
  };
}

function judge(options: TemplateOptions, { now, source, view, baseline, open }: JudgeInput): Judgement {
  const { series, fatal } = options;
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
