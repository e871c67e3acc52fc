/** Is the shipped setting a lucky draw? Thirty settings with every constant drawn within 30% of it, on the same data. */
import { chance } from '../../detectors/traffic.ts';
import { median } from '../statistics.ts';
import { atLeast, type GoalRow, missing, type Part } from './goal.ts';
import { readNab, readServiceMetrics } from './labelled-series.ts';
import { type LevelModule, levelScores } from './level-scores.ts';
import { LEVEL_CONSTANTS, levelVariant } from './level-variants.ts';
import { nabResults } from './nab.ts';
import { NAB_PROFILES } from './nab-score.ts';
import { scoreService } from './service-score.ts';

const SETTINGS = { full: 30, quick: 5 };
const AROUND = 0.3;
const AREA_GOAL = 0.56;
const NAB_WITHIN = 3;

export const robustness: Part = {
  name: 'robustness',
  weight: { full: 60, quick: 12 },
  setting: `${SETTINGS.full} settings of ${LEVEL_CONSTANTS.length} constants of the level detector, each drawn within ${100 * AROUND}%`,
  run: async ({ data, isQuick, say, goOn }) => {
    const nab = data === undefined ? undefined : readNab(data);
    const service = data === undefined ? undefined : readServiceMetrics(data);
    if (nab === undefined || service === undefined) return missing('robustness of the setting', data);
    const measure = (level?: LevelModule) => ({
      nab: nabResults(
        nab,
        nab.map((one) => levelScores(one, level)),
      ).map(({ score }) => score),
      area: scoreService(
        service,
        service.map((one) => levelScores(one, level)),
      ).area,
    });
    const shipped = measure();
    const random = chance(2026);
    const drawn: ReturnType<typeof measure>[] = [];
    for (let at = 0; at < (isQuick ? SETTINGS.quick : SETTINGS.full) && (await goOn()); at += 1) {
      const times = LEVEL_CONSTANTS.map(() => 1 + AROUND * (2 * random() - 1));
      drawn.push(measure(await levelVariant(String(at), times)));
      say(
        `setting ${at + 1}: NAB ${drawn
          .at(-1)
          ?.nab.map((one) => one.toFixed(1))
          .join(' / ')}, area ${drawn.at(-1)?.area.toFixed(3)}`,
      );
    }
    if (drawn.length === 0)
      return [{ what: 'robustness of the setting', goal: '', measured: 'not measured: time was up' }];
    const areas = drawn.map(({ area }) => area);
    const area = atLeast(`area on service metrics, median of ${drawn.length} settings`, median(areas), AREA_GOAL, 3);
    const spread = `${Math.min(...areas).toFixed(3)} to ${Math.max(...areas).toFixed(3)}, shipped ${shipped.area.toFixed(3)}`;
    return [
      { ...area, measured: `${area.measured} (${spread})` },
      ...NAB_PROFILES.map((profile, at) =>
        nabRow(
          profile.name,
          shipped.nab[at] ?? 0,
          drawn.map((one) => one.nab[at] ?? 0),
        ),
      ),
    ];
  },
};

/** Of a lucky draw the others are far below. */
function nabRow(name: string, shipped: number, scores: readonly number[]): GoalRow {
  const middle = median(scores);
  const off = Math.abs(middle - shipped);
  const isMet = off <= NAB_WITHIN;
  return {
    what: `NAB, ${name}, median of ${scores.length} settings`,
    goal: `within ${NAB_WITHIN} of ${shipped.toFixed(1)}`,
    measured: `${middle.toFixed(1)} (${Math.min(...scores).toFixed(1)} to ${Math.max(...scores).toFixed(1)})`,
    isMet,
    distance: isMet ? undefined : `${off.toFixed(1)} off`,
  };
}
