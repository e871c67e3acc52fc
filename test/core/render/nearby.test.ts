import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { HTML_BYTES_MAX } from '../../../src/core/render/html.ts';
import { MAX_NEARBY } from '../../../src/core/render/nearby.ts';
import { renderMail } from '../../../src/core/render/render.ts';
import { mailJson, mailLines } from '../../../src/core/render/story.ts';
import { renderText, TEXT_COLUMNS } from '../../../src/core/render/text.ts';
import {
  change,
  checkFault,
  checkWatch,
  event,
  explainedModel,
  GONE,
  machineViewOf,
  watchesOf,
  well,
  wrong,
} from './check-story.ts';
import {
  AT,
  DISK_WATCH,
  faultOf,
  findingOf,
  modelOf,
  notificationOf,
  SINCE,
  thresholdFinding,
  viewOf,
  watchOf,
} from './story.ts';

const sending = { attempt: 1, deliveredAt: AT, from: 'linesman@example.com' };
const manual = readFileSync(new URL('../../../docs/MAIL.md', import.meta.url), 'utf8');
const burst = faultOf(findingOf());

/** A burst of 5xx with these faults of the machine nearby. */
function beside(
  nearbyFaults: readonly ReturnType<typeof checkFault>[],
  changes: Parameters<typeof explainedModel>[0] = {},
) {
  const watches = [checkWatch(), checkWatch('db'), checkWatch('api'), DISK_WATCH];
  return explainedModel({ machineView: undefined, nearbyFaults, watchOf: watchesOf(watches), ...changes });
}

test('what explains a fault stands below its title, with its times and what to do', () => {
  const text = renderText(explainedModel(), AT);

  assert.ok(
    text.includes(`
HTTP 5xx responses: 12.4%, usually 0.3%.

LIKELY CAUSE
Process worker is not running, since 03:12:09, 4 s after this began; at
03:11:50 it was still well. Not confirmed yet.
| ${GONE}
See why it ended: \`journalctl -u worker -n 50\`. Start it:
\`systemctl start worker\`.

Now `),
    text,
  );
  assert.ok(
    text.includes(`
AROUND THAT TIME ON THIS MACHINE
- 03:11:25, 40 s before: Deploy: release 42 by anna
- 03:12:02, 3 s before: Process worker ended: pid 4711 was there for 3
  days.
`),
    text,
  );
});

test('the manual shows what is likely and what was nearby as mails do', () => {
  const text = renderText(explainedModel(), AT);
  const examples = [...manual.matchAll(/```text\n(LIKELY|AROUND)([\s\S]*?)```/g)].map(
    ([, head, rest]) => `${head}${rest}`,
  );

  assert.equal(examples.length, 2);
  for (const example of examples) assert.ok(text.includes(example), example);
});

test('the page says it first too, and lists of mails show it', () => {
  const { html } = renderMail(notificationOf(explainedModel()), sending);

  assert.match(html, /display:none[^>]*>FIRING [^<]* usually 0\.3%\. Likely cause: Process worker is not running/);
  assert.ok(html.indexOf('>Likely cause<') < html.indexOf('>Now<'));
  assert.match(html, /03:11:25, 40 s before<\/span><br>Deploy: release 42 by anna/);
});

test('of a group the likely cause is named once, and not again among the others', () => {
  const model = beside([], { faults: [burst, checkFault('worker', -1)] });

  assert.match(
    model.likelyCause?.text ?? '',
    /^Process worker is not running, since 03:12:04, 1 s before this began\.$/,
  );
  assert.deepEqual(model.together, []);
  assert.equal(model.nearby, undefined);
});

test('where several may explain it, what others depend on is named, then the graver, then the nearer', () => {
  const parents = { watches: ['check.db'], waitMs: 20_000 };
  const child = checkWatch('worker', { parents });
  const likely = (faults: readonly ReturnType<typeof checkFault>[], watches = [checkWatch(), checkWatch('db')]) =>
    beside(faults, { watchOf: watchesOf(watches) }).likelyCause?.text;

  assert.match(
    likely([checkFault('worker', 0), checkFault('db', 60)], [child, checkWatch('db')]) ?? '',
    /^Process db /,
  );
  assert.match(likely([checkFault('worker', 0, { severity: 'warning' }), checkFault('db', 60)]) ?? '', /^Process db /);
  assert.match(likely([checkFault('worker', -90), checkFault('db', 60)]) ?? '', /^Process db .* 1 min after/);
});

