import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefused } from '../../../src/core/change/plan.ts';
import { movesOf, planPromotion } from '../../../src/core/change/promotion.ts';
import type { PromotionPlan } from '../../../src/core/change/promotionPlan.ts';
import { planPromotionEdits } from '../../../src/core/change/promotionPlan.ts';
import { applyEdits } from '../../../src/core/text/textEdit.ts';
import type { Snapshot } from '../../support/environments.ts';
import {
  application,
  deployment,
  DIGEST,
  entry,
  fluxKustomization,
  kustomization,
  OTHER_DIGEST,
  snapshotOf,
} from '../../support/environments.ts';

interface Promoted {
  readonly plan: PromotionPlan;
  /** The new texts of files that change. */
  readonly texts: Readonly<Record<string, string>>;
}

function promote(files: Record<string, string>, to: readonly string[] = ['prod']): Promoted {
  const snapshot = snapshotOf(files);
  const plan = planOf(snapshot, to);
  assert.ok(!isRefused(plan), isRefused(plan) ? plan.refusal : '');
  const texts = Object.fromEntries(
    [...plan.files].map(([path, edits]) => {
      const text = applyEdits(files[path] ?? '', edits);
      assert.equal(text, plan.next.file(path)?.text, 'the edits make the next snapshot');
      return [path, text];
    }),
  );
  return { plan, texts };
}

function planOf({ repository, inventory }: Snapshot, to: readonly string[]) {
  const promotion = planPromotion(repository, inventory, { from: { environment: 'dev', inventory }, to });
  return planPromotionEdits(repository, inventory, movesOf(promotion));
}

const images = (...lines: readonly string[]) => ['images:', ...lines];

describe('Several images in one file', () => {
  const base = {
    'apps/base/kustomization.yaml': kustomization('resources:', '- all.yaml'),
    'apps/base/all.yaml': deployment('web', 'acme/web:latest', 'acme/proxy:latest', 'acme/cache:latest'),
    'apps/dev/kustomization.yaml': kustomization(
      'resources:',
      '- ../base',
      ...images('- {name: acme/web, newTag: v2}', '- {name: acme/proxy, newTag: v3}', '- {name: acme/cache, newTag: v4}'),
    ),
  };

  test('change together, and every other byte stays', () => {
    const prod = `# Prod, with care\r\nresources: [../base]\r\nimages:\r\n  - name: "acme/web" # the shop\r\n    newTag: 'v1' # tested\r\n  - newTag: v1\r\n    name: acme/proxy\r\n  - {name: acme/cache, newTag: v1}`;
    const { texts } = promote({ ...base, 'apps/prod/kustomization.yaml': prod });
    assert.equal(
      texts['apps/prod/kustomization.yaml'],
      prod
        .replace("'v1'", "'v2'")
        .replace('newTag: v1\r\n    name', 'newTag: v3\r\n    name')
        .replace('newTag: v1}', 'newTag: v4}'),
    );
  });
  test('are added in the order of their names where there is no list yet', () => {
    const { texts, plan } = promote({ ...base, 'apps/prod/kustomization.yaml': kustomization('resources:', '- ../base') });
    assert.equal(
      texts['apps/prod/kustomization.yaml'],
      kustomization(
        'resources:',
        '- ../base',
        'images:',
        '- name: acme/cache',
        '  newTag: v4',
        '- name: acme/proxy',
        '  newTag: v3',
        '- name: acme/web',
        '  newTag: v2',
      ),
    );
    assert.deepEqual(plan.alsoChanges, []);
  });
  test('are changed and added together', () => {
    const { texts } = promote({
      ...base,
      'apps/prod/kustomization.yaml': kustomization('images:', '- name: acme/proxy', '  newTag: v1', 'resources:', '- ../base'),
    });
    assert.equal(
      texts['apps/prod/kustomization.yaml'],
      kustomization(
        'images:',
        '- name: acme/proxy',
        '  newTag: v3',
        '- name: acme/cache',
        '  newTag: v4',
        '- name: acme/web',
        '  newTag: v2',
        'resources:',
        '- ../base',
      ),
    );
  });
  test('get and lose digests together', () => {
    const { texts } = promote({
      ...base,
      'apps/dev/kustomization.yaml': kustomization(
        'resources:',
        '- ../base',
        ...images('- name: acme/web', '  newTag: v2', `  digest: ${DIGEST}`, '- name: acme/proxy', '  newTag: v3'),
      ),
      'apps/prod/kustomization.yaml': kustomization(
        'resources:',
        '- ../base',
        ...images('- name: acme/web', '  newTag: v1', '- name: acme/proxy', '  newTag: v1', `  digest: ${OTHER_DIGEST}`),
      ),
    });
    assert.equal(
      texts['apps/prod/kustomization.yaml'],
      kustomization(
        'resources:',
        '- ../base',
        ...images('- name: acme/web', '  newTag: v2', `  digest: ${DIGEST}`, '- name: acme/proxy', '  newTag: v3'),
      ),
    );
  });
});

