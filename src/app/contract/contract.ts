/** Says at the start what is watched and what is not, and what of it is new when lines have shown more; kept for GET /watching. */
import { messageOf } from '../../core/errors.ts';
import type { Contract } from '../../core/reading/contract.ts';
import { contractPieces } from '../../core/render/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type GatherParts, gatherContract } from './gather.ts';

/** The first rounds have been by then. */
const FIRST_MS = 1_000;
const LOOK_EVERY_MS = 30_000;
/** It is said anew so often: a log that changes all the time must not fill ours. */
const SAID_MAX = 5;
/** Who asks for it gets one that is no older. */
const FRESH_MS = 10_000;

export interface Contracts {
  /** Says it as soon as there is time for it. */
  begin(): void;
  /** As of now, or of a moment ago. */
  latest(): Promise<Contract>;
  /** What the lines of a source do not say, as of the last one. */
  unseen(source: string): readonly string[];
  stop(): Promise<void>;
}

export function createContracts(parts: GatherParts & { readonly now: () => number; readonly log: Logger }): Contracts {
  const { now, log } = parts;
  let contract: Contract | undefined;
  let gathering: Promise<Contract> | undefined;
  let said = 0;
  /** Of what was said, and of what was gathered last. */
  let saidKey = '';
  let gatheredKey = '';
  let saidPieces: ReadonlySet<string> = new Set();
  let first: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function gather(): Promise<Contract> {
    gatheredKey = keyOf(parts);
    gathering ??= gatherContract(parts, now()).finally(() => {
      gathering = undefined;
    });
    contract = await gathering;
    return contract;
  }

  async function say(): Promise<void> {
    saidKey = keyOf(parts);
    said += 1;
    const [headline = '', ...pieces] = contractPieces(await gather());
    const news = pieces.filter((piece) => !saidPieces.has(piece));
    // Lines that come from another pattern often change nothing of what is watched.
    if (news.length === 0) return;
    saidPieces = new Set(pieces);
    for (const text of [headline, ...news]) log.info({ text }, 'What is watched');
  }

  function look(): void {
    const isNews = said === 0 || (said < SAID_MAX && keyOf(parts) !== saidKey);
    if (isNews)
      void say().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'What is watched could not be said'));
  }

  return {
    begin() {
      first = setTimeout(look, FIRST_MS);
      timer = setInterval(look, LOOK_EVERY_MS);
    },
    async latest() {
      const isFresh = contract !== undefined && now() - contract.at < FRESH_MS && keyOf(parts) === gatheredKey;
      return isFresh && contract ? contract : await gather();
    },
    unseen: (source) => contract?.sources.find(({ name }) => name === source)?.unseen ?? [],
    async stop() {
      clearTimeout(first);
      clearInterval(timer);
      await gathering?.catch(() => undefined);
    },
  };
}

/** Other patterns take lines, or there is another problem. */
function keyOf({ sources }: GatherParts): string {
  const facts = sources.map(({ engine, reader }) => {
    const patterns = new Set(engine.state().totals.map(({ pattern }) => pattern));
    return [[...patterns].sort(), engine.state().files.length > 0, reader.problems().length > 0];
  });
  return JSON.stringify(facts);
}
