import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defang, EVIDENCE_CHARS, escapeHtml, headerText, logText, visible } from '../../../src/core/render/sanitise.ts';

test('what steers a terminal or cannot be seen is shown by its number', () => {
  const cases = [
    ['\u001b[2J\u001b]0;owned\u0007', '\\u001B[2J\\u001B]0;owned\\u0007'],
    ['a\r\nBcc: b', 'a\\u000D\\u000ABcc: b'],
    ['nul \0 c1 \u009b', 'nul \\u0000 c1 \\u009B'],
    ['\u202Egpj.exe\u2066', '\\u202Egpj.exe\\u2066'],
    ['zero\u200Bwidth\uFEFF\u00AD', 'zero\\u200Bwidth\\uFEFF\\u00AD'],
    ['line\u2028end', 'line\\u2028end'],
    ['tag \u{E0041}', 'tag \\u{E0041}'],
    ['half \ud800', 'half \\uD800'],
    ['blank \u3164\u2800', 'blank \\u3164\\u2800'],
    ['\tat main', ' at main'],
    ['grüße 你好 🎉', 'grüße 你好 🎉'],
  ];
  for (const [given = '', shown] of cases) assert.equal(visible(given, 100), shown);
});

test('marks stacked on one letter are shown by their numbers from the fourth on', () => {
  assert.equal(visible('e\u0301\u0302\u0303\u0304\u0305', 100), 'e\u0301\u0302\u0303\\u0304\\u0305');
});

test('long text ends with … and is never cut inside a number', () => {
  assert.equal(visible('abcdef', 6), 'abcdef');
  assert.equal(visible('abcdefg', 6), 'abcde…');
  assert.equal(visible('abc\u0000def', 6), 'abc…');
  assert.equal(visible('🎉🎉🎉', 2), '🎉…');
});

test('links are taken out so that no client makes them clickable', () => {
  const cases = [
    ['http://evil.com/win.php', 'hxxp://evil[.]com/win.php'],
    ['HTTPS://EVIL.COM', 'hxxpS://EVIL[.]COM'],
    ['ftp://evil.com', 'ftp[:]//evil[.]com'],
    ['http://192.0.2.1/x', 'hxxp://192.0.2.1/x'],
    ['go to evil.com now', 'go to evil[.]com now'],
    ['//evil.co.uk/x', '//evil[.]co[.]uk/x'],
    ['evil.com.http://', 'evil[.]com[.]hxxp://'],
    ['java.lang.NullPointerException', 'java.lang.NullPointerException'],
    ['www.evil.museum', 'www[.]evil[.]museum'],
    ['evil\u3002com', 'evil[.]com'],
    ['пример.рф', 'пример[.]рф'],
    ['evil.xn--p1ai', 'evil[.]xn--p1ai'],
    ['mailto:ceo@example.com', 'mailto[:]ceo[@]example[.]com'],
    ['tel:+49123', 'tel[:]+49123'],
  ];
  for (const [given = '', shown] of cases) assert.equal(defang(given), shown);
});

test('file names, versions, addresses and class names stay readable', () => {
  const lines = [
    'GET /index.php HTTP/1.1',
    'nginx/1.26.2',
    '10.0.0.7:8080',
    'django.db.utils.OperationalError',
    '[25/Nov/2026:03:12:06 +0000]',
    'nginx.service failed',
  ];
  for (const line of lines) assert.equal(defang(line), line);
});

test('taking links out twice is as taking them out once', () => {
  const piece = fc.constantFrom(
    'http://',
    'https:',
    '//',
    'www.',
    'evil',
    '.',
    'com',
    '@',
    'mailto:',
    '[',
    ']',
    ':',
    ' ',
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
  fc.assert(fc.property(text, (given) => assert.equal(defang(defang(given)), defang(given))));
});

test('no log text of any kind keeps a control character, a web link or more than its length', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 1_000 });
  fc.assert(
    fc.property(hostile, fc.webUrl(), (noise, link) => {
      const shown = logText(`${noise.slice(0, 50)} ${link} ${noise}`);

      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.doesNotMatch(shown, /https?:\/\//i);
      assert.ok([...shown].length <= EVIDENCE_CHARS);
    }),
  );
});

test('a header takes printable ASCII only', () => {
  assert.equal(headerText('a\r\nBcc: b\u202E é', 100), 'a??Bcc: b? ?');
  assert.equal(headerText('abcdef', 3), 'abc');
});

test('text cannot leave its place in HTML', () => {
  assert.equal(escapeHtml(`<a href="x" onload='y'>&\``), '&lt;a href=&quot;x&quot; onload=&#39;y&#39;&gt;&amp;&#96;');
});
