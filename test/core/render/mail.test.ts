import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderMail } from '../../../src/core/render/render.ts';
import { renderText, TEXT_COLUMNS, wrap } from '../../../src/core/render/text.ts';
import type { MailModel } from '../../../src/core/types.ts';
import {
  AT,
  burstView,
  diskModel,
  faultOf,
  findingOf,
  modelOf,
  notificationOf,
  resolvedModel,
  SINCE,
  silenceModel,
  viewOf,
} from './story.ts';

const sending = { attempt: 1, deliveredAt: AT + 1_000, from: 'linesman <linesman@example.com>' };

const manual = readFileSync(new URL('../../../docs/MAIL.md', import.meta.url), 'utf8');

test('the first line carries the state', () => {
  const leader = faultOf(findingOf());
  const ended = faultOf(findingOf(), { state: 'resolved' });
  const firstLine = (model: MailModel) => renderText(model, model.at).split('\n')[0];

  assert.equal(firstLine(modelOf()), 'FIRING since 2026-11-25 03:12:05 UTC on web-1');
  assert.equal(
    firstLine(modelOf({ transition: 'update', leader })),
    'NOW CRITICAL, firing since 2026-11-25 03:12:05 UTC on web-1',
  );
  assert.equal(firstLine(resolvedModel()), 'RESOLVED after 14 min on web-1');
  assert.equal(
    firstLine(modelOf({ transition: 'resolved', leader: ended, faults: [ended], at: SINCE + 1_800_000 })),
    'ENDED after 30 min on web-1',
  );
});

test('the text part of a burst says everything in its order, as the manual shows it', () => {
  const lines = ['203.0.113.9 - - "GET /cart HTTP/1.1" 502', '203.0.113.9 - - "GET / HTTP/1.1" 502'];
  const view = viewOf({
    cells: {
      'http.5xx': [[AT - 10_000, 62]],
      'http.requests': [
        [AT - 30_000, 250],
        [AT - 10_000, 250],
      ],
    },
    lines: { 'http.5xx': lines },
    tops: {
      'http.5xx|upstream': [['10.0.0.7:8080', 60]],
      'http.requests|upstream': [['10.0.0.7:8080', 125]],
    },
  });

  assert.equal(renderText(modelOf({ view }), AT), exampleIn(manual));
});

test('the manual names every header', () => {
  const further = renderMail(notificationOf(modelOf()), { ...sending, attempt: 2 });

  for (const header of Object.keys(further.headers)) assert.match(manual, new RegExp(`\\| \`${header}\` `));
});

test('what is over is held against what is usual in the window that was worst', () => {
  const worst = findingOf({ unit: 'count', value: 2, expected: 66, limit: 16, windowMs: 30_000, whole: undefined });
  const last = { ...worst, value: 93, expected: 2_015, limit: 503, windowMs: 900_000 };
  const leader = faultOf(last, { state: 'resolved', resolvedAt: AT, peak: worst });
  const text = renderText(modelOf({ transition: 'resolved', leader, faults: [leader] }), AT);

  assert.match(text, /^At worst +2 in 30 s, at 03:12:35$/m);
  assert.match(text, /^Usual +66$/m);
});

test('sections without content are left out', () => {
  const bare = renderText(modelOf({ view: viewOf({}) }), AT);

  for (const title of ['WHO IS BEHIND IT', 'LINES FROM THE LOG', 'ALSO', 'Last 10 min']) {
    assert.ok(renderText(resolvedModel(), AT).includes(title) || title === 'Last 10 min');
    assert.ok(!bare.includes(title), title);
  }
});

test('of requests that stay away it is said who still came, not who is behind it', () => {
  const few = {
    ...modelOf(),
    detector: 'count',
    finding: findingOf({ value: 12, expected: 99, limit: 25, unit: 'count' }),
  };
  const text = renderText(few, AT);

  assert.match(text, /WHO STILL CAME/);
});

