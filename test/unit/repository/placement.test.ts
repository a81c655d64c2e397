import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlacementSettings } from '../../../src/core/repository/placement.ts';
import { NO_SETTINGS, place } from '../../../src/core/repository/placement.ts';
import { rootAt, workload } from '../../support/buildRoots.ts';

const roots = [rootAt('apps/dev'), rootAt('apps/prod'), rootAt('apps/base/shared', ['clusters/eu', 'clusters/us'])];

function placedWith(settings: Partial<PlacementSettings>): ReturnType<typeof place> {
  return place(roots, { ...NO_SETTINGS, ...settings });
}

describe('A correction by the user', () => {
  it('gives a root another environment', () => {
    const { roots: placed, environments } = placedWith({ environments: [['apps/prod', 'live']] });
    deepEqual(placed.get('apps/prod')?.environments, ['live']);
    deepEqual(environments, ['dev', 'eu', 'us', 'live']);
  });

  it('takes a root out of all environments', () => {
    deepEqual(placedWith({ environments: [['apps/dev', '']] }).roots.get('apps/dev')?.environments, ['']);
  });

  it('renames a cluster where nothing else names the environment', () => {
    const { roots: placed } = placedWith({ environments: [['clusters/*', 'prod']] });
    deepEqual(placed.get('apps/base/shared')?.environments, ['prod']);
    deepEqual(placed.get('apps/dev')?.environments, ['dev']);
  });

  it('takes the first pattern that matches', () => {
    const { roots: placed } = placedWith({
      environments: [
        ['apps/**', 'one'],
        ['apps/dev', 'two'],
      ],
    });
    deepEqual(placed.get('apps/dev')?.environments, ['one']);
  });

  it('sets the order', () => {
    deepEqual(placedWith({ order: ['prod'] }).environments, ['prod', 'dev', 'eu', 'us']);
  });

  it('gives workloads another application, by name, by manifest or by root', () => {
    const { roots: placed } = placedWith({
      applications: [
        ['legacy-*', 'billing'],
        ['apps/base/old/**', 'archive'],
        ['apps/prod', 'everything'],
      ],
    });
    equal(placed.get('apps/dev')?.application(workload('legacy-api', 'apps/base/api/d.yaml')), 'billing');
    equal(placed.get('apps/dev')?.application(workload('x', 'apps/base/old/x/d.yaml')), 'archive');
    equal(placed.get('apps/dev')?.application(workload('api', 'apps/base/api/d.yaml')), 'api');
    equal(placed.get('apps/prod')?.application(workload('api', 'apps/base/api/d.yaml')), 'everything');
  });
});

describe('A placement', () => {
  const first = place(roots);

  it('stays as it is while directories, clusters and settings do', () => {
    equal(
      place(
        roots.map((root) => ({ ...root, usages: [] })),
        NO_SETTINGS,
        first,
      ).roots,
      first.roots,
    );
  });

  it('is made anew when a root comes, a cluster goes or a setting changes', () => {
    notEqual(place([...roots, rootAt('apps/test')], NO_SETTINGS, first).roots, first.roots);
    notEqual(place([...roots.slice(0, 2), rootAt('apps/base/shared', ['clusters/eu'])], NO_SETTINGS, first).roots, first.roots);
    notEqual(place(roots, { ...NO_SETTINGS }, first).roots, first.roots);
  });

  it('always equals one that is made from nothing', () => {
    const later = place([...roots, rootAt('apps/test')], NO_SETTINGS, first);
    deepEqual(later.environments, place([...roots, rootAt('apps/test')]).environments);
  });
});