test('the others that may explain it are told nearby, with their distance, in the order of time', () => {
  const { nearby, likelyCause } = beside([checkFault('db', 60), checkFault('worker', -1), checkFault('api', -120)]);

  assert.match(likelyCause?.text ?? '', /^Process worker/);
  assert.deepEqual(nearby, [
    { time: SINCE - 120_000, text: 'Process api is not running.', kind: 'fault' },
    { time: SINCE + 60_000, text: 'Process db is not running.', kind: 'fault' },
  ]);
});

test('a check that sees the same trouble is named as that, and only where nothing says why', () => {
  const site = checkWatch('site', {
    causes: {
      'server-error': {
        ...{ title: 'http://127.0.0.1:3000/health answers with a server error', severity: 'critical' },
        ...{ why: 'Visitors see it too.', whatToDo: 'Ask for it: `curl -i http://127.0.0.1:3000/health`.' },
      },
    },
  });
  const watchOf = watchesOf([site, checkWatch()]);
  const failing = checkFault('site', 0);
  const seen = { ...failing, last: { ...failing.last, cause: 'server-error' } };

  const alone = beside([seen], { watchOf });
  const both = beside([seen, checkFault('worker', 20, { severity: 'warning' })], { watchOf });

  assert.match(
    renderText(alone, AT),
    /\n\nSEEN BY A CHECK TOO\nhttp:\/\/127\.0\.0\.1:3000\/health answers with a server error, since/,
  );
  assert.doesNotMatch(renderText(alone, AT), /LIKELY/);
  assert.match(mailLines(notificationOf(alone))[1] ?? '', /^ {4}seen too: http/);
  assert.match(both.likelyCause?.text ?? '', /^Process worker/);
  assert.match(both.nearby?.[0]?.text ?? '', /server error/);
});

test('a full disk explains it; a busy processor, a far fault, what nobody could look at and trifles do not', () => {
  const disk = (changes = {}) =>
    faultOf(
      thresholdFinding({
        ...{ watch: 'host.disk.full', source: 'machine', series: 'host.disk.used', since: SINCE - 60_000 },
        ...{ value: 93, limit: 90, unit: 'percent', labels: { mount: '/var' } },
      }),
      { id: 'disk', ...changes },
    );
  const blind = checkFault('worker', 0);
  const unable = { ...blind, last: { ...blind.last, cause: 'not-permitted' } };

  assert.match(
    beside([disk()]).likelyCause?.text ?? '',
    /^Disk use \(mount \/var\): 93%, above the limit of 90%, since 03:11:05, 1 min before/,
  );
  assert.match(beside([disk()]).likelyCause?.whatToDo ?? '', /df -h/);
  for (const fault of [
    disk({ watch: 'host.cpu.busy' }),
    disk({ severity: 'info' }),
    checkFault('worker', -301),
    unable,
    checkFault('worker', -60, { state: 'resolved', wellSince: SINCE }),
  ]) {
    assert.equal(beside([fault]).likelyCause, undefined);
  }
});

test('a fault of the machine is explained by what it depends on only', () => {
  const watches = [
    checkWatch('worker', { parents: { watches: ['check.db'], waitMs: 0 } }),
    checkWatch('db'),
    checkWatch('api'),
  ];
  const of = (check: string) =>
    beside([checkFault(check, -2)], { leader: checkFault(), faults: [checkFault()], watchOf: watchesOf(watches) });

  assert.match(of('db').likelyCause?.text ?? '', /^Process db/);
  assert.equal(of('api').likelyCause, undefined);
  assert.equal(of('api').nearby?.[0]?.text, 'Process api is not running.');
});

test('where it is over, the likely cause has its end and nothing to do any more', () => {
  const over = { state: 'resolved', wellSince: SINCE + 120_000, resolvedAt: SINCE + 150_000 } as const;
  const { likelyCause } = beside([], {
    transition: 'resolved',
    leader: { ...burst, ...over },
    faults: [{ ...burst, ...over }, checkFault('worker', -1, over)],
    at: SINCE + 150_000,
  });

  assert.equal(likelyCause?.text, 'Process worker is not running: from 03:12:04 to 03:14:05, 1 s before this began.');
  assert.equal(likelyCause?.whatToDo, undefined);
});

