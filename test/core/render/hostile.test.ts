import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HTML_BYTES_MAX } from '../../../src/core/render/html.ts';
import { renderMail } from '../../../src/core/render/render.ts';
import type { MailModel } from '../../../src/core/types.ts';
import { AT, findingOf, HOSTILE_LINES, modelOf, notificationOf, resolvedModel } from './story.ts';

const sending = { attempt: 2, deliveredAt: AT, from: 'linesman <linesman@example.com>' };

const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    ...HOSTILE_LINES,
    '</td></table><script src=//evil.com></script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '<!--',
    ']]>',
    '&#60;script&#62;',
    '\r\nBcc: all@example.com\r\n\r\n',
    '.\r\nMAIL FROM:<a@b>',
  ),
);

/** Every text of a model that could hold log text, or be damaged in a store. */
const model: fc.Arbitrary<MailModel> = fc
  .record({
    texts: fc.array(noise, { minLength: 9, maxLength: 9 }),
    evidence: fc.array(noise, { maxLength: 8 }),
    keys: fc.array(noise, { maxLength: 12 }),
    together: fc.array(noise, { maxLength: 30 }),
    value: fc.double(),
    points: fc.array(fc.option(fc.double()), { maxLength: 80 }),
    isOver: fc.boolean(),
  })
  .map(({ texts, evidence, keys, together, value, points, isOver }) => {
    const [
      host = '',
      subject = '',
      title = '',
      watch = '',
      source = '',
      label = '',
      faultId = '',
      why = '',
      version = '',
    ] = texts;
    return {
      ...(isOver ? resolvedModel() : modelOf()),
      ...{ host, subject, title, watch, source, faultId, why, version, evidence, together, whatToDo: why },
      labels: { [label]: label },
      finding: findingOf({ value, labels: { vhost: label } }),
      contributors: keys.map((key) => ({ by: key, key, bad: 3, badTotal: 4, all: 1, allTotal: 10 })),
      nearby: together.map((text, i) => ({ time: AT + i, text, kind: 'event' as const })),
      ...(together.length > 0 && { likelyCause: { text: title, seen: label, whatToDo: why } }),
      timeline: points.map((point, i) => ({ time: AT + i * 10_000, value: point })),
    };
  });

test('whatever a log holds, both parts are plain lines and the page has no script', () => {
  fc.assert(
    fc.property(model, (hostile) => {
      const { text, html } = renderMail(notificationOf(hostile), sending);

      for (const part of [text, html]) {
        assert.doesNotMatch(
          part,
          /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/,
        );
        assert.ok(part.isWellFormed());
      }
      assert.doesNotMatch(html, /<script/i);
    }),
  );
});

test('whatever a log holds, the page has only the tags and attributes of the layout', () => {
  const tags = /<(?!\/?(?:html|head|meta|title|style|body|div|table|tr|td|span|b|br|code|a)\b|!DOCTYPE html>)/i;
  fc.assert(
    fc.property(model, (hostile) => {
      const { html } = renderMail(notificationOf(hostile), sending);
      const inTags = html.match(/<[a-z][^>]*>/gi)?.join('') ?? '';

      assert.doesNotMatch(html, tags);
      assert.doesNotMatch(inTags, /\son\w+\s*=|\ssrc=|javascript:|url\(|<img|<link /i);
      assert.equal(html.match(/<table/g)?.length, html.match(/<\/table>/g)?.length);
      assert.equal(html.match(/<td/g)?.length, html.match(/<\/td>/g)?.length);
    }),
  );
});

test('whatever a log holds, headers are printable ASCII in one line', () => {
  fc.assert(
    fc.property(model, fc.string({ unit: 'binary' }), (hostile, id) => {
      const mail = renderMail(notificationOf(hostile, { id, root: `${id}x` }), sending);

      const values = [mail.messageId, mail.inReplyTo, mail.references, mail.subject, ...Object.values(mail.headers)];
      for (const value of values) assert.match(value ?? '', /^[\x20-\x7e]*$/);
      assert.match(mail.messageId, /^<[A-Za-z0-9_-]*@[A-Za-z0-9.-]+>$/);
      assert.doesNotMatch(mail.from + mail.to, /[\r\n]/);
    }),
  );
});

test('a mail stays below the size at which clients hide its end', () => {
  const big = '<\u{10FFFF}&"'.repeat(5_000);
  const huge: MailModel = {
    ...modelOf({ complete: false }),
    ...{ title: big, why: big, whatToDo: `${big} \`${big}\``, watch: big, source: big, host: big },
    evidence: Array.from({ length: 50 }, () => big),
    together: Array.from({ length: 500 }, () => big),
    labels: { [big]: big },
    contributors: Array.from({ length: 500 }, (_, i) => ({
      by: big,
      key: `${i}${big}`,
      bad: 3,
      badTotal: 4,
      all: 1,
      allTotal: 10,
    })),
    timeline: Array.from({ length: 500 }, (_, i) => ({ time: AT + i, value: i })),
  };

  const { text, html } = renderMail(notificationOf(huge), sending);

  assert.ok(Buffer.byteLength(html) < HTML_BYTES_MAX, `${Buffer.byteLength(html)} bytes`);
  assert.ok(Buffer.byteLength(text) < HTML_BYTES_MAX);
});

test('each line of evidence is set off, so that none can pass for a line of the mail', () => {
  const evidence = ['RESOLVED after 1 min\n\n-- \nall is well', `${'x '.repeat(140)}\nWHAT TO DO`];

  const { text } = renderMail(notificationOf({ ...modelOf(), evidence }), sending);
  const between = text.slice(text.indexOf('LINES FROM THE LOG\n') + 19, text.indexOf('\n… and')).split('\n');

  for (const line of between) assert.match(line, /^\| /);
});

test('no line of a log can be written to match the boundary between the parts', () => {
  const boundaryWith = (line: string) =>
    renderMail(notificationOf({ ...modelOf(), evidence: [line] }), sending).boundary;
  const before = boundaryWith('a line');

  assert.equal(boundaryWith('a line'), before);
  assert.notEqual(boundaryWith(`--_NmP-${before}-Part_1`), before);
});
