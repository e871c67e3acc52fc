import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderMail } from '../../../src/core/render/render.ts';
import { SUBJECT_CHARS, shortId, subjectOf } from '../../../src/core/render/subject.ts';
import { renderText } from '../../../src/core/render/text.ts';
import {
  checkFault,
  checkFinding,
  checkWatch,
  GONE,
  goneModel,
  machineViewOf,
  well,
  wellAgainModel,
  wrong,
} from './check-story.ts';
import { AT, notificationOf, SINCE } from './story.ts';

const id = `#${shortId(checkFault().id)}`;
const sending = { attempt: 1, deliveredAt: AT, from: 'linesman@example.com' };

test('a mail about a check says what is wrong, what was seen, how often, and what to do', () => {
  const text = renderText(goneModel(), AT);

  assert.ok(
    text.startsWith(`FIRING since 2026-11-25 03:12:05 UTC on web-1

Process worker is not running.

WHAT LINESMAN SAW
| ${GONE}

Readings    the last 3 failed, within 29 s; asked every 15 s
Last well   03:11:50, 15 s before

WHY IT MATTERS
Jobs stay in the queue until it runs again.

WHAT TO DO
See why it ended: \`journalctl -u worker -n 50\`. Start it:
\`systemctl start worker\`.
`),
    text,
  );
});

test('the manual shows the mail of a check as it is', () => {
  const manual = readFileSync(new URL('../../../docs/MAIL.md', import.meta.url), 'utf8');
  const example = /```text\n(Process [\s\S]*?)```/.exec(manual)?.[1] ?? '';

  assert.match(example, /Readings/);
  assert.ok(renderText(goneModel(), AT).includes(example), example);
  assert.ok(manual.includes(goneModel().subject));
});

test('a check has no value, no limit, no chance and no bars', () => {
  for (const model of [goneModel(), wellAgainModel()]) {
    assert.doesNotMatch(renderText(model, model.at), /^(Now|Limit|Usual|How sure|At worst|In all|Last 10 min)/m);
  }
});

test('the end of a check says how long it lasted and what was seen', () => {
  const model = wellAgainModel();

  assert.equal(model.title, 'Process worker is not running: over after 4 min.');
  assert.deepEqual(model.evidence, [GONE]);
  const text = renderText(model, model.at);
  assert.match(text, /^RESOLVED after 4 min on web-1$/m);
  assert.match(text, /^Readings +16 of 17 failed since 03:12:05; asked every 15 s$/m);
  assert.match(text, /^Well since +2026-11-25 03:16:05 UTC$/m);
  assert.doesNotMatch(text, /WHAT TO DO|Last well/);
});

test('of what is not watched any more nobody says that it is well', () => {
  const resolved = { state: 'resolved', resolvedAt: AT } as const;
  const titleOf = (isUnwatched: boolean, watch = checkWatch()) =>
    goneModel({
      transition: 'resolved',
      leader: checkFault('worker', 0, { ...resolved, isUnwatched }),
      watchOf: () => watch,
    }).title;
  const retired = checkWatch('worker', { causes: undefined, detector: '', title: 'check.worker' });

  assert.equal(titleOf(true), 'Process worker is not running: no longer watched, so nobody knows whether it is well.');
  assert.equal(titleOf(true, retired), 'check.worker: no longer watched, so nobody knows whether it is well.');
  assert.match(titleOf(false), /no longer observed/);
});

test('one bad reading of two, and checks of which one reading is enough', () => {
  const view = machineViewOf([wrong(0), well(15), wrong(29)]);
  const readings = (of: number) =>
    renderText(goneModel({ view, watchOf: () => checkWatch('worker', { confirm: { bad: 1, of } }) }), AT);

  assert.match(readings(3), /^Readings +2 of the last 3 failed, within 29 s; asked every 15 s$/m);
  assert.match(readings(1), /^Readings +the last one failed; asked every 15 s$/m);
  assert.doesNotMatch(readings(1), /Last well/);
});