test('a check that fails for hours is told, and not taken for the cause', () => {
  const model = beside([checkFault('worker', -7_200), checkFault('db', -86_400, { state: 'pending' })]);

  assert.equal(model.likelyCause, undefined);
  assert.deepEqual(
    model.nearby?.map(({ text }) => text),
    ['Process worker is not running.'],
  );
  const day = { ...model, nearby: [{ time: SINCE - 5 * 3_600_000, text: 'A.', kind: 'fault' } as const] };
  assert.match(renderText(model, AT), /^- 01:12:05, 2 h before: Process worker is not running\.$/m);
  assert.match(renderText(day, AT), /^- 2026-11-24 22:12, 5 h before: A\.$/m);
});

test('where the fault is over, what goes on nearby is not told as over', () => {
  const over = { state: 'resolved', wellSince: SINCE + 60_000 } as const;
  const { nearby } = beside([checkFault('db', -200), checkFault('worker', -1, over), checkFault('api', -250, over)], {
    transition: 'resolved',
    leader: { ...burst, ...over },
    faults: [{ ...burst, ...over }],
    at: SINCE + 120_000,
  });

  assert.deepEqual(
    nearby?.map(({ text, isOver }) => [text, isOver]),
    [
      ['Process api is not running: over after 5 min 10 s.', true],
      ['Process db is not running.', undefined],
    ],
  );
});

test('a flood of changes hides no deployment and no fault; the rest is counted', () => {
  const changes = Array.from({ length: 25 }, (_, i) => change(-i, `Process p${i} was restarted.`));
  const { nearby = [], nearbyMore } = beside([checkFault('worker', -2), checkFault('db', -250)], {
    machineView: machineViewOf([event(-280, 'release 42'), ...changes]),
  });

  assert.equal(nearby.length, MAX_NEARBY);
  assert.deepEqual(
    nearby.slice(0, 2).map(({ kind }) => kind),
    ['event', 'fault'],
  );
  assert.ok(nearby.every(({ time }, i) => time >= (nearby[i - 1]?.time ?? 0)));
  // Five lines of a series are kept of a minute.
  assert.equal(nearbyMore, 10 + 2 - MAX_NEARBY);
  assert.match(renderText({ ...explainedModel(), nearbyMore: 4 }, AT), /^… and 4 more$/m);
});

test('what is further than five minutes away, or came after the mail, is not told', () => {
  const machineView = machineViewOf([event(-301, 'too early'), event(-299, 'in time'), event(31, 'too late')]);

  assert.deepEqual(
    beside([], { machineView }).nearby?.map(({ text }) => text),
    ['Deploy: in time'],
  );
});

test('the text of changes and events is foreign text, whatever it holds', () => {
  const noise = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(noise, noise, noise, (line, kind, said) => {
      const machineView = machineViewOf([
        event(-5, `${line}<script src=//evil.com>`, kind || 'x'),
        change(-4, line),
        wrong(0, said),
      ]);
      const model = explainedModel({ machineView });
      const { text, html } = renderMail(notificationOf(model), sending);

      for (const part of [text, html, mailLines(notificationOf(model)).join('\n')]) {
        assert.doesNotMatch(
          part,
          /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/,
        );
      }
      assert.doesNotMatch(html, /<script/i);
    }),
    { numRuns: 50 },
  );
});

test('huge texts and lists, as from a damaged store, stay below the size at which clients hide the end', () => {
  const big = '<\u{10FFFF}&"'.repeat(5_000);
  const fact = { time: SINCE, text: big, kind: 'event' } as const;
  const model = {
    ...explainedModel(),
    ...{ title: big, why: big, whatToDo: big, evidence: Array.from({ length: 50 }, () => big) },
    nearby: Array.from({ length: 500 }, () => fact),
    likelyCause: { text: big, seen: big, whatToDo: big },
    together: Array.from({ length: 500 }, () => big),
    ...{ explanation: undefined, host: big, watch: big, source: big, labels: { [big]: big } },
    contributors: Array.from({ length: 500 }, () => ({ by: big, key: big, bad: 3, badTotal: 4, all: 1, allTotal: 10 })),
  };
  const { html, text } = renderMail(notificationOf(model), sending);

  assert.ok(Buffer.byteLength(html) < HTML_BYTES_MAX, `${Buffer.byteLength(html)} bytes`);
  assert.ok(Buffer.byteLength(text) < HTML_BYTES_MAX);
});

