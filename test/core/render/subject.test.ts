import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SUBJECT_CHARS, type SubjectParts, shortId, subjectOf } from '../../../src/core/render/subject.ts';
import { findingOf, thresholdFinding } from './story.ts';

const parts: SubjectParts = {
  severity: 'critical',
  host: 'web-1',
  faultId: 'a1b2c3d4e5f60718',
  noun: 'HTTP 5xx responses',
  finding: findingOf(),
};
const id = `#${shortId(parts.faultId)}`;

test('a subject says how grave, where, what, how much and against what', () => {
  assert.equal(subjectOf(parts), `[linesman critical] web-1 HTTP 5xx responses 12.4% (usual 0.3%) ${id}`);
});

test('a fixed limit and silence have their own words', () => {
  const disk = thresholdFinding({ labels: { mount: '/var' }, unit: 'percent', value: 93.4, limit: 90 });
  const silence = findingOf({ unit: 'seconds', value: 250, expected: 12, part: undefined, whole: undefined });

  assert.equal(
    subjectOf({ ...parts, severity: 'warning', noun: 'Disk use', finding: disk }),
    `[linesman warning] web-1 Disk use /var 93.4% (limit 90%) ${id}`,
  );
  assert.equal(
    subjectOf({ ...parts, noun: 'Requests', finding: silence, detector: 'absence' }),
    `[linesman critical] web-1 Requests nothing for 4 min 10 s ${id}`,
  );
});

test('a vhost is named when it can only be a name', () => {
  const named = (vhost: string) => subjectOf({ ...parts, noun: 'HTTP 5xx', finding: findingOf({ labels: { vhost } }) });

  assert.equal(named('a.example.com'), `[linesman critical] web-1 HTTP 5xx a.example.com 12.4% (usual 0.3%) ${id}`);
  for (const vhost of ['http://evil.com', 'a b', 'x\r\nBcc: y', '', 'é', 'x'.repeat(41), '/etc']) {
    assert.equal(named(vhost), `[linesman critical] web-1 HTTP 5xx 12.4% (usual 0.3%) ${id}`);
  }
});

test('where room is short the domain goes first, then what is usual, then the label, then the end of the noun', () => {
  const finding = findingOf({ labels: { vhost: 'shop.example.com' } });
  const subject = (noun: string) => subjectOf({ ...parts, host: 'web-1.fra.example.io', finding, noun });

  assert.equal(subject('5xx'), `[linesman critical] web-1 5xx shop.example.com 12.4% (usual 0.3%) ${id}`);
  assert.equal(
    subject('HTTP 5xx responses of one virtual host'),
    `[linesman critical] web-1 HTTP 5xx responses of shop.example.com 12.4% ${id}`,
  );
  assert.equal(
    subject('Server errors of the checkout'),
    `[linesman critical] web-1 Server errors of the checkout 12.4% ${id}`,
  );
  assert.equal(
    subject('Server errors of the checkout and of the basket'),
    `[linesman critical] web-1 Server errors of the checkout and of the 12.4% ${id}`,
  );
});

test('of a clause the middle of its longest word goes before what is wrong with it', () => {
  const check = (clause: string) => subjectOf({ ...parts, severity: 'critical', host: 'web-1', clause });
  const path = '/var/backups/postgresql/main/base.tar.gz';

  assert.match(
    check(`${path} is damaged or was written over`),
    /^\[linesman critical\] web-1 \/var\S+\.\.\.\S+gz is damaged or was written over #\w{4}$/,
  );
  assert.equal(check(`${path} is damaged or was written over`).length, SUBJECT_CHARS);
  assert.match(check(`${'It is a long story '.repeat(9)}`), /web-1 It is a long story It is a long story It is a #/);
});

test('silence of what has a denying noun', () => {
  const finding = findingOf({ unit: 'seconds', value: 250, part: undefined, whole: undefined });

  assert.equal(
    subjectOf({ ...parts, noun: 'No requests', finding, detector: 'absence' }),
    `[linesman critical] web-1 No requests for 4 min 10 s ${id}`,
  );
});

test('whatever the parts are, it is printable ASCII, short, and ends with the fault', () => {
  const text = fc.string({ unit: 'binary', maxLength: 120 });
  fc.assert(
    fc.property(text, text, text, fc.double(), (host, noun, label, value) => {
      const finding = findingOf({ labels: { vhost: label, [label]: host }, value });

      for (const clause of [undefined, noun]) {
        const subject = subjectOf({ ...parts, host, noun, finding, clause });

        assert.match(subject, /^[\x20-\x7e]+$/);
        assert.ok(subject.length <= SUBJECT_CHARS, subject);
        assert.ok(subject.endsWith(id), subject);
      }
    }),
  );
});

test('short ids have four letters that cannot be mistaken for one another', () => {
  const ids = Array.from({ length: 500 }, (_, i) => shortId(`fault ${i}`));

  for (const short of ids) assert.match(short, /^[0-9A-HJKMNP-TV-Z]{4}$/);
  assert.ok(new Set(ids).size > 495);
});
