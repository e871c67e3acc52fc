/** How the level detector does on real service metrics; service-score.ts says what counts. */
import { linesChart } from './charts.ts';
import { atLeast, missing, type Part } from './goal.ts';
import { readServiceMetrics } from './labelled-series.ts';
import { levelScores } from './level-scores.ts';
import { recallAt, scoreService } from './service-score.ts';

const AREA_GOAL = 0.55;
/** False alarms a series-week, and the recall wanted at them. */
const RECALLS = [
  { falseRate: 0.1, goal: undefined },
  { falseRate: 0.3, goal: 0.5 },
  { falseRate: 1, goal: 0.7 },
];

export const service: Part = {
  name: 'service',
  weight: { full: 3, quick: 3 },
  setting: 'level detector as shipped, one score a row, one threshold over all series',
  run: ({ data, say, chart }) => {
    const series = data === undefined ? undefined : readServiceMetrics(data);
    if (series === undefined) return missing('service metrics', data);
    const result = scoreService(
      series,
      series.map((one) => levelScores(one)),
    );
    say(`${series.length} series, ${result.events} events, ${result.seriesWeeks.toFixed(0)} series-weeks`);
    const points = result.curve.map(({ recall, precision }) => [recall, precision] as const);
    chart(
      'service',
      linesChart({ title: 'Service metrics', x: 'recall', y: 'precision' }, [{ name: 'level detector', points }]),
    );
    const recalls = RECALLS.map(({ falseRate, goal }) => {
      const what = `service metrics, recall at ${falseRate} false alarms a series-week`;
      const recall = recallAt(result, falseRate);
      return goal === undefined ? { what, goal: '', measured: recall.toFixed(3) } : atLeast(what, recall, goal, 3);
    });
    return [atLeast('service metrics, area under precision and recall', result.area, AREA_GOAL, 3), ...recalls];
  },
};
