import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Inventory } from '../../../src/core/inventory/inventory.ts';
import { createRepository } from '../../../src/core/repository/gitOpsRepository.ts';
import { NO_SETTINGS, place } from '../../../src/core/repository/placement.ts';
import { decodePlacement, encodePlacement } from '../../../src/core/repository/placementCodec.ts';

const deployment = (name: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [{name: c, image: acme/${name}:v1}]}}}\n`;
const files = new Map([
  ['apps/base/shop/kustomization.yaml', 'resources: [d.yaml, e.yaml]\n'],
  ['apps/base/shop/d.yaml', deployment('shop')],
  ['apps/base/shop/e.yaml', deployment('basket')],
  ['apps/dev/kustomization.yaml', 'resources: [../base/shop]\n'],
  ['apps/prod/kustomization.yaml', 'resources: [../base/shop]\n'],
  ['apps/test/kustomization.yaml', 'resources: [missing.yaml]\n'],
]);
const { roots } = createRepository(files);
const settings = { ...NO_SETTINGS, order: ['prod', 'dev'] };

describe('A placement that is kept', () => {
  test('is the same for all images and for roots without any', () => {
    const placement = place(roots, settings);
    const encoded = JSON.parse(JSON.stringify(encodePlacement(placement))) as ReturnType<typeof encodePlacement>;
    const again = decodePlacement(encoded, roots, { ...settings });
    const seen = (found: typeof placement) => {
      const { images, silent, environments } = new Inventory(roots, found);
      return {
        environments,
        images: images.map(({ id, application, environment }) => [id, application, environment]),
        silent: silent.map(({ application, environment, why }) => [application, environment, why]),
      };
    };
    deepEqual(again && seen(again), seen(placement));
    equal(seen(placement).silent.length, 1);
  });

  test('places what it does not know, and counts for its settings alone', () => {
    const encoded = encodePlacement(place(roots, settings));
    const unknown = {
      kind: 'Deployment',
      workload: 'basket',
      manifest: 'apps/base/shop/e.yaml',
      originalName: 'acme/basket',
      layers: [],
    };
    const root = decodePlacement(encoded, roots, settings)?.roots.get('apps/dev');
    equal(root?.application(unknown), place(roots, settings).roots.get('apps/dev')?.application(unknown));
    equal(decodePlacement(encoded, roots, NO_SETTINGS), undefined);
    equal(decodePlacement(encoded, roots.slice(1), settings), undefined);
  });
});
