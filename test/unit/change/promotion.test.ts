import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PromotionMove, PromotionRequest } from '../../../src/core/change/promotion.ts';
import { movesOf, planPromotion } from '../../../src/core/change/promotion.ts';
import {
  application,
  deployment,
  DIGEST,
  entry,
  fluxKustomization,
  imagePolicy,
  imageUpdateAutomation,
  kustomization,
  OTHER_DIGEST,
  snapshotOf,
} from '../../support/environments.ts';

function promotionOf(files: Record<string, string>, request: Partial<PromotionRequest> & { from?: never } = {}) {
  const { repository, inventory } = snapshotOf(files);
  return planPromotion(repository, inventory, { from: { environment: 'dev', inventory }, to: ['prod'], ...request });
}

/** The one move of a repository with one application. */
function moveOf(dev: readonly string[], prod: readonly string[], more: Record<string, string> = {}): PromotionMove {
  const promotion = promotionOf({ ...application('shop', 'acme/shop:latest', { dev, prod }), ...more });
  const [only, another] = promotion.rows.flatMap(({ moves }) => moves);
  assert.ok(only !== undefined && another === undefined);
  return only;
}

const tag = (newTag: string) => entry('acme/shop', `newTag: ${newTag}`);
const codes = ({ warnings }: PromotionMove) => warnings.map(({ code }) => code);
const messages = ({ warnings }: PromotionMove) => warnings.map(({ message }) => message);

describe('A newer tag', () => {
  const move = moveOf(tag('v1.2.0'), tag('v1.1.3'));

  test('is ticked, says how much newer it is, and warns of nothing', () => {
    assert.deepEqual([move.isTicked, move.order.relation, move.order.words], [true, 'newer', '1 minor newer']);
    assert.deepEqual(move.warnings, []);
  });
  test('goes from what runs to what the source runs', () => {
    assert.deepEqual([move.environment, move.current.tag, move.wanted.tag], ['prod', 'v1.1.3', 'v1.2.0']);
  });
});

describe('A tag that is there already', () => {
  test('cannot be ticked', () => {
    const move = moveOf(tag('v1.2.0'), tag('v1.2.0'));
    assert.deepEqual([move.isTicked, move.order.relation, move.obstacle], [false, 'same', 'It runs that already.']);
  });
  test('comes below what differs', () => {
    const { rows } = promotionOf({
      ...application('alpha', 'acme/alpha', {
        dev: entry('acme/alpha', 'newTag: v1.0.0'),
        prod: entry('acme/alpha', 'newTag: v1.0.0'),
      }),
      ...application('beta', 'acme/beta', {
        dev: entry('acme/beta', 'newTag: v2.0.0'),
        prod: entry('acme/beta', 'newTag: v1.0.0'),
      }),
    });
    assert.deepEqual(
      rows.map((row) => row.application),
      ['beta', 'alpha'],
    );
  });
});

describe('A downgrade', () => {
  const move = moveOf(tag('v1.1.0'), tag('v1.2.0'));

  test('is not ticked, and says that it is one', () => {
    assert.equal(move.isTicked, false);
    assert.deepEqual(messages(move), ['This is a downgrade: v1.1.0 is 1 minor older than v1.2.0.']);
  });
  test('can be made all the same', () => assert.equal(move.obstacle, ''));
});

describe('Tags that do not compare', () => {
  test('are not ticked where they should compare', () => {
    const move = moveOf(tag('v1.2.0-alpine'), tag('v1.1.0'));
    assert.deepEqual([move.isTicked, codes(move)], [false, ['incomparable']]);
  });
  test('are ticked where they are hashes of commits, which only environments order', () => {
    const move = moveOf(tag('3f2a1b0c9d8e'), tag('9c8d7e6f5a4b'));
    assert.deepEqual([move.isTicked, move.order.words, codes(move)], [true, 'not comparable', []]);
  });
  test('are ticked where the target has no tag at all', () => {
    const move = moveOf(tag('v1.2.0'), []);
    assert.deepEqual([move.isTicked, move.current.tag], [true, 'latest']);
  });
});

describe('A tag that moves by itself', () => {
  test('is not ticked', () => {
    const move = moveOf(tag('main'), tag('v1.1.0'));
    assert.deepEqual([move.isTicked, codes(move)], [false, ['mutable-tag']]);
  });
  test('is ticked with its digest, which does not move', () => {
    const move = moveOf(entry('acme/shop', 'newTag: main', `digest: ${DIGEST}`), tag('v1.1.0'));
    assert.deepEqual([move.wanted, codes(move)], [{ tag: 'main', digest: DIGEST }, ['incomparable']]);
  });
});