describe('One line', () => {
  test('that decides two containers is written once', () => {
    const { texts, plan } = promote({
      'apps/base/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'apps/base/all.yaml': deployment('web', 'acme/web:latest', 'acme/web:latest'),
      'apps/dev/kustomization.yaml': kustomization('resources:', '- ../base', ...entry('acme/web', 'newTag: v2')),
      'apps/prod/kustomization.yaml': kustomization('resources:', '- ../base', ...entry('acme/web', 'newTag: v1')),
    });
    assert.match(texts['apps/prod/kustomization.yaml'] ?? '', /newTag: v2/);
    assert.equal(plan.changes.length, 2);
    assert.equal([...plan.files.values()].flat().length, 1);
  });
  test('that an anchor shares with an image outside of the promotion gets its own value', () => {
    const { texts, plan } = promote({
      ...application('web', 'acme/web', { dev: entry('acme/web', 'newTag: v2') }),
      'apps/web/prod/kustomization.yaml': kustomization(
        'resources:',
        '- ../base',
        '- other.yaml',
        'images:',
        '- name: acme/other',
        '  newTag: &tag v1',
        '- name: acme/web',
        '  newTag: *tag',
      ),
      'apps/web/prod/other.yaml': deployment('other', 'acme/other'),
    });
    assert.match(texts['apps/web/prod/kustomization.yaml'] ?? '', /newTag: &tag v1\n- name: acme\/web\n {2}newTag: v2\n/);
    assert.deepEqual(
      plan.changes.map(({ before, after }) => `${before.reference} > ${after.reference}`),
      ['acme/web:v1 > acme/web:v2'],
    );
  });
});

