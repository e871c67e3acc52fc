/** What is told of a data folder that cannot be used: without state there is no outbox, and linesman ends. */
import { stableId } from '../../core/hash.ts';
import type { HostFacts } from '../../core/ports.ts';
import { remedyLine, type State } from '../../core/reading/state.ts';
import { headerText } from '../../core/render/sanitise.ts';
import { SUBJECT_CHARS, shortId } from '../../core/render/subject.ts';
import type { Finding, MailModel, Notification } from '../../core/types.ts';

export const DATA_FOLDER = 'linesman.data_folder';

const DAY_MS = 86_400_000;
/** There is no p-value: it is so or not. */
const CERTAIN_SCORE = 999;

export interface DataFolderTelling {
  readonly transition: 'firing' | 'resolved';
  readonly facts: HostFacts;
  readonly receiver: string;
  /** When it was told first; its day makes the id, so that mails of one day are one to whoever sorts out doubles. */
  readonly since: number;
  readonly at: number;
  readonly state?: State | undefined;
}

export function dataFolderNotification(telling: DataFolderTelling): Notification {
  const { transition, receiver, at, since, facts } = telling;
  const faultId = stableId(facts.host, DATA_FOLDER, Math.floor(since / DAY_MS));
  const id = stableId(faultId, transition, receiver);
  const root = stableId(faultId, 'firing', receiver);
  return { id, root, receiver, at, model: modelOf(telling, faultId) };
}

function modelOf({ transition, facts, since, at, state }: DataFolderTelling, faultId: string): MailModel {
  const host = headerText(facts.host, 40);
  const subject = `[linesman critical] ${host} Data folder cannot be written #${shortId(faultId)}`;
  const finding = findingAt(since, at);
  return {
    ...{ transition, severity: 'critical', host: facts.host, faultId, since, at, finding, peak: finding },
    ...{ timezone: facts.timezone, version: facts.version, watch: DATA_FOLDER, source: 'machine', labels: {} },
    subject: headerText(subject, SUBJECT_CHARS),
    ...(transition === 'resolved' && { resolvedAt: at }),
    ...PROSE[transition],
    evidence: state ? [state.sentence, ...state.remedy.map(remedyLine)] : [],
    ...{ contributors: [], evidenceMore: 0, together: [], timeline: [], complete: true },
  };
}

const PROSE: Readonly<Record<DataFolderTelling['transition'], Pick<MailModel, 'title' | 'why' | 'whatToDo'>>> = {
  firing: {
    title: 'linesman does not run: its data folder cannot be written.',
    why: 'Without the folder it would forget what it has counted and told, so it ends instead. Until it can be written nothing of this host is watched, and nothing else is told.',
    whatToDo:
      'The lines above say whose folder it is and how to mend that.\nThen start linesman again; it reads on where it stopped.\nThis is told once a day at most, however often it is started meanwhile.',
  },
  resolved: {
    title: 'The data folder can be written again, and linesman runs.',
    why: 'Until now nothing of this host was watched. Lines that were written meanwhile are read now, as far as they are still there.',
    whatToDo: 'Nothing.',
  },
};

/** It says neither a window nor a number: it is so. */
function findingAt(since: number, at: number): Finding {
  return {
    ...{ watch: DATA_FOLDER, source: 'machine', series: DATA_FOLDER, labels: {}, time: at, since },
    ...{ value: 1, expected: 0, limit: 1, unit: 'count', windowMs: 0, score: CERTAIN_SCORE, urgent: true },
  };
}
