/** Each kind of check, well, failing, flapping, hanging and without rights, of real parts through the engine to its mail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadChecks } from '../../../src/registry.ts';
import { noOtherUser } from '../../support/nobody.ts';
import { noSystemd } from '../../support/systemd.ts';
import * as machine from './parts-of-machine.ts';
import * as network from './parts-of-network.ts';
import { type Part, type Told, tell } from './story.ts';

type Make = () => Part | Promise<Part>;
/** Readings of it, and the cause that they have in the end. */
type Case = readonly [make: Make, states: string, cause: string, needsRoot?: boolean];

const aborted = (make: Make) => async (): Promise<Part> => ({ ...(await make()), limitMs: 0 });
const unitSkip = await noSystemd();

interface Kind {
  readonly part: Make;
  readonly fails: string;
  readonly hangs: Case;
  readonly lacks: Case;
  readonly skip?: string | false;
}

const KINDS: Readonly<Record<string, Kind>> = {
  process: {
    ...{ part: machine.processPart, fails: 'missing' },
    hangs: [machine.processPart, '..TTT', 'stopped'],
    lacks: [machine.lockedPidFile, '...', 'not-permitted', true],
  },
  port: {
    ...{ part: network.portPart, fails: 'refused' },
    hangs: [network.silentPort, '...', 'no-answer'],
    lacks: [network.foreignPort, '...', 'not-permitted', true],
  },
  http: {
    ...{ part: network.httpPart, fails: 'server-error' },
    hangs: [network.httpPart, '..TTT', 'timeout'],
    lacks: [network.httpPart, '..LLL', 'not-permitted'],
  },
  tls: {
    ...{ part: network.tlsPart, fails: 'expired' },
    hangs: [network.silentTls, '...', 'timeout'],
    lacks: [network.lockedAuthorities, '...', 'no-authorities', true],
  },
  dns: {
    ...{ part: network.dnsPart, fails: 'no-such-name' },
    hangs: [network.dnsPart, '..TTT', 'timeout'],
    lacks: [network.dnsPart, '..LLL', 'not-permitted'],
  },
  file: {
    ...{ part: machine.filePart, fails: 'missing' },
    hangs: [aborted(machine.filePart), '...', 'hangs'],
    lacks: [machine.lockedFile, '...', 'not-permitted', true],
  },
  library: {
    ...{ part: machine.libraryPart, fails: 'not-elf' },
    hangs: [aborted(machine.libraryPart), '...', 'hangs'],
    lacks: [machine.lockedProgram, '...', 'not-permitted', true],
  },
  packages: {
    ...{ part: machine.packagesPart, fails: 'missing' },
    hangs: [aborted(machine.packagesPart), '...', 'hangs'],
    lacks: [machine.lockedPackages, '...', 'not-permitted', true],
  },
  unit: {
    ...{ part: machine.unitPart, fails: 'inactive', skip: unitSkip },
    hangs: [machine.busThatHangs, '...', 'no-answer'],
    lacks: [machine.busThatRefuses, '...', 'not-permitted'],
  },
  container: {
    ...{ part: machine.containerPart, fails: 'not-running' },
    hangs: [machine.containerPart, '..TTT', 'no-answer'],
    lacks: [machine.lockedEngine, '...', 'not-permitted', true],
  },
};

test('every kind is here', async () => {
  assert.deepEqual(Object.keys(KINDS).toSorted(), [...(await loadChecks()).keys()].toSorted());
});

for (const [kind, { part, fails, hangs, lacks, skip = false }] of Object.entries(KINDS)) {
  test(`${kind}: what is well, or fails once in a while, makes no mail`, { skip }, async () => {
    const { mails, readings } = await tell(kind, await part(), '....#...#...');

    assert.deepEqual(
      readings.map(({ cause }) => cause ?? 'well').filter((said) => said !== 'well'),
      [fails, fails],
    );
    assert.deepEqual(mails, []);
  });

  test(`${kind}: what fails is told with its remedy, and when it is over`, { skip }, async () => {
    const told = await tell(kind, await part(), '...###....');

    saysIts(fails, told);
    assert.deepEqual(
      told.mails.map(({ transition }) => transition),
      ['firing', 'resolved'],
    );
  });

  for (const [what, [make, states, cause, needsRoot = false]] of [
    ['hangs is told as that', hangs],
    ['linesman may not see is told as that', lacks],
  ] as const)
    test(`${kind}: what ${what}`, { skip: needsRoot && noOtherUser }, async () => {
      saysIts(cause, await tell(kind, await make(), states));
    });
}

/** The first mail is all of its cause, with what was seen. */
function saysIts(cause: string, { mails, readings, causes }: Told): void {
  const [mail] = mails;
  const spec = causes[cause];
  const seen = readings.filter((reading) => reading.cause !== undefined);
  assert.ok(spec, cause);
  assert.ok(mail, `no mail: ${JSON.stringify(readings)}`);
  assert.deepEqual([...new Set(seen.map((reading) => reading.cause))], [cause]);
  assert.equal(mail.transition, 'firing');
  assert.equal(mail.severity, spec.severity);
  assert.equal(mail.title, `${spec.title}.`);
  const [last = '?'] = spec.title.split(' ').slice(-1);
  assert.ok(mail.subject.includes(` ${last} `) || mail.subject.includes('...'), mail.subject);
  assert.equal(mail.why, spec.why);
  assert.equal(mail.whatToDo, spec.whatToDo);
  assert.match(mail.whatToDo, /`[^`]+`/);
  assert.ok(
    mail.evidence.some((line) => line.includes(seen[0]?.said ?? '?')),
    mail.evidence.join('\n'),
  );
}
