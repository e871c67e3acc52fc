/** Whether a name leads where it should: asks a name server itself, past the caches and /etc/hosts of this machine. */
import type { CheckPlugin } from '../core/check.ts';
import { createAnswers } from './dns/answers.ts';
import { causesOf, troubleSaid } from './dns/causes.ts';
import { judge } from './dns/judge.ts';
import { lookUp } from './dns/look-up.ts';
import { OPTIONS } from './dns/options.ts';
import { settingsOf } from './dns/settings.ts';

export const check: CheckPlugin = {
  name: 'dns',
  describe: 'Whether a name has the right records.',
  options: OPTIONS,
  everyMs: 60_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { now }) => {
    const settings = settingsOf(options);
    const { type, name, server } = settings;
    const answers = createAnswers();
    return {
      target: server === undefined ? `${type} of ${name}` : `${type} of ${name} at ${server}`,
      causes: causesOf(settings),
      run: async (signal) => {
        const answer = await lookUp(settings, signal);
        if ('cause' in answer) return { cause: answer.cause, said: troubleSaid(answer, settings) };
        return judge(answer, settings, answers.take(answer.records, now()));
      },
    };
  },
};