test('no line of the text part is longer than 72 columns', () => {
  for (const line of renderText(explainedModel(), AT).split('\n')) assert.ok([...line].length <= TEXT_COLUMNS, line);
});

test('a story tells what would be told first and what was nearby', () => {
  const notification = notificationOf(explainedModel({ view: machineViewOf([]) }));
  const [subject, ...lines] = mailLines(notification);

  assert.match(subject ?? '', /^ {2}mail firing "\[linesman critical\] web-1 HTTP 5xx/);
  assert.deepEqual(lines, [
    '    likely: Process worker is not running, since 03:12:09, 4 s after this began; at 03:11:50 it was still well. Not confirmed yet.',
    '    40 s before: Deploy: release 42 by anna',
    '    3 s before: Process worker ended: pid 4711 was there for 3 days.',
  ]);
  assert.equal(JSON.parse(mailJson(notification)).nearby.length, 2);
});

test('a model with its surroundings survives being stored', () => {
  for (const model of [explainedModel(), beside([checkFault('worker', -1), checkFault('db', 3)])]) {
    assert.deepEqual(JSON.parse(JSON.stringify(model)), model);
  }
});

test('a check that was well at its last reading before is said to have been', () => {
  const view = machineViewOf([well(-14), wrong(1), wrong(16)]);

  assert.match(
    explainedModel({ machineView: view, nearbyFaults: [checkFault('worker', 1)] }).likelyCause?.text ?? '',
    /since 03:12:06, 1 s after this began; at 03:11:51 it was still well\.$/,
  );
});

test('what happened and does not last is told as it was, and not as over', () => {
  const watch = watchOf({
    ...{ name: 'host.memory.oom', detector: 'threshold', title: 'Processes killed for want of memory', isEvent: true },
    options: { series: 'host.memory.oom', statistic: 'sum', above: 1 },
  });
  const killed = faultOf(
    thresholdFinding({
      ...{ watch: watch.name, source: 'machine', series: 'host.memory.oom', since: SINCE - 60_000 },
      ...{ value: 2, limit: 1, unit: 'count' },
    }),
    { id: 'oom', state: 'resolved', wellSince: SINCE, severity: 'warning' },
  );
  const text = 'Processes killed for want of memory: 2 in 1 min';
  const { likelyCause } = beside([killed], { watchOf: watchesOf([watch]) });
  const { nearby } = beside([killed], { leader: checkFault(), watchOf: watchesOf([watch, checkWatch()]) });

  assert.equal(likelyCause?.text, `${text}, at 03:11:05, 1 min before this began.`);
  assert.deepEqual(nearby, [{ time: SINCE - 60_000, text: `${text}.`, kind: 'fault' }]);
});

test('a state is told as it is, without a number, a limit and bars', () => {
  const watch = watchOf({
    ...{ name: 'host.disk.readonly', detector: 'threshold', title: 'File system became read-only', isState: true },
    options: { series: 'host.disk.readonly', statistic: 'sum', above: 1, unit: 'count' },
  });
  const labels = { mount: '/data' };
  const finding = thresholdFinding({
    ...{ watch: watch.name, source: 'machine', series: 'host.disk.readonly{mount=/data}', labels },
    ...{ value: 3, limit: 1, unit: 'count' },
  });
  const cells = { [finding.series]: [[AT - 60_000, 1, 1] as const, [AT - 30_000, 2, 2] as const] };
  const of = (changes: Parameters<typeof faultOf>[1]) =>
    modelOf({
      watch,
      leader: faultOf(finding, changes),
      view: viewOf({ cells }),
      reading: undefined,
      transition: changes?.state === 'resolved' ? 'resolved' : 'firing',
    });
  const firing = of({});

  assert.equal(firing.subject, '[linesman critical] web-1 File system became read-only /data #Q0QF');
  assert.equal(firing.title, 'File system became read-only (mount /data).');
  assert.doesNotMatch(renderText(firing, AT), /^(Now|Limit|In all|Last)/m);
  assert.equal(
    of({ state: 'resolved', wellSince: SINCE + 60_000 }).title,
    'File system became read-only (mount /data): over after 1 min.',
  );
});
