/** Where linesman runs, by its cgroup: what it says to do is to be typed there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfContainer } from '../../../src/app/place/surroundings.ts';

const ID = '3f4c0c1b2a5d4e6f8a9b0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f4051';

test('containers of Docker, Podman, containerd and Kubernetes are known by their cgroup', () => {
  for (const path of [
    `/docker/${ID}`,
    `/system.slice/docker-${ID}.scope`,
    `/machine.slice/libpod-${ID}.scope/container`,
    `/system.slice/containerd.service/default/${ID}`,
    `/kubepods.slice/kubepods-burstable.slice/cri-containerd-${ID}.scope`,
  ])
    assert.equal(isOfContainer(`0::${path}\n`), true, path);
});

test('a unit of a machine is none, whatever its name, and a machine of LXC or systemd-nspawn is one to its users', () => {
  for (const path of [
    '/system.slice/linesman.service',
    '/system.slice/docker-logs.service',
    '/lxc.payload.web/system.slice/linesman.service',
    '/machine.slice/systemd-nspawn@web.service/payload/system.slice/linesman.service',
    '/user.slice/user-1000.slice/session-2.scope',
  ])
    assert.equal(isOfContainer(`0::${path}\n`), false, path);
});
