import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { within } from '../../support/within.ts';
import { cleanMessage, firstLine, resourcesIn } from '../../../src/core/kubernetes/conditionMessage.ts';

describe('a message of a condition', () => {
  const cases: readonly [message: string, cleaned: string][] = [
    ['stat /tmp/kustomization-1810804826/apps/nowhere: no such file', 'stat apps/nowhere: no such file'],
    ["at '/tmp/kustomization-3382193068/apps' : lstat /tmp/kustomization-3382193068/apps: no", "at 'apps' : lstat apps: no"],
    ['open /data/tmp.d/gitrepository-flux-system-fleet-12345/x.yaml', 'open x.yaml'],
    ['in /tmp/kustomization-12345', 'in'],
    ['/apps/kustomization-v2/deployment.yaml stays', '/apps/kustomization-v2/deployment.yaml stays'],
    ['errors:\n  .data.nested: expected string\n', 'errors:\n  .data.nested: expected string'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'red link'],
    ['bell\u0007 null\u0000 \u202eright to left', 'bell null right to left'],
    ['no\u200bthing \u200fis\u2060 hid\u00adden\u200e', 'nothing is hidden'],
    ['[click](command:evil) <b>bold</b>', '[click](command:evil) <b>bold</b>'],
    ['', ''],
  ];
  for (const [message, cleaned] of cases) it(JSON.stringify(message), () => assert.equal(cleanMessage(message), cleaned));

  it('of a megabyte is cut, and fast', () => {
    for (const part of ['x', '/tmp/kustomization-', '\u001b[', 'a/b-1234', '/kustomization-1']) {
      const message = part.repeat(1_000_000 / part.length);
      const cleaned = within(200, part, () => cleanMessage(message));
      assert.ok(cleaned.length < 4100, String(cleaned.length));
      assert.match(cleaned, /… \(\d+ characters\)$/);
    }
  });

  it('has a first line, and names what is not healthy', () => {
    assert.equal(firstLine('one \ntwo'), 'one');
    const message = "timeout waiting for: [Deployment/dev/shop status: 'InProgress', ClusterRole/system:x status: 'Failed']";
    assert.deepEqual(resourcesIn(message), [
      { kind: 'Deployment', namespace: 'dev', name: 'shop' },
      { kind: 'ClusterRole', namespace: '', name: 'system:x' },
    ]);
    assert.deepEqual(resourcesIn('all is well'), []);
  });
});