test('it is said from how many different ones they came, where that is counted', () => {
  const different: Readonly<Record<string, number>> = { client: 812.4, route: 3, upstream: 1 };
  const view = {
    ...burstView(),
    distinct: (series: string, by: string) => (series === 'http.5xx' ? different[by] : 9),
  };

  const text = unwrapped(renderText(modelOf({ view }), AT));

  assert.match(text, /In all +62 bad of 270 since 03:12:05, from about 3 routes and 62 clients/);
  assert.doesNotMatch(renderText(modelOf({ view: burstView() }), AT), /about/);
});

test('a mail about one vhost says that who is behind it was counted over all', () => {
  const note = /^Counted over every vhost, not this one alone\.$/m;

  assert.match(renderText(modelOf({ leader: faultOf(findingOf({ labels: { vhost: 'a' } })) }), AT), note);
  assert.doesNotMatch(renderText(modelOf(), AT), note);
});

test('where all routes fail alike it is said with numbers, and none of them is named', () => {
  const alike = { by: 'route', keys: 5, low: 0.19, high: 0.24, of: 0.21 };
  const explanation = { kind: 'spread', fields: ['route', 'upstream'], alike, explainers: [] } as const;
  const text = unwrapped(renderText({ ...modelOf(), explanation }, AT));

  assert.ok(
    text.includes('All routes are affected alike: 19% to 24% of each of the 5 largest, 21% of all; so are upstreams.'),
  );
  assert.doesNotMatch(text, /^[> ] (?:route|upstream) /m);
});

test('a field in which everything goes to one key is left out, since it explains nothing', () => {
  const view = viewOf({
    cells: { 'http.5xx': [[AT - 5_000, 62]], 'http.requests': [[AT - 5_000, 500]] },
    tops: { 'http.5xx|upstream': [['app:80', 62]], 'http.requests|upstream': [['app:80', 500]] },
  });

  assert.doesNotMatch(renderText(modelOf({ view }), AT), /WHO IS BEHIND IT/);
});

test('a mail whose numbers are not complete says what is missing of them', () => {
  const reading = { lost: { late: 3, deleted_unread_bytes: 1_204 }, unreadBytes: 0 };
  const text = unwrapped(renderText(modelOf({ complete: false, reading }), AT));
  const lost = '3 lines came too late and 1,204 bytes were deleted before they could be read';

  assert.ok(text.includes(`Counted NOT everything: ${lost}, so the numbers may be too small`));
  assert.ok(text.includes(`Window not complete: ${lost}.`));
});

test('a mail from before the ledger still says that its numbers are not complete', () => {
  const text = unwrapped(renderText(modelOf({ complete: false, reading: undefined }), AT));

  assert.ok(text.includes('Counted NOT everything: lines were lost on the way, so the numbers may be too small'));
});

test('a mail whose window is complete says so, and what of the log was not read yet', () => {
  const all = renderText(modelOf({ reading: { lost: {}, unreadBytes: 0 } }), AT);
  const behind = renderText(modelOf({ reading: { lost: {}, unreadBytes: 1_200_000 } }), AT);

  assert.match(all, /^Window complete: every byte that was there was read\.$/m);
  assert.ok(unwrapped(behind).includes('Window complete: nothing was lost. 1.2 MB of the log were not read yet.'));
  assert.doesNotMatch(all, /Counted/);
});

test('a mail about the machine says nothing of windows of a log', () => {
  assert.doesNotMatch(renderText(diskModel(), AT), /Window|LINES FROM THE LOG/);
});

test('a late mail says how late and what it shows', () => {
  const model = modelOf();
  const late = renderMail(notificationOf(model), { ...sending, deliveredAt: model.at + 7 * 60_000 });
  const soon = renderMail(notificationOf(model), { ...sending, deliveredAt: model.at + 2 * 60_000 });
  const remark = 'Delivered 7 min late: this is how things were at 2026-11-25 03:12:35 UTC.';

  assert.ok(late.text.replaceAll('\n', ' ').includes(remark));
  assert.ok(late.html.includes(remark));
  assert.doesNotMatch(soon.text + soon.html, /late:/);
});

