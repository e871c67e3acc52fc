import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explained } from '../../src/redis/remedy.ts';

const PLACE = 'script: a58e40424472e51e08aadbd375bc0804f9f7ce90, on @user_script:19';

test('what a Redis answers that takes nothing comes with its remedy, and without the place in our script', () => {
  const answers = {
    [`OOM command not allowed when used memory > 'maxmemory'. ${PLACE}.`]:
      "OOM command not allowed when used memory > 'maxmemory'. It is full: raise its maxmemory, or free memory there",
    [`READONLY You can't write against a read only replica. ${PLACE}.`]:
      "READONLY You can't write against a read only replica. It is a replica: name the primary in REDIS_URL, or run redis-cli REPLICAOF NO ONE",
    'MOVED 866 127.0.0.1:7001':
      'MOVED 866 127.0.0.1:7001. It is a node of a cluster: name a Redis in REDIS_URL that is none',
  };

  for (const [answer, said] of Object.entries(answers)) assert.equal(explained(answer), said);
});

test('what is not known is shown as it came', () => {
  assert.equal(explained('Command timed out'), 'Command timed out');
  assert.equal(
    explained('the connection was closed before the answer came'),
    'the connection was closed before the answer came',
  );
});
