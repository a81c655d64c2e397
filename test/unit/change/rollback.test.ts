import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ChangePlan, Refused } from '../../../src/core/change/plan.ts';
import { isRefused } from '../../../src/core/change/plan.ts';
import type { Rollback } from '../../../src/core/change/rollback.ts';
import { planRollback, undoingAutomation } from '../../../src/core/change/rollback.ts';
import { applyEdits } from '../../../src/core/text/textEdit.ts';
import type { Snapshot } from '../../support/environments.ts';
import { application, DIGEST, entry, imageUpdateAutomation, OTHER_DIGEST, snapshotOf } from '../../support/environments.ts';

const PROD = 'apps/shop/prod/kustomization.yaml';
const MARKER = '# {"$imagepolicy": "flux-system:shop:tag"}';
const shop = (...prod: readonly string[]) =>
  application('shop', 'acme/shop', { dev: entry('acme/shop', 'newTag: v3'), prod: entry('acme/shop', ...prod) });

function prodOf({ inventory }: Snapshot) {
  return inventory.images.filter(({ environment }) => environment === 'prod');
}

function plan(files: Record<string, string>, rollback: Partial<Rollback>): ChangePlan | Refused {
  const snapshot = snapshotOf(files);
  return planRollback(snapshot.repository, snapshot.inventory, {
    images: prodOf(snapshot),
    version: { tag: 'v2', digest: '' },
    automation: 'keep',
    ...rollback,
  });
}

function planned(files: Record<string, string>, rollback: Partial<Rollback> = {}) {
  const result = plan(files, rollback);
  assert.ok(!isRefused(result), isRefused(result) ? result.refusal : '');
  const texts: Record<string, string> = {};
  for (const [path, edits] of result.files) {
    const text = applyEdits(files[path] ?? '', edits);
    assert.ok(typeof text === 'string' && text === result.next.file(path)?.text);
    texts[path] = text;
  }
  return { texts, warnings: result.warnings };
}

function refusal(files: Record<string, string>, rollback: Partial<Rollback>): string {
  const result = plan(files, rollback);
  assert.ok(isRefused(result), 'there is a plan');
  return result.refusal;
}

describe('A rollback', () => {
  test('brings the tag back', () => {
    const { texts, warnings } = planned(shop('newTag: v3 # tested'));
    assert.deepEqual(texts, { [PROD]: shop('newTag: v2 # tested')[PROD] });
    assert.deepEqual(warnings, []);
  });
  test('brings tag and digest of that time back together', () => {
    const { texts } = planned(shop('newTag: v3', `digest: ${DIGEST}`), { version: { tag: 'v2', digest: OTHER_DIGEST } });
    assert.deepEqual(texts, { [PROD]: shop('newTag: v2', `digest: ${OTHER_DIGEST}`)[PROD] });
  });
  test('takes a digest away that was not there', () => {
    const { texts } = planned(shop('newTag: v3', `digest: ${DIGEST}`));
    assert.deepEqual(texts, { [PROD]: shop('newTag: v2')[PROD] });
  });
  test('leaves other environments alone', () => {
    const { texts } = planned(application('shop', 'acme/shop:v3', { dev: [], prod: [] }));
    assert.deepEqual(Object.keys(texts), [PROD]);
  });
  test('to what runs is refused', () => {
    assert.equal(refusal(shop('newTag: v2'), {}), 'prod runs v2 already. Nothing has to change.');
  });
  test('to a tag that moves says so', () => {
    const { warnings } = planned(shop('newTag: v3'), { version: { tag: 'main', digest: '' } });
    assert.deepEqual(warnings, ['main is a moving tag: what runs can change without a change here.']);
  });
});

describe('Image automation that would undo it', () => {
  const marked = {
    ...shop(`newTag: v3 ${MARKER}`, 'newName: acme/shop # {"$imagepolicy": "flux-system:shop:name"}'),
    'clusters/automation.yaml': imageUpdateAutomation('updates', './apps'),
    'clusters/elsewhere.yaml': imageUpdateAutomation('elsewhere', './other'),
  };

  test('is named with the automations that write the file', () => {
    const snapshot = snapshotOf(marked);
    const undoing = undoingAutomation(snapshot.repository, prodOf(snapshot));
    assert.deepEqual([undoing?.setter, undoing?.automations.map(({ name }) => name)], ['flux-system:shop:tag', ['updates']]);
  });
  test('is none where no marker stands on the line', () => {
    const snapshot = snapshotOf(shop('newTag: v3'));
    assert.equal(undoingAutomation(snapshot.repository, prodOf(snapshot)), undefined);
  });
  test('is kept with a warning', () => {
    const { texts, warnings } = planned(marked);
    assert.equal(
      texts[PROD],
      shop(`newTag: v2 ${MARKER}`, 'newName: acme/shop # {"$imagepolicy": "flux-system:shop:name"}')[PROD],
    );
    assert.deepEqual(warnings, [
      'Flux image automation (flux-system:shop:tag) writes this line: image automation will set this back within a minute.',
    ]);
  });
  test('stops where its markers are taken off the entry', () => {
    const { texts, warnings } = planned(marked, { automation: 'pin' });
    assert.deepEqual(texts, { [PROD]: shop('newTag: v2', 'newName: acme/shop')[PROD] });
    assert.deepEqual(warnings, [
      'Image automation no longer writes this line: put the marker flux-system:shop:tag back to update it again.',
    ]);
  });
  test('can be stopped at the version that runs', () => {
    const { texts } = planned(marked, { automation: 'pin', version: { tag: 'v3', digest: '' } });
    assert.deepEqual(texts, { [PROD]: shop('newTag: v3', 'newName: acme/shop')[PROD] });
  });
  test('is suspended by one added line, a boolean', () => {
    const { texts, warnings } = planned(marked, { automation: 'suspend' });
    const before = marked['clusters/automation.yaml'];
    assert.equal(texts['clusters/automation.yaml'], `${before}  suspend: true\n`);
    assert.match(texts[PROD] ?? '', /newTag: v2 # \{"\$imagepolicy"/);
    assert.deepEqual(warnings, [
      'flux-system/updates updates no image until it is resumed; it may set this one once more before Flux applies this change.',
    ]);
  });
  test('is suspended in its own words where they are there', () => {
    for (const [written, expected] of [
      ['suspend: false # for now', 'suspend: true # for now'],
      ["suspend: 'false'", 'suspend: true'],
    ] as const) {
      const files = { ...marked, 'clusters/automation.yaml': imageUpdateAutomation('updates', './apps', written) };
      const { texts } = planned(files, { automation: 'suspend' });
      assert.equal(texts['clusters/automation.yaml'], imageUpdateAutomation('updates', './apps', expected));
    }
  });
  test('cannot be suspended where it is in another repository', () => {
    assert.equal(
      refusal(shop(`newTag: v3 ${MARKER}`), { automation: 'suspend' }),
      'No ImageUpdateAutomation of this repository writes this line. Pin the image instead.',
    );
  });
});