test('what failed last is said first, each sentence once', () => {
  const said = ['refused', 'too slow', 'refused', 'too slow', 'no answer'];
  const readings = said.map((line, i) => wrong(i * 5, line));

  assert.deepEqual(goneModel({ view: machineViewOf(readings) }).evidence, ['no answer', 'too slow', 'refused']);
});

test('what gets worse is told in the words of its new cause, under the old subject', () => {
  const first = checkFault('worker', 0, { last: checkFinding('worker', { cause: 'restarts' }), severity: 'warning' });
  const { subject } = goneModel({ leader: first });
  const worse = goneModel({ transition: 'update', leader: checkFault(), subject });

  assert.equal(subject, `[linesman warning] web-1 Process worker is restarted again and again ${id}`);
  assert.equal(worse.subject, subject);
  assert.equal(worse.title, 'Process worker is not running.');
  assert.match(worse.why, /^Jobs stay/);
  assert.match(renderText(worse, AT), /^NOW CRITICAL, firing since/);
});

test('a cause that the settings know no more is told by the name of its check', () => {
  const gone = goneModel({ watchOf: () => checkWatch('worker', { causes: {} }) });
  const retired = goneModel({
    watchOf: () => checkWatch('worker', { causes: undefined, detector: '', title: 'check.worker' }),
  });
  const inherited = goneModel({
    leader: checkFault('worker', 0, { last: checkFinding('worker', { cause: 'toString' }) }),
  });

  assert.equal(gone.title, 'Check worker: missing.');
  assert.equal(gone.subject, `[linesman critical] web-1 Check worker: missing ${id}`);
  assert.equal(retired.title, 'check.worker: missing.');
  assert.equal(inherited.title, 'Check worker: toString.');
});

test('a subject holds the cause in 78 printable letters, whatever the settings call it', () => {
  const finding = checkFinding();
  const parts = {
    severity: 'critical',
    host: 'web-1.fra.example.io',
    faultId: checkFault().id,
    noun: 'x',
    finding,
  } as const;
  const subject = (clause: string) => subjectOf({ ...parts, clause });

  assert.equal(
    subject('Process worker is not running'),
    `[linesman critical] web-1.fra.example.io Process worker is not running ${id}`,
  );
  assert.equal(
    subject('The certificate of shop.example.com has expired'),
    `[linesman critical] web-1 certificate of shop.example.com has expired ${id}`,
  );
  for (const clause of ['Prozess größer\r\nBcc: all@example.com fehlt', 'x'.repeat(500), '\u202e\u0000', '']) {
    assert.match(subject(clause), /^\[linesman critical\] web-1[\x20-\x7e]* #[0-9A-Z]{4}$/);
    assert.ok(subject(clause).length <= SUBJECT_CHARS);
  }
});

test('what a check saw is shown as the foreign text it is', () => {
  const said = '</div><script>alert(1)</script>\r\n\u202eBody of https://evil.example.com/ was \u001b[2J';
  const leader = checkFault();
  const model = goneModel({ leader, view: machineViewOf([wrong(0, said)]) });
  const mail = renderMail(notificationOf(model), sending);

  assert.doesNotMatch(mail.html, /<script/);
  for (const part of [mail.text, mail.html]) {
    assert.doesNotMatch(part, /[\u202e\u001b\r]|https:\/\/evil/);
    assert.match(part, /hxxps:\/\/evil\[\.\]example\[\.\]com/);
  }
});

test('a mail of an earlier version, which says nothing of readings and surroundings, is shown as it was', () => {
  const { readings: _, nearby: __, likelyCause: ___, ...old } = goneModel();
  const text = renderText(old, AT);

  assert.match(text, /^Process worker is not running\.$/m);
  assert.doesNotMatch(text, /Readings|AROUND|LIKELY/);
});

test('a reading before the fault that was wrong is no time at which it was well', () => {
  const { readings } = goneModel({ view: machineViewOf([wrong(-15), wrong(0), wrong(15)]) });

  assert.deepEqual(readings, { failed: 2, of: 2, withinMs: 15_000, everyMs: 15_000 });
  assert.equal(goneModel().readings?.lastWell, SINCE - 15_000);
  assert.equal(goneModel({ view: machineViewOf([]) }).readings, undefined);
});