describe('Digests', () => {
  test('move with the tag they belong to', () => {
    const move = moveOf(
      entry('acme/shop', 'newTag: v1.2.0', `digest: ${DIGEST}`),
      entry('acme/shop', 'newTag: v1.1.0', `digest: ${OTHER_DIGEST}`),
    );
    assert.deepEqual([move.isTicked, move.wanted, codes(move)], [true, { tag: 'v1.2.0', digest: DIGEST }, ['digest-moves']]);
  });
  test('that would get lost keep the move from being ticked', () => {
    const move = moveOf(tag('v1.2.0'), entry('acme/shop', 'newTag: v1.1.0', `digest: ${DIGEST}`));
    assert.deepEqual(
      [move.isTicked, messages(move)],
      [
        false,
        ['prod is pinned by digest and dev is not: sha256:abababababab is removed, because it would win over the new tag.'],
      ],
    );
  });
  test('that a registry has told keep the target pinned', () => {
    const files = application('shop', 'acme/shop', {
      dev: tag('v1.2.0'),
      prod: entry('acme/shop', 'newTag: v1.1.0', `digest: ${DIGEST}`),
    });
    const [move] = movesOf(promotionOf(files, { digests: new Map([['acme/shop:v1.2.0', OTHER_DIGEST]]) }));
    assert.deepEqual([move?.isTicked, move?.wanted], [true, { tag: 'v1.2.0', digest: OTHER_DIGEST }]);
  });
  test('of one tag that differ are a difference', () => {
    const move = moveOf(
      entry('acme/shop', 'newTag: v1', `digest: ${DIGEST}`),
      entry('acme/shop', 'newTag: v1', `digest: ${OTHER_DIGEST}`),
    );
    assert.deepEqual([move.isTicked, move.order.words], [true, 'same tag, another digest']);
  });
  test('that only the target has are its own affair while the tag is the same', () => {
    const move = moveOf(tag('v1'), entry('acme/shop', 'newTag: v1', `digest: ${DIGEST}`));
    assert.equal(move.order.relation, 'same');
  });
  test('alone, without tags, are promoted as they are', () => {
    const move = moveOf(entry('acme/shop', `digest: ${DIGEST}`), entry('acme/shop', `digest: ${OTHER_DIGEST}`));
    assert.deepEqual([move.isTicked, move.wanted, move.order.words], [true, { tag: '', digest: DIGEST }, 'another digest']);
  });
});

describe('Flux', () => {
  const gitRepository = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: flux-system\n  namespace: flux-system\nspec:\n  url: https://github.com/acme/gitops\n`;
  const clusters = (...prod: readonly string[]) => ({
    'clusters/dev/apps.yaml': fluxKustomization('shop-dev', './apps/shop/dev'),
    'clusters/prod/apps.yaml': fluxKustomization('shop-prod', './apps/shop/prod', ...prod),
    'clusters/source.yaml': gitRepository,
  });

  test('that is suspended is said, and does not keep the move from being ticked', () => {
    const move = moveOf(tag('v1.2.0'), tag('v1.1.0'), clusters('suspend: true'));
    assert.deepEqual(messages(move), ['flux-system/shop-prod is suspended: nothing changes in the cluster until it is resumed.']);
    assert.equal(move.isTicked, true);
  });
  test('image automation that owns the line keeps the move from being ticked', () => {
    const move = moveOf(tag('v1.2.0'), tag('v1.1.0 # {"$imagepolicy": "flux-system:shop:tag"}'));
    assert.deepEqual([move.isTicked, codes(move)], [false, ['automation']]);
  });
  test('an ImagePolicy for the image decides the order, and is named', () => {
    const numbers = 'apps/policies/shop.yaml';
    const move = moveOf(tag('build-9'), tag('build-100'), {
      [numbers]: imagePolicy('shop', 'acme/shop', 'policy:', '  alphabetical: {}'),
    });
    assert.deepEqual(
      [move.order.relation, move.order.words],
      ['newer', 'newer (ImagePolicy flux-system/shop, alphabetical asc)'],
    );
  });
  test('an ImagePolicy that does not take the tag is a reason not to tick it', () => {
    const move = moveOf(tag('v2.0.0'), tag('v1.1.0'), {
      'apps/policies/shop.yaml': imagePolicy('shop', 'acme/shop', 'policy:', '  semver:', '    range: 1.x'),
    });
    assert.deepEqual(
      [move.isTicked, messages(move)],
      [false, ['ImagePolicy flux-system/shop (semver 1.x) does not take v2.0.0.']],
    );
  });
  test('two ImagePolicies for one image, for one environment each, decide nothing', () => {
    const move = moveOf(tag('v1.2.0'), tag('v1.1.0'), {
      'apps/policies/shop.yaml': `${imagePolicy('shop', 'acme/shop', 'policy:', '  semver:', '    range: 1.x')}---\n${imagePolicy('shop-prod', 'acme/shop', 'policy:', '  semver:', '    range: 0.x')}`,
      'apps/policies/automation.yaml': imageUpdateAutomation('all', './apps'),
    });
    assert.deepEqual([move.isTicked, move.order.words], [true, '1 minor newer']);
  });
});

