import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefused } from '../../../src/core/change/plan.ts';
import { planRevert, tagEdits, textsOfEdits } from '../../../src/core/change/tagEdits.ts';
import { applyEdits } from '../../../src/core/text/textEdit.ts';
import { fleet, fleetOf } from '../../support/fleet.ts';

const prod = 'apps/prod/kustomization.yaml';
const [text = ''] = [fleet[prod]];

/** What is edited in prod, what a revert makes of its file, and what a pull request would have of it. */
function edited(now: string, before = text) {
  const committed = fleetOf({ ...fleet, [prod]: before });
  const current = fleetOf({ ...fleet, [prod]: now });
  const edits = tagEdits(committed, current);
  const plan = planRevert(committed, current, edits);
  const [proposed] = textsOfEdits(committed, current, edits);
  return {
    edits: edits.map(({ application, environment, from, to }) => `${application} in ${environment}: ${from} > ${to}`),
    reverted: isRefused(plan) ? plan.refusal : applyEdits(now, plan.get(prod) ?? []),
    proposed: proposed?.after,
  };
}

describe('A tag that is not as it was committed', () => {
  it('is told, and goes back', () => {
    assert.deepEqual(edited(text.replace('v1.1.0', 'v1.2.0')), {
      edits: ['api in prod: v1.1.0 > v1.2.0'],
      reverted: text,
      proposed: text.replace('v1.1.0', 'v1.2.0'),
    });
  });
  it('goes back and is proposed without the other edits of its file', () => {
    const other = text.replace('resources:\n', '# mine\nresources:\n');
    const { reverted, proposed } = edited(other.replace('v1.1.0', 'v1.2.0'));
    assert.deepEqual([reverted, proposed], [other, text.replace('v1.1.0', 'v1.2.0')]);
  });
  it('goes back where its entry was added, or taken away', () => {
    const none = 'resources:\n  - ../base/api\n';
    assert.deepEqual(edited(text, none), { edits: ['api in prod: latest > v1.1.0'], reverted: none, proposed: text });
    assert.deepEqual(edited(none), { edits: ['api in prod: v1.1.0 > latest'], reverted: text, proposed: none });
  });
  it('goes back with its digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    assert.equal(edited(text.replace('newTag: v1.1.0', `newTag: v1.1.0\n    digest: ${digest}`)).reverted, text);
  });
  it('is none where only other things changed', () => {
    assert.deepEqual(edited(`${text}namePrefix: x-\n`).edits, []);
    assert.deepEqual(edited(text).edits, []);
  });
  it('stays where more than its line decides', () => {
    const renamed = text.replace('  - ../base/api', '  - ../base/other').replace('v1.1.0', 'v1.2.0');
    assert.deepEqual(edited(renamed).edits, []);
  });
});
