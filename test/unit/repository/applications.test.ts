import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Workload } from '../../../src/core/repository/applications.ts';
import { place } from '../../../src/core/repository/placement.ts';
import { rootAt, workload } from '../../support/buildRoots.ts';

/** The application of a workload in the first of the roots. */
function applicationIn(directories: readonly string[], of: Workload, clusters: readonly string[] = []): string {
  const roots = directories.map((directory, index) => rootAt(directory, index === 0 ? clusters : []));
  return (
    place(roots)
      .roots.get(directories[0] ?? '')
      ?.application(of) ?? 'missing'
  );
}

describe('The application of a workload', () => {
  const two = ['apps/api/overlays/prod', 'apps/web/overlays/prod'];
  const rows: readonly (readonly [what: string, application: string, roots: readonly string[], workload: Workload])[] = [
    ['the directory above the overlays', 'api', two, workload('redis', 'apps/api/base/redis.yaml')],
    [
      'the directory below the environment',
      'web',
      ['overlays/prod/web', 'overlays/prod/api'],
      workload('nginx', 'base/nginx.yaml'),
    ],
    ['the directory that defines it', 'backend', ['apps/dev', 'apps/prod'], workload('api', 'apps/base/backend/deployment.yaml')],
    [
      'the overlay inside of the environment',
      'pull',
      ['apps/dev'],
      workload('broker', 'apps/base/broker/d.yaml', { changedIn: ['apps/dev/pull/kustomization.yaml'] }),
    ],
    ['itself where no directory has a name', 'frontend', ['envs/prod'], workload('frontend', 'base/deployment.yaml')],
    [
      'itself without the prefix of the environment',
      'frontend',
      ['overlays/dev'],
      workload('dev-frontend', 'base/deployment.yaml'),
    ],
    ['itself without a prefix of several words', 'api', ['envs/load-gpu'], workload('load-gpu-api', 'base/deployment.yaml')],
    [
      'the HelmRelease',
      'toffee-backend',
      ['apps/toffee/prod/base'],
      workload('toffee-backend', 'apps/toffee/backend/backend.yaml', { kind: 'HelmRelease' }),
    ],
    [
      'the last name of a path without environment',
      'plex',
      ['kubernetes/apps/media/plex/app'],
      workload('main', 'kubernetes/apps/media/plex/app/d.yaml'),
    ],
    [
      'a name that elsewhere only structures, right below apps',
      'service',
      ['environments/at23'],
      workload('x', 'manifests/apps/service/base/d.yaml'),
    ],
    [
      'what the name says before the environment',
      'search',
      ['apps/dev/search-staging', 'apps/dev/search-demo'],
      workload('es', 'apps/base/search/es.yaml'),
    ],
    ['the name above a region', 'api', ['apps/api/eu/prod', 'apps/web/eu/prod'], workload('x', 'apps/api/base/d.yaml')],
    [
      'the name below a region',
      'web',
      ['regions/eu/prod/web', 'regions/us/prod/web', 'regions/us/dev/web'],
      workload('x', 'regions/eu/prod/web/d.yaml'),
    ],
    ['the name above its colours', 'web', ['apps/web/blue', 'apps/web/green'], workload('x', 'apps/web/blue/d.yaml')],
    [
      'itself in an environment of a pull request',
      'shop',
      ['apps/preview/pr-123', 'apps/preview/pr-124', 'apps/prod'],
      workload('shop', 'apps/preview/pr-123/d.yaml'),
    ],
    [
      'the directory that defines it where another one puts several together',
      'admission',
      ['lab/dev', 'lab/staging', 'platform/unleash'],
      workload('admission-service', 'base/admission/deployment.yaml'),
    ],
    [
      'the part of a group that the image is called after',
      'controller-x',
      ['apps/prod/upgrade/controller-x/app'],
      { ...workload(''), originalName: 'acme/controller-x' },
    ],
    ['itself where the directory only holds configuration', 'api', ['overlays/dev'], workload('api', 'apps-config/api.yaml')],
    ['the image where no workload is known', 'api', ['apps/dev'], { ...workload(''), originalName: 'ghcr.io/acme/api' }],
    ['a part of one product', 'cart', ['shop/overlays/prod'], workload('x', 'shop/base/cart/deployment.yaml')],
    [
      'what stands above a way of installing',
      'sonar',
      ['sonar/overlays/default', 'nfd/overlays/default'],
      workload('job', 'sonar/overlays/default/job.yaml'),
    ],
  ];
  for (const [what, application, roots, of] of rows)
    it(`is ${what}`, () => {
      equal(applicationIn(roots, of), application);
    });

  it('is not a cluster that stands below several components', () => {
    const roots = ['components/ui/production/rh02', 'components/kite/production/rh02', 'components/kite/staging'];
    equal(applicationIn(roots, workload('proxy', 'components/ui/base/proxy.yaml')), 'ui');
  });

  it('is a part below the environment that stands there for one component only', () => {
    const roots = ['amun/overlays/prod/amun-api', 'amun/overlays/prod/common', 'adviser/overlays/prod'];
    equal(applicationIn(roots, workload('x', 'amun/base/x.yaml')), 'amun-api');
  });

  it('is not the cluster whose directory deploys it', () => {
    equal(applicationIn(['clusters/rhpds/overlays/prod'], workload('client', 'components/apps/client/base/d.yaml')), 'client');
    equal(applicationIn(['apps/gcp'], workload('ci', 'apps/base/ci/d.yaml'), ['clusters/gcp']), 'ci');
  });

  it('is not a part that several applications have', () => {
    const roots = ['trident/namespaced', 'falco/namespaced', 'arc/server', 'tetragon/server', 'loki/server'];
    equal(applicationIn(roots, workload('x', 'trident/namespaced/x.yaml')), 'trident');
    equal(applicationIn(roots.toReversed(), workload('x', 'loki/server/x.yaml')), 'loki');
  });

  it('is not a group of applications', () => {
    const roots = ['apps/prod/media/radarr', 'apps/prod/media/sonarr'];
    equal(applicationIn(roots, workload('x', 'apps/base/media/radarr/x.yaml')), 'radarr');
    equal(applicationIn(['apps/prod/media', ...roots], workload('x', 'apps/base/media/x.yaml')), 'media');
    const changedIn = ['apps/prod/media/radarr/kustomization.yaml'];
    equal(applicationIn(['apps/prod'], workload('x', 'apps/base/media/radarr/x.yaml', { changedIn })), 'radarr');
  });

  it('is not the component that sets its version', () => {
    const changedIn = ['envs/dev/podinfo/app-version/kustomization.yaml'];
    equal(applicationIn(['envs/dev'], workload('x', 'bases/podinfo/x.yaml', { changedIn })), 'podinfo');
  });

  it('is Flux for its own controllers', () => {
    const manifest = 'clusters/dev/flux-system/gotk-components.yaml';
    equal(applicationIn(['clusters/dev'], workload('source-controller', manifest)), 'flux-system');
    equal(applicationIn(['clusters/dev/flux-system'], workload('source-controller', manifest)), 'flux-system');
  });

  it('is not a directory whose name only structures, in one word or several', () => {
    equal(applicationIn(['kubernetes-manifests'], workload('redis-cart', 'kubernetes-manifests/redis.yaml')), 'redis-cart');
    equal(applicationIn(['oci/traefik/apps/post-deploy'], workload('job', 'oci/traefik/apps/post-deploy/job.yaml')), 'traefik');
  });

  it('is never empty and never an error, whatever the paths are', () => {
    const segment = fc.constantFrom(
      'apps',
      'base',
      'overlays',
      'dev',
      'prod',
      'api',
      'clusters',
      'api-dev',
      '00',
      '',
      '.',
      'prod-eu',
      'constructor',
    );
    const path = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(
        fc.array(path, { minLength: 1, maxLength: 5 }),
        path,
        fc.string({ minLength: 1 }),
        (directories, manifest, name) => {
          const placement = place(directories.map((directory) => rootAt(directory, [manifest])));
          for (const root of placement.roots.values()) equal(root.application(workload(name, manifest)) === '', false);
        },
      ),
    );
  });
});
