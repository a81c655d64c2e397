import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { place } from '../../../src/core/repository/placement.ts';
import { rootAt } from '../../support/buildRoots.ts';

/** The environments of roots, given as `directory` or `directory < cluster, cluster`. */
function environmentsOf(...lines: readonly string[]): Record<string, string> {
  const roots = lines.map((line) => {
    const [directory = '', clusters = ''] = line.split(' < ');
    return rootAt(directory, clusters === '' ? [] : clusters.split(', '));
  });
  const placement = place(roots);
  return Object.fromEntries(roots.map(({ id }) => [id, placement.roots.get(id)?.environments.join(', ') ?? 'missing']));
}

describe('The environment of a root', () => {
  const layouts: readonly (readonly [what: string, environments: Record<string, string>])[] = [
    ['the directory of environment-level roots', { 'apps/dev': 'dev', 'apps/prod': 'prod' }],
    ['the overlay', { 'apps/api/overlays/dev': 'dev', 'apps/api/overlays/moc-prod': 'moc-prod', 'apps/web/overlays/dev': 'dev' }],
    [
      'the child of an environments directory, whatever its name',
      { 'environments/at23/apps/api': 'at23', 'envs/load-gpu': 'load-gpu' },
    ],
    [
      'the stage below a component, not its clusters',
      { 'components/ui/staging': 'staging', 'components/ui/production/kflux-prd-rh02': 'production' },
    ],
    ['the ring', { 'components/ui/rings/ring-1/base': 'ring-1', 'components/ui/rings/empty-base/empty-base': '' }],
    [
      'not the name of an application that could be one',
      {
        'components/integration/development': 'development',
        'components/integration/production': 'production',
        'components/kite/development': 'development',
        'base/test-runner': '',
      },
    ],
    ['the overlay inside of a cluster', { 'clusters/rhpds/overlays/prod': 'prod', 'clusters/local.home/overlays/dev': 'dev' }],
    ['hidden behind a word that only structures', { 'local-k8s/apps/api': 'local', 'apps/api/overlays/dev': 'dev' }],
    [
      'what differs between two of the same, inside of the environment of the cluster',
      { 'apps/dev/search-staging': 'staging', 'apps/dev/search-demo': 'demo', 'apps/prod/search': 'prod' },
    ],
    [
      'split from application and environment in one name',
      { 'apps/api-dev': 'dev', 'apps/api-prod': 'prod', 'apps/web-dev': 'dev' },
    ],
    ['not a word in the names of applications', { 'apps/dev-portal': '', 'apps/staging-tools': '', 'apps/test-runner': '' }],
    ['a word in front of several names', { 'apps/dev-api': 'dev', 'apps/dev-web': 'dev', 'apps/prod-db': 'prod' }],
    ['a region of a stage', { 'prod-eu/api': 'prod-eu', 'prod-us/api': 'prod-us', 'staging-eu/api': 'staging-eu' }],
    ['none for a base that nothing uses', { 'apps/base/api': '', 'infrastructure/controllers': '' }],
  ];
  for (const [what, environments] of layouts)
    it(`is ${what}`, () => {
      deepEqual(environmentsOf(...Object.keys(environments)), environments);
    });

  it('is the cluster that deploys it where the path says nothing', () => {
    deepEqual(environmentsOf('apps/api < clusters/my-cluster', 'apps/dev < clusters/my-cluster'), {
      'apps/api': 'my-cluster',
      'apps/dev': 'dev',
    });
  });

  it('is the cluster entry beside those of known environments, whatever its name', () => {
    deepEqual(
      environmentsOf('apps/api < cluster-apps/fallback', 'apps/web < cluster-apps/production, cluster-apps/staging', 'apps/db'),
      { 'apps/api': 'fallback', 'apps/web': 'production, staging', 'apps/db': '' },
    );
  });

  it('is every cluster that deploys the same rendering', () => {
    deepEqual(environmentsOf('infrastructure/controllers < clusters/staging, clusters/production'), {
      'infrastructure/controllers': 'staging, production',
    });
  });

  it('is none in a repository of one cluster without a name', () => {
    deepEqual(environmentsOf('kubernetes/apps/default/atuin/app < kubernetes/flux/cluster'), {
      'kubernetes/apps/default/atuin/app': '',
    });
  });

  it('takes the name of a cluster in the path for an environment', () => {
    deepEqual(environmentsOf('apps/gcp/ci < clusters/gcp', 'apps/prod2/ci < clusters/prod2', 'apps/base/ci'), {
      'apps/gcp/ci': 'gcp',
      'apps/prod2/ci': 'prod2',
      'apps/base/ci': '',
    });
  });

  it('is none for the variants of a catalogue', () => {
    deepEqual(
      environmentsOf(
        'nfd/overlays/vsphere',
        'odf/overlays/stable-4.17',
        'acs/overlays/plugins',
        'web/overlays/default',
        'gpu/overlays/mig-single',
      ),
      {
        'nfd/overlays/vsphere': '',
        'odf/overlays/stable-4.17': '',
        'acs/overlays/plugins': '',
        'web/overlays/default': '',
        'gpu/overlays/mig-single': '',
      },
    );
  });

  it('is listed in order, once', () => {
    const roots = ['apps/prod', 'apps/dev', 'apps/staging', 'infra/dev'].map((directory) => rootAt(directory));
    deepEqual(place(roots).environments, ['dev', 'staging', 'prod']);
  });

  it('costs little for ten thousand roots', () => {
    const roots = Array.from({ length: 10_000 }, (_, index) =>
      rootAt(`apps/app-${index % 2500}/overlays/${['dev', 'qa', 'uat', 'prod'][index % 4]}`),
    );
    equal(place(roots).environments.join(' '), 'dev qa uat prod');
  });
});
