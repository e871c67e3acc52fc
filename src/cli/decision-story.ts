/** A story that is one decision: written by `linesman export`, decided again by `linesman test`. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECISION_FILE } from '../app/replay/stories.ts';
import { type Decision, decodeDecision } from '../core/detect/decision.ts';
import { pack } from '../core/detect/packed.ts';
import { redactDecision } from '../core/detect/redacted.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { decisionLine } from '../core/render/decision-line.ts';
import { againOf } from './decided.ts';

/** Throws UserError where the folder is there already, or the decision comes out otherwise without what was taken out. */
export async function writeDecisionStory(whole: Decision, folder: string): Promise<void> {
  const decision = redactDecision(whole);
  const again = await againOf(decision);
  if (typeof again === 'string') throw new UserError('INPUT', again);
  if (!again.isSame)
    throw new UserError(
      'INPUT',
      'Without the texts that name somebody it would be decided otherwise, so nothing was written: send the mail instead.',
    );
  await mkdir(folder).catch((cause: unknown) => {
    throw new UserError('INPUT', `${folder} cannot be made (${messageOf(cause)}): name a new folder`, { cause });
  });
  try {
    await writeFile(join(folder, DECISION_FILE), pack(decision));
    await writeFile(join(folder, 'story.md'), storyText(decision));
    await writeFile(join(folder, 'expected.txt'), `${decisionLine(decision, decision.said)}\n`);
  } catch (cause) {
    // Half a story would be taken for one: the folder is ours, it was not there before.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    throw new UserError(
      'INPUT',
      `${folder} cannot be written (${messageOf(cause)}), and nothing of it was left: name a folder on a disk with room`,
      { cause },
    );
  }
}

/** What is told of it now. */
export async function decidedLines(file: string): Promise<readonly string[]> {
  const decision = decodeDecision(await readFile(file));
  if (!decision) throw new UserError('INPUT', `${file} is no decision: linesman export writes one`);
  const again = await againOf(decision);
  return typeof again === 'string' ? [again] : [decisionLine(decision, again.said)];
}

function storyText({ watch, by, to, calls }: Decision): string {
  return `# ${watch.name}

Exported by linesman ${by}: what its detector \`${watch.detector}\` was told (${calls.length} answers, what it had learnt, its options) when a fault
became ${to}. Label values, keys and texts of logs are placeholders, one thing the same everywhere. Say here what was wrong with it.
`;
}
