import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestMail } from '../../../src/core/render/digest-model.ts';
import { renderMail } from '../../../src/core/render/render.ts';
import type { DigestModel, Notification } from '../../../src/core/types.ts';

const AT = Date.UTC(2026, 10, 26, 7, 0, 0);
const NIGHT = Date.UTC(2026, 10, 26, 1, 14, 5);
const DIGEST: DigestModel = {
  ...{ host: 'web-1', timezone: 'Europe/Berlin', version: '1.2.3', from: AT - 86_400_000, at: AT },
  noticed: [
    {
      ...{ fault: 'e6065ea03b800019', watch: 'http.requests.count', since: NIGHT, endedAt: NIGHT + 720_000 },
      said: 'Requests: back to normal; at worst 5,120 in 5 min.',
    },
    { watch: 'http.404.shift', since: NIGHT + 3_600_000, said: 'Not found: 12.4% (62 of 500 in 60 s), usually 0.3%.' },
  ],
  noticedMore: 3,
  mails: [{ watch: 'http.5xx.burst', since: NIGHT, said: 'HTTP 5xx responses: 31%, usually 0.1%.' }],
  mailsMore: 0,
  budget: { falseAlarmsPerMonth: 1, tests: 14, mails: 3 },
};

test('a digest says what was noticed, when, for how long, what was told by mail, and the budget', () => {
  const { text, subject, headers } = mailOf(DIGEST);

  assert.equal(subject, '[linesman digest] web-1 5 things noticed until 2026-11-26 08:00');
  assert.equal(headers['X-Linesman-State'], 'digest');
  assert.equal(
    text,
    `DIGEST of web-1, 2026-11-25 08:00 to 2026-11-26 08:00 GMT+1

5 things were noticed that were not worth a mail by themselves.

NOTICED
- 2026-11-26 02:14, for 12 min:
  Requests: back to normal; at worst 5,120 in 5 min.
  (http.requests.count #Y5GZ)
- 2026-11-26 03:14, goes on:
  Not found: 12.4% (62 of 500 in 60 s), usually 0.3%. (http.404.shift)
… and 3 more

TOLD BY MAIL
- 2026-11-26 02:14:
  HTTP 5xx responses: 31%, usually 0.1%. (http.5xx.burst)

FALSE ALARMS
You accept one false alarm a month by mail. In the last 30 days 3 mails
were sent, of any cause.

-- 
What you accept is shared over 14 tests; \`linesman budget\` shows them,
and which mails were sent.
\`linesman why ID\`, with what stands after the #, shows what it was
decided on.
To be told of one of these at once, set its delivery to mail under
watches in linesman.yaml; digest: off ends this mail.
Sent by linesman 1.2.3. Text from logs is shown with its links taken
out.
`,
  );
});

test('whatever stands in it, the HTML and the headers hold', () => {
  const evil = '<script>alert(1)</script>\r\nBcc: a@example.com "\u202e';
  const line = { watch: evil, said: evil, since: NIGHT };
  const { html, text, subject, headers } = mailOf({
    ...DIGEST,
    host: evil,
    version: evil,
    noticed: [line],
    mails: [line],
  });

  assert.ok(!html.includes('<script>'));
  for (const header of [subject, ...Object.values(headers)]) assert.match(header, /^[\x20-\x7e]*$/);
  assert.ok(!/^Bcc/m.test(text));
  assert.ok(!text.includes('\u202e'));
});

test('one thing is one thing', () => {
  const { subject, text } = mailOf({ ...DIGEST, noticed: DIGEST.noticed.slice(0, 1), noticedMore: 0, mails: [] });

  assert.match(subject, / 1 thing noticed until/);
  assert.match(text, /^One thing was noticed that was not worth a mail by itself\.$/m);
  assert.ok(!text.includes('TOLD BY MAIL'));
});

function mailOf(digest: DigestModel) {
  const notification: Notification = {
    ...{ id: 'd1', root: 'd1', receiver: 'you@example.com', at: AT, model: digestMail(digest), digest },
  };
  return renderMail(notification, { attempt: 1, deliveredAt: AT, from: 'linesman@example.com' });
}