describe('A line that another environment shares', () => {
  const shared = application('shop', 'acme/shop:v1', { dev: entry('acme/shop', 'newTag: v2'), staging: [], prod: [] });

  test('stays, and the target gets an entry of its own', () => {
    const { texts, plan } = promote(shared);
    assert.deepEqual(Object.keys(texts), ['apps/shop/prod/kustomization.yaml']);
    assert.match(texts['apps/shop/prod/kustomization.yaml'] ?? '', /images:\n- name: acme\/shop\n {2}newTag: v2\n$/);
    assert.deepEqual(plan.alsoChanges, []);
  });
  test('stays for dev where staging and prod are both promoted', () => {
    const { texts, plan } = promote(shared, ['staging', 'prod']);
    assert.deepEqual(Object.keys(texts).sort(), ['apps/shop/prod/kustomization.yaml', 'apps/shop/staging/kustomization.yaml']);
    assert.equal(plan.changes.length, 2);
  });
  test('is changed where nothing else can be, and that is said', () => {
    const release = (tag: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: shop\nspec:\n  values:\n    image:\n      repository: acme/shop\n      tag: ${tag} # mind the others\n`;
    const { texts, plan } = promote({
      'apps/shop/base/kustomization.yaml': kustomization('resources:', '- release.yaml'),
      'apps/shop/base/release.yaml': release('v1'),
      'apps/shop/dev/kustomization.yaml': kustomization('resources:', '- release.yaml'),
      'apps/shop/dev/release.yaml': release('v2'),
      'apps/shop/staging/kustomization.yaml': kustomization('resources:', '- ../base'),
      'apps/shop/prod/kustomization.yaml': kustomization('resources:', '- ../base'),
    });
    assert.deepEqual(texts, { 'apps/shop/base/release.yaml': release('v2') });
    assert.deepEqual(plan.alsoChanges, ['staging']);
    assert.deepEqual(plan.warnings, ['staging changes too: acme/shop v1 > v2.']);
  });
});

describe('Lines of other kinds', () => {
  test('images of a Flux Kustomization are changed there', () => {
    const flux = (name: string, tag: string) =>
      fluxKustomization(name, `./apps/shop`, 'images:', '- name: acme/shop', `  newTag: ${tag} # by Flux`);
    const { texts } = promote({
      'apps/shop/kustomization.yaml': kustomization('resources:', '- deployment.yaml'),
      'apps/shop/deployment.yaml': deployment('shop', 'acme/shop'),
      'clusters/dev/shop.yaml': flux('shop', 'v2'),
      'clusters/prod/shop.yaml': flux('shop', 'v1'),
    });
    assert.deepEqual(texts, { 'clusters/prod/shop.yaml': flux('shop', 'v2') });
  });
  test('a marker of image automation stays beside the new tag', () => {
    const { texts } = promote(
      application('shop', 'acme/shop', {
        dev: entry('acme/shop', 'newTag: v2'),
        prod: entry('acme/shop', 'newTag: v1 # {"$imagepolicy": "flux-system:shop:tag"}'),
      }),
    );
    assert.match(texts['apps/shop/prod/kustomization.yaml'] ?? '', /newTag: v2 # \{"\$imagepolicy": "flux-system:shop:tag"\}\n/);
  });
  test('a reference in a manifest keeps its name', () => {
    const { texts } = promote({
      'apps/shop/dev/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'apps/shop/dev/all.yaml': deployment('shop', `acme/shop:v2@${DIGEST}`),
      'apps/shop/prod/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'apps/shop/prod/all.yaml': deployment('shop', `acme/shop:v1@${OTHER_DIGEST}`),
    });
    assert.deepEqual(texts, { 'apps/shop/prod/all.yaml': deployment('shop', `acme/shop:v2@${DIGEST}`) });
  });
  test('a tag that YAML would read as a number is quoted', () => {
    const { texts } = promote(
      application('shop', 'acme/shop', { dev: entry('acme/shop', 'newTag: "1.10"'), prod: entry('acme/shop', 'newTag: v1') }),
    );
    assert.match(texts['apps/shop/prod/kustomization.yaml'] ?? '', /newTag: "1\.10"\n/);
  });
});

describe('A choice of moves', () => {
  test('of none is refused', () => {
    const { repository, inventory } = snapshotOf(application('shop', 'acme/shop', { dev: [], prod: [] }));
    assert.deepEqual(planPromotionEdits(repository, inventory, []), {
      refusal: 'Nothing is chosen, so nothing has to change.',
    });
  });
  test('that cannot be made says why, and the others are made', () => {
    const files = {
      ...application('shop', 'acme/shop', { dev: entry('acme/shop', 'newTag: v2'), prod: entry('acme/shop', 'newTag: v1') }),
      ...application('search', 'acme/search', {
        dev: entry('acme/search', 'newTag: v2'),
        prod: entry('acme/search', 'newTag: ${SEARCH_TAG}'),
      }),
    };
    const { plan } = promote(files);
    assert.deepEqual(
      plan.refused.map(({ move, refusal }) => [move.images[0]?.usage.name, refusal]),
      [
        [
          'acme/search',
          'The tag of acme/search is the variable ${SEARCH_TAG}, and nothing in this repository gives it a value. Change it where the variable is set.',
        ],
      ],
    );
    assert.equal(plan.changes.length, 1);
  });
});
