import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryRepository } from '../../support/temporaryRepository.ts';
import { ClusterError, CredentialsError } from '../../../src/clients/cluster/errors.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';

const config = (parts: { clusters?: string; users?: string; contexts?: string; current?: string }) => `apiVersion: v1
kind: Config
clusters: [${parts.clusters ?? ''}]
users: [${parts.users ?? ''}]
contexts: [${parts.contexts ?? ''}]
${parts.current === undefined ? '' : `current-context: ${parts.current}`}
`;

describe('kubeconfig files', () => {
  it('are merged as kubectl merges them: the first one wins, and paths are relative to their file', () => {
    using folder = temporaryRepository({
      'a/config': config({
        clusters: '{ name: one, cluster: { server: "https://one", certificate-authority: ca.crt } }',
        users: '{ name: me, user: { tokenFile: token, as-groups: [admins, ops], as-uid: "7" } }',
        contexts: '{ name: dev, context: { cluster: one, user: me, namespace: apps } }',
        current: 'dev',
      }),
      'b/config': config({
        clusters: '{ name: one, cluster: { server: "https://other" } }, { name: two, cluster: { server: "https://two/" } }',
        users:
          '{ name: me, user: { token: other } }, { name: you, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login } } }',
        contexts:
          '{ name: dev, context: { cluster: two, user: you } }, { name: prod "eu", context: { cluster: two, user: you } }, { name: none, context: { cluster: nowhere, user: you } }, { name: open, context: { cluster: two } }',
        current: 'prod',
      }),
    });
    const files = ['a/config', 'absent', 'b/config'].map((name) => join(folder.root, name));
    const before = files.filter((file) => !file.endsWith('absent')).map((file) => readFileSync(file, 'utf8'));
    const kubeconfig = loadKubeconfig({ KUBECONFIG: files.join(delimiter) });
    assert.deepEqual(kubeconfig.problems, []);
    assert.equal(kubeconfig.current, 'dev');
    assert.deepEqual(
      kubeconfig.contexts.map(({ name, server, user, namespace }) => [name, server, user, namespace]),
      [
        ['dev', 'https://one', 'me', 'apps'],
        ['prod "eu"', 'https://two', 'you', ''],
        ['none', '', 'you', ''],
        ['open', 'https://two', '', ''],
      ],
    );
    const dev = kubeconfig.access('dev');
    assert.equal(dev.cluster.caFile, join(folder.root, 'a/ca.crt'));
    assert.equal(dev.tokenFile, join(folder.root, 'a/token'));
    assert.deepEqual([dev.impersonatedGroups, dev.impersonatedUid, dev.user.token], [['admins', 'ops'], '7', undefined]);
    assert.equal(kubeconfig.access('prod "eu"').folder, join(folder.root, 'b'));
    assert.equal(kubeconfig.access('open').user.name, '');
    assert.throws(() => kubeconfig.access('none'), {
      message: 'The context "none" names the cluster "nowhere", which no kubeconfig file defines.',
    });
    assert.throws(() => kubeconfig.access('nope'), {
      message: 'There is no context "nope". Choose one of dev, prod "eu", none, open.',
    });
    assert.deepEqual(
      before,
      files.filter((file) => !file.endsWith('absent')).map((file) => readFileSync(file, 'utf8')),
    );
  });

  it('are the one in the home folder unless told', () => {
    using folder = temporaryRepository({
      '.kube/config': config({
        clusters: '{ name: c, cluster: { server: "https://c" } }',
        users: '{ name: u, user: {} }',
        contexts: '{ name: home, context: { cluster: c, user: u } }',
      }),
    });
    assert.deepEqual(
      loadKubeconfig({ HOME: folder.root }).contexts.map(({ name }) => name),
      ['home'],
    );
    const none = loadKubeconfig({ HOME: join(folder.root, 'nobody') });
    assert.deepEqual(none.contexts, []);
    assert.throws(() => none.access('x'), { message: /no kubeconfig was found\. Set KUBECONFIG, or write ~\/\.kube\/config\.$/ });
  });

  it('that are broken are said so, and the others are used', () => {
    using folder = temporaryRepository({
      broken: 'contexts: [',
      text: 'just text',
      good: config({
        clusters: '{ name: c, cluster: { server: "https://c" } }, { name: noserver, cluster: {} }',
        contexts: '{ name: good, context: { cluster: c } }, { context: {} }',
      }),
    });
    const files = ['broken', 'text', 'good'].map((name) => join(folder.root, name));
    const kubeconfig = loadKubeconfig({ KUBECONFIG: files.join(delimiter) });
    assert.deepEqual(
      kubeconfig.contexts.map(({ name }) => name),
      ['good'],
    );
    assert.ok(
      kubeconfig.problems.includes(`${files[0] ?? ''} is no kubeconfig that can be read; its contexts are left out.`),
      kubeconfig.problems.join('\n'),
    );
  });

  it('that are empty are no problem', () => {
    using folder = temporaryRepository({ empty: '', comment: '# nothing yet\n' });
    const files = ['empty', 'comment'].map((name) => join(folder.root, name));
    const { contexts, problems } = loadKubeconfig({ KUBECONFIG: files.join(delimiter) });
    assert.deepEqual([contexts, problems], [[], []]);
  });

  it('may name a server without its scheme, and nothing that is no address', () => {
    const server = (name: string, address: string, rest = '') => `{ name: ${name}, cluster: { server: "${address}"${rest} } }`;
    using folder = temporaryRepository({
      config: config({
        clusters: [
          server('tls', 'localhost:6443', ', certificate-authority-data: eA=='),
          server('plain', '127.0.0.1:8080'),
          server('odd', 'ftp://x'),
          server('worse', 'https://a b'),
        ].join(', '),
        contexts: ['tls', 'plain', 'odd', 'worse'].map((name) => `{ name: ${name}, context: { cluster: ${name} } }`).join(', '),
      }),
    });
    const kubeconfig = loadKubeconfig({ KUBECONFIG: join(folder.root, 'config') });
    assert.equal(kubeconfig.access('tls').cluster.server, 'https://localhost:6443');
    assert.equal(kubeconfig.access('plain').cluster.server, 'http://127.0.0.1:8080');
    for (const name of ['odd', 'worse'])
      assert.throws(
        () => new Cluster(kubeconfig, name),
        (error: Error) => error instanceof ClusterError && / is no address\. Write one like https:/.test(error.message),
      );
  });

  it('with a provider that Kubernetes has dropped start no program', async () => {
    using folder = temporaryRepository({
      config: config({
        clusters: '{ name: c, cluster: { server: "https://127.0.0.1:9" } }',
        users: '{ name: u, user: { auth-provider: { name: gcp, config: { cmd-path: touch, cmd-args: hacked } } } }',
        contexts: '{ name: old, context: { cluster: c, user: u } }',
      }),
    });
    using cluster = new Cluster(loadKubeconfig({ KUBECONFIG: join(folder.root, 'config') }), 'old');
    await assert.rejects(cluster.connection.json({ path: '/version' }), (error: Error) => {
      assert.ok(error instanceof CredentialsError);
      assert.equal(
        error.message,
        'The user of context "old" signs in with "gcp", which Kubernetes has dropped. Use gke-gcloud-auth-plugin instead.',
      );
      return true;
    });
  });
});
