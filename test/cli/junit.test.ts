import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { junitXml } from '../../src/cli/junit.ts';
import { readXml } from '../support/strict-xml.ts';

const HOSTILE = `a]]>b<!--c--><x y='"'>&amp;&#0;\u0000\u001b[31m\u0085\uFFFE\uFFFF\uD800 \t\r\n\u{1F600}é`;

test('counts, names and failures stand where CI services look for them', () => {
  const xml = readXml(
    junitXml('linesman test', [
      { of: 'burst', name: 'story', seconds: 1.5 },
      { of: 'calm', name: 'story', seconds: 0.25, failure: 'first\nsecond' },
    ]),
  );

  assert.equal(xml.name, 'testsuites');
  const [suite] = xml.children;
  assert.deepEqual(suite?.attributes, {
    ...{ name: 'linesman test', tests: '2', failures: '1', errors: '0', skipped: '0', time: '1.750' },
  });
  const [well, failed] = suite?.children ?? [];
  assert.deepEqual(well, {
    ...{ name: 'testcase', children: [], text: '' },
    attributes: { name: 'story', classname: 'burst', time: '1.500' },
  });
  assert.deepEqual(
    failed?.children.map(({ name, attributes, text }) => [name, attributes, text]),
    [['failure', { message: 'first' }, 'first\nsecond']],
  );
});

test("an attacker's text stays text, and what XML cannot hold is escaped", () => {
  const [suite] = readXml(junitXml(HOSTILE, [{ of: HOSTILE, name: HOSTILE, failure: HOSTILE }])).children;

  const shown = HOSTILE.replaceAll('\u0000', '\\u0000')
    .replaceAll('\u001b', '\\u001B')
    .replace('\uFFFE\uFFFF\uD800', '\\uFFFE\\uFFFF\\uD800');
  assert.equal(suite?.attributes.name, shown);
  assert.equal(suite?.children[0]?.attributes.name, shown);
  assert.equal(suite?.children[0]?.children[0]?.text, shown);
});

test('any text makes a document that is well-formed', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(text, text, (name, failure) => {
      const [suite] = readXml(junitXml(name, [{ of: name, name, failure }])).children;
      assert.equal(suite?.children.length, 1);
    }),
  );
});

const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;
test('xmllint takes it', { skip: !hasXmllint && 'no xmllint here (Debian: libxml2-utils)' }, () => {
  const { status, stderr } = spawnSync('xmllint', ['--noout', '-'], {
    input: junitXml(HOSTILE, [{ of: HOSTILE, name: HOSTILE, failure: HOSTILE }]),
  });

  assert.equal(status, 0, stderr.toString());
});