describe('A line that others share', () => {
  const shared = {
    ...application('shop', 'acme/shop:v1.0.0', { dev: tag('v1.2.0'), staging: [], prod: [] }),
  };
  test('is left alone: the target gets its own', () => {
    const [move] = movesOf(promotionOf(shared));
    assert.deepEqual(
      [move?.isTicked, move && messages(move)],
      [true, ['apps/shop/base/deployment.yaml is also for dev and staging, so prod gets a line of its own.']],
    );
  });
  test('keeps the move from being ticked where the target cannot get one: values of a HelmRelease', () => {
    const release = (image: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: shop\nspec:\n  values:\n    image:\n      repository: acme/shop\n      tag: ${image}\n`;
    const promotion = promotionOf({
      'apps/shop/base/kustomization.yaml': kustomization('resources:', '- release.yaml'),
      'apps/shop/base/release.yaml': release('v1.0.0'),
      'apps/shop/dev/kustomization.yaml': kustomization('resources:', '- release.yaml'),
      'apps/shop/dev/release.yaml': release('v1.2.0'),
      'apps/shop/staging/kustomization.yaml': kustomization('resources:', '- ../base'),
      'apps/shop/prod/kustomization.yaml': kustomization('resources:', '- ../base'),
    });
    const [move] = movesOf(promotion);
    assert.deepEqual(
      [move?.isTicked, move && messages(move)],
      [false, ['This line also decides staging: it changes there too.']],
    );
  });
  test('is no warning where all its environments are targets', () => {
    const moves = movesOf(promotionOf(shared, { to: ['staging', 'prod'] }));
    assert.deepEqual(
      moves.map(({ environment }) => environment),
      ['staging', 'prod'],
    );
  });
});

describe('What is not known', () => {
  const fromCluster = ['postBuild:', '  substituteFrom:', '  - kind: ConfigMap', '    name: settings'];
  const clusters = (dev: readonly string[], prod: readonly string[]) => ({
    'clusters/dev/apps.yaml': fluxKustomization('shop-dev', './apps/shop/dev', ...dev),
    'clusters/prod/apps.yaml': fluxKustomization('shop-prod', './apps/shop/prod', ...prod),
  });

  test('in the source cannot be promoted', () => {
    const move = moveOf(tag('${SHOP_TAG}'), tag('v1.1.0'), clusters(fromCluster, []));
    assert.equal(move.isTicked, false);
    assert.match(move.obstacle, /^What dev runs is not known: .*SHOP_TAG.*\.$/);
  });
  test('in the target is said, and not ticked', () => {
    const move = moveOf(tag('v1.1.0'), tag('${SHOP_TAG}'), clusters([], fromCluster));
    assert.equal(move.isTicked, false);
    assert.ok(codes(move).includes('unknown'), messages(move).join('\n'));
  });
  test('a variable that nothing replaces is no version', () => {
    const { obstacle } = moveOf(tag('${VERSION}'), tag('v1.0.0'));
    assert.equal(obstacle, 'dev has ${VERSION} for a tag, which nothing replaces there, so there is no version to promote.');
  });

  test('a source without any tag has nothing to promote', () => {
    const files = application('shop', 'acme/shop', { dev: [], prod: tag('v1.0.0') });
    const [row] = promotionOf(files).rows;
    assert.equal(row?.moves[0]?.obstacle, 'dev runs it without a tag, so there is nothing to promote.');
  });
  test('an image that the target does not have is listed, and moves nothing', () => {
    const promotion = promotionOf({
      ...application('shop', 'acme/shop', { dev: tag('v1.2.0'), prod: tag('v1.0.0') }),
      ...application('search', 'acme/search', { dev: entry('acme/search', 'newTag: v1') }),
    });
    assert.deepEqual(promotion.absent, [{ application: 'search', image: 'acme/search', environment: 'prod' }]);
    assert.equal(promotion.rows.length, 1);
  });
  test('environments that do not exist have no rows', () => {
    assert.deepEqual(promotionOf(application('shop', 'acme/shop', { dev: tag('v1') })).rows, []);
  });
});

describe('Several', () => {
  test('versions in the source are said, and not ticked', () => {
    const two = (one: string, other: string) =>
      `${deployment('web', `acme/shop:${one}`)}---\n${deployment('worker', `acme/shop:${other}`)}`;
    const [move] = movesOf(
      promotionOf({
        'apps/shop/dev/kustomization.yaml': kustomization('resources:', '- all.yaml'),
        'apps/shop/dev/all.yaml': two('v1.2.0', 'v1.3.0'),
        'apps/shop/prod/kustomization.yaml': kustomization('resources:', '- all.yaml'),
        'apps/shop/prod/all.yaml': deployment('jobs', 'acme/shop:v1.0.0'),
      }),
    );
    assert.deepEqual([move?.isTicked, move?.wanted.tag], [false, 'v1.3.0']);
    assert.deepEqual(move && messages(move), ['dev runs v1.3.0 (worker) and v1.2.0 (web); this takes the first.']);
  });
  test('workloads find their own counterpart', () => {
    const two = (one: string, other: string) =>
      `${deployment('web', `acme/shop:${one}`)}---\n${deployment('worker', `acme/shop:${other}`)}`;
    const moves = movesOf(
      promotionOf({
        'apps/shop/dev/kustomization.yaml': kustomization('namePrefix: dev-', 'resources:', '- all.yaml'),
        'apps/shop/dev/all.yaml': two('v1.2.0', 'v1.3.0'),
        'apps/shop/prod/kustomization.yaml': kustomization('namePrefix: prod-', 'resources:', '- all.yaml'),
        'apps/shop/prod/all.yaml': two('v1.0.0', 'v1.1.0'),
      }),
    );
    assert.deepEqual(
      moves.map(({ images, current, wanted }) => [images[0]?.usage.workload, current.tag, wanted.tag]),
      [
        ['prod-web', 'v1.0.0', 'v1.2.0'],
        ['prod-worker', 'v1.1.0', 'v1.3.0'],
      ],
    );
  });
  test('containers with one image are one move', () => {
    const [move, another] = movesOf(
      promotionOf({
        'apps/shop/dev/kustomization.yaml': kustomization('resources:', '- all.yaml'),
        'apps/shop/dev/all.yaml': deployment('web', 'acme/shop:v2', 'acme/shop:v2'),
        'apps/shop/prod/kustomization.yaml': kustomization('resources:', '- all.yaml'),
        'apps/shop/prod/all.yaml': deployment('web', 'acme/shop:v1', 'acme/shop:v1'),
      }),
    );
    assert.deepEqual([move?.images.length, another], [2, undefined]);
  });
  test('a mirror in the target is named: the tag has to be there, too', () => {
    const move = moveOf(tag('v1.2.0'), entry('acme/shop', 'newName: mirror.example/shop', 'newTag: v1.1.0'));
    assert.deepEqual(
      [move.isTicked, messages(move)],
      [true, ['prod pulls it from mirror.example/shop and dev from acme/shop: the tag has to be in both.']],
    );
  });
});

describe('A choice', () => {
  const files = {
    ...application('shop', 'acme/shop', { dev: tag('v2.0.0'), prod: tag('v1.0.0') }),
    ...application('search', 'acme/search', {
      dev: entry('acme/search', 'newTag: v2.0.0'),
      prod: entry('acme/search', 'newTag: v1.0.0'),
    }),
  };
  const chosen = (choice: PromotionRequest['choice'] & object) => promotionOf(files, { choice }).rows.map(({ image }) => image);

  test('of an application takes its images', () => assert.deepEqual(chosen({ application: 'shop' }), ['acme/shop']));
  test('of an image goes by its name', () => assert.deepEqual(chosen({ image: 'acme/search' }), ['acme/search']));
  test('of an image goes by the last part of its name', () => assert.deepEqual(chosen({ image: 'search' }), ['acme/search']));
  test('of nothing that is there is empty', () => assert.deepEqual(chosen({ image: 'other' }), []));
});

describe('The state of another commit', () => {
  const now = snapshotOf(application('shop', 'acme/shop', { dev: tag('v3.0.0'), prod: tag('v1.0.0') }));
  const then = snapshotOf(application('shop', 'acme/shop', { dev: tag('v2.0.0'), prod: tag('v1.0.0') }));
  const from = { environment: 'dev', inventory: then.inventory, commit: '1a2b3c4' };

  test('is what its source environment ran', () => {
    const [move] = movesOf(planPromotion(now.repository, now.inventory, { from, to: ['prod'] }));
    assert.deepEqual([move?.wanted.tag, move?.isTicked], ['v2.0.0', true]);
  });
  test('can be brought back into the same environment', () => {
    const [move] = movesOf(planPromotion(now.repository, now.inventory, { from, to: ['dev'] }));
    assert.deepEqual([move?.current.tag, move?.wanted.tag, move?.order.relation], ['v3.0.0', 'v2.0.0', 'older']);
  });
});