test('what to do in several lines is a list, and a link of the settings can be followed', () => {
  const model = { ...modelOf(), whatToDo: 'Look: `df -h`\nRead https://wiki.example.com/a?b=1&c=2.\n' };

  const mail = renderMail(notificationOf(model), sending);

  assert.ok(mail.text.includes('WHAT TO DO\n- Look: `df -h`\n- Read https://wiki.example.com/a?b=1&c=2.\n'));
  assert.match(mail.html, /<a class="link" href="https:\/\/wiki\.example\.com\/a\?b=1&amp;c=2" [^>]*>[^<]*<\/a>\./);
  assert.match(mail.html, /<code [^>]*>df -h<\/code>/);
});

test('no line is longer than 72 columns but a command that would break', () => {
  for (const model of [modelOf(), resolvedModel(), silenceModel(), diskModel()]) {
    for (const line of renderText(model, AT).split('\n')) assert.ok([...line].length <= TEXT_COLUMNS, line);
  }
  const command = `\`${'x'.repeat(40)} ${'y'.repeat(40)}\``;
  assert.deepEqual(wrap(`Run ${command} now.`), ['Run', command, 'now.']);
});

test('the first mail is the root of its thread, later ones answer it', () => {
  const first = renderMail(notificationOf(modelOf()), sending);
  const later = renderMail(notificationOf(resolvedModel(), { id: 'bbbb' }), sending);

  assert.equal(first.messageId, '<00112233445566aa@web-1>');
  assert.equal(first.inReplyTo, undefined);
  assert.equal(later.messageId, '<bbbb@web-1>');
  assert.equal(later.inReplyTo, first.messageId);
  assert.equal(later.references, first.messageId);
  assert.equal(later.subject, `Re: ${first.subject}`);
});

test('headers let filters tell mails apart, and keep auto-responders quiet', () => {
  assert.deepEqual(renderMail(notificationOf(modelOf()), sending).headers, {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': '<linesman.web-1>',
    'X-Linesman-Severity': 'critical',
    'X-Linesman-Watch': 'http.5xx.burst',
    'X-Linesman-Host': 'web-1',
    'X-Linesman-State': 'firing',
    'X-Linesman-Fault': 'a1b2c3d4e5f60718',
    Importance: 'high',
  });
});

test('only what is critical and not over is important', () => {
  const importance = (model: MailModel) => renderMail(notificationOf(model), sending).headers.Importance;

  assert.deepEqual([modelOf(), diskModel(), resolvedModel()].map(importance), ['high', undefined, undefined]);
});

test('a further attempt is the same mail with its number in a header', () => {
  const first = renderMail(notificationOf(modelOf()), sending);
  const third = renderMail(notificationOf(modelOf()), { ...sending, attempt: 3 });

  assert.deepEqual({ ...third, headers: first.headers }, first);
  assert.deepEqual(third.headers, { ...first.headers, 'X-Linesman-Attempt': '3' });
});

test('a host that is no domain name still gives a valid Message-ID', () => {
  const idOn = (host: string) =>
    renderMail(notificationOf(modelOf({ facts: { host, timezone: 'UTC', version: '1' } })), sending).messageId;

  assert.equal(idOn('wéb 1.example.com'), '<00112233445566aa@w-b-1.example.com>');
  assert.equal(idOn('a\r\n>b'), '<00112233445566aa@a---b>');
  assert.equal(idOn('...'), '<00112233445566aa@localhost>');
});

function exampleIn(page: string): string | undefined {
  return /```text\n([^`]*(?:`[^`]+`[^`]*)*?)```/.exec(page)?.[1];
}

function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ');
}
