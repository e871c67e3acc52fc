/** What restarts a process, by the control group it is in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restartOf } from '../../src/checks/library/running.ts';

test('a unit, a container and neither are told apart', () => {
  const id = 'ab12'.repeat(16);

  assert.equal(restartOf('0::/system.slice/nginx.service\n'), 'systemctl restart nginx.service');
  assert.equal(
    restartOf('1:name=systemd:/system.slice/php8.2-fpm.service\n0::/\n'),
    'systemctl restart php8.2-fpm.service',
  );
  assert.equal(restartOf(`0::/system.slice/docker-${id}.scope\n`), 'docker restart ab12ab12ab12');
  assert.equal(restartOf(`4:memory:/docker/${id}\n`), 'docker restart ab12ab12ab12');
  assert.equal(restartOf(`0::/machine.slice/libpod-${id}.scope/container\n`), 'podman restart ab12ab12ab12');
  assert.equal(restartOf(`0::/kubepods.slice/pod1.slice/cri-containerd-${id}.scope\n`), undefined);
  assert.equal(
    restartOf('0::/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service\n'),
    'systemctl --user restart shop.service',
  );
  assert.equal(restartOf('0::/user.slice/user-0.slice/session-1.scope\n'), undefined);
});
