import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkupsText } from '../../../src/core/render/checkups.ts';

const FACTS = { host: 'web-1', version: '1.2.3', user: 'linesman' };

test('areas stand together, remedies are never broken, and the sum is told', () => {
  const command = `chown -R 1000:1000 /a/${'long/'.repeat(30)}path`;

  const text = checkupsText({
    ...FACTS,
    checkups: [
      { area: 'mail', result: 'ok', says: 'It answers.' },
      { area: 'Redis', result: 'wrong', says: 'It is away.', remedy: [command] },
      { area: 'mail', result: 'note', says: 'Nothing was sent.' },
    ],
  });

  assert.equal(
    text,
    `linesman 1.2.3 on web-1, asked as linesman

mail
  ok    It answers.
  note  Nothing was sent.

Redis
  WRONG It is away.
          ${command}

1 thing is wrong, 1 worth knowing. Mend it and run linesman doctor again.
`,
  );
});

test('nothing of a file name steers the terminal', () => {
  const checkups = [
    { area: 'logs', result: 'wrong', says: 'a\u001b[31m.log', remedy: ['rm a\u001b]0;x\u0007'] },
  ] as const;

  const text = checkupsText({ ...FACTS, checkups });

  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]/);
  assert.match(text, /a\\u001B\[31m\.log/);
});
