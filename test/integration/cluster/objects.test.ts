import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitServer } from '../../support/cluster/gitServer.ts';
import { startGitServer } from '../../support/cluster/gitServer.ts';
import { kubeconfigFor, userWith } from '../../support/cluster/identities.ts';
import type { Scene } from '../../support/cluster/scene.ts';
import { IMAGE, scene } from '../../support/cluster/scene.ts';
import type { SharedCluster } from '../../support/cluster/sharedCluster.ts';
import { sharedCluster } from '../../support/cluster/sharedCluster.ts';
import { runtimeLog } from '../../support/cluster/startCluster.ts';
import { eventsOf } from '../../../src/clients/cluster/events.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import { Cluster } from '../../../src/clients/cluster.ts';
import type { Json, LiveObject, ObjectReference } from '../../../src/core/kubernetes/liveObject.ts';
import { idOf, nameOf, referenceTo } from '../../../src/core/kubernetes/liveObject.ts';
import { checkFlux } from '../../../src/workflows/checkFlux.ts';
import { compareWithCluster } from '../../../src/workflows/compareWithCluster.ts';
import { controllerLogs } from '../../../src/workflows/controllerLogs.ts';
import { liveManifest } from '../../../src/workflows/liveManifest.ts';
import { reconcile } from '../../../src/workflows/reconcile.ts';
import { suspend } from '../../../src/workflows/suspend.ts';
import { traceObject } from '../../../src/workflows/traceObject.ts';
import { verifyRollout } from '../../../src/workflows/verifyRollout.ts';
import type { LiveCluster } from '../../../src/workflows/watchCluster.ts';
import { watchCluster } from '../../../src/workflows/watchCluster.ts';

let cluster: SharedCluster;
let git: GitServer;
let live: LiveCluster;
before(async () => {
  [cluster, git] = await Promise.all([sharedCluster(), startGitServer()]);
  live = await watchCluster(cluster.client);
});
after(async () => {
  live[Symbol.dispose]();
  await git[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});
const signal = AbortSignal.timeout(600_000);

async function ready(reference: ObjectReference): Promise<void> {
  await live.until((tree) => tree.node(reference)?.status?.state === 'Ready' || undefined, signal);
}

describe('a Helm release', () => {
  const chart = (tag: string) => ({
    'charts/shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: ${tag}\n`,
    'charts/shop/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: {{ .Release.Namespace }} }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: "${IMAGE}:{{ .Values.tag }}" }] }
`,
  });
  const release = (play: Scene, tag: string) => ({
    'overlay/kustomization.yaml': `namespace: ${play.name}\nresources: [namespace.yaml, release.yaml]\n`,
    'overlay/release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: shop }
spec:
  interval: 10m
  chart: { spec: { chart: ./charts/shop, sourceRef: { kind: GitRepository, name: ${play.name}, namespace: flux-system }, reconcileStrategy: Revision } }
  values: { tag: ${JSON.stringify(tag)} }
`,
  });

  it('is a step between the commit and its pods', async () => {
    await using play = scene(cluster.client, git);
    const commit = play.repository.push({ ...chart('0.1.0'), ...release(play, '4.0.0') });
    await play.applySource();
    await play.applyKustomization();
    const shop = { group: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease', namespace: play.name, name: 'shop' };
    const target = { kustomization: play.kustomization, commit, branches: undefined, image: `${IMAGE}:4.0.0`, workloads: [shop] };
    const verification = await verifyRollout(live, target, { signal, place: 'dev' });
    assert.equal(verification.outcome, 'running', verification.sentence);
    assert.equal(verification.pods, 1);
    const node = live.tree.node(shop);
    assert.ok(node);
    assert.equal(node.status?.state, 'Ready');
    assert.match(node.status?.revision ?? '', /^0\.1\.0/);
    assert.equal(live.tree.parent(node)?.id, idOf(play.source));
    assert.deepEqual(
      live.tree.children(node).map(({ reference }) => nameOf(reference)),
      [`Deployment ${play.name}/shop`],
    );
    const chain = await traceObject(cluster.client, play.deployment, signal);
    assert.deepEqual(
      chain.map(({ reference }) => reference.kind),
      ['Deployment', 'HelmRelease', 'GitRepository'],
    );

    const next = play.repository.push(release(play, 'missing-5'));
    await reconcile(live, play.source, { withSource: false, signal });
    const broken = await verifyRollout(
      live,
      { ...target, commit: next, image: `${IMAGE}:missing-5` },
      {
        signal,
        place: 'dev',
        patienceMilliseconds: 1000,
        timeoutMilliseconds: 20_000,
      },
    );
    assert.equal(broken.outcome, 'failing');
    assert.match(
      broken.sentence,
      /^dev still runs 4\.0\.0: Deployment \w+\/shop waits for its image \(ImagePullBackOff: not found\)\.$/,
    );
    await suspend(cluster.client, shop);
    await live.until((tree) => tree.node(shop)?.status?.state === 'Suspended' || undefined, signal);
  });
});

describe('a Helm release without its chart', () => {
  it('has failed as its chart has, and names it', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    const release = await play.apply({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: play.name, namespace: 'flux-system' },
      spec: {
        interval: '10m',
        chart: {
          spec: { chart: './charts/absent', sourceRef: { kind: 'GitRepository', name: play.name, namespace: 'flux-system' } },
        },
      },
    });
    const status = await live.until((tree) => {
      const now = tree.node(referenceTo(release))?.status;
      return now?.state === 'Failed' ? now : undefined;
    }, AbortSignal.timeout(30_000));
    assert.match(status.message, /^HelmChart 'flux-system\/flux-system-\w+' is not ready: /);
  });
});

describe('a Helm release that depends on another one', () => {
  it('is not waited for where that is suspended', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    const reference = { group: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease', namespace: 'flux-system', name: play.name };
    const later = { ...reference, name: `${play.name}-later` };
    const release = ({ name, namespace }: ObjectReference, more: Json) =>
      play.apply({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name, namespace },
        spec: {
          interval: '10m',
          chart: { spec: { chart: './nowhere', sourceRef: { kind: 'GitRepository', name: play.name } } },
          ...more,
        },
      });
    await release(reference, { suspend: true });
    await release(later, { dependsOn: [{ name: reference.name }] });
    const outcome = await reconcile(live, later, { withSource: false, signal, timeoutMilliseconds: 20_000 });
    assert.deepEqual([outcome.ok, outcome.sentence], [false, `It depends on flux-system/${reference.name}, which is suspended.`]);
  });
});

describe('what Flux applied', () => {
  it('leads back to its source, from a pod too', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await ready(play.deployment);
    const [pod] = live.tree.children(live.tree.node(play.deployment)!);
    const chain = await traceObject(cluster.client, pod!.reference, signal);
    assert.deepEqual(
      chain.map(({ reference }) => reference.kind),
      ['Pod', 'Deployment', 'Kustomization', 'GitRepository'],
    );
    assert.ok(
      chain.every(({ status }) => status?.state === 'Ready'),
      JSON.stringify(chain.map(({ status }) => status)),
    );
    const alone = await traceObject(cluster.client, { group: '', kind: 'Node', namespace: '', name: 'node-1' }, signal);
    assert.equal(alone.length, 1);
    const nothing = await traceObject(cluster.client, { ...play.deployment, name: 'nothing' }, signal);
    assert.deepEqual(
      nothing.map(({ object }) => object),
      [undefined],
    );
  });

  it('stays suspended though its own Kustomization is applied again', async () => {
    await using play = scene(cluster.client, git);
    const child = `${play.name}-child`;
    play.repository.push({
      'parent/child.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${child}, namespace: flux-system }
spec: { interval: 10m, prune: true, path: ./overlay, sourceRef: { kind: GitRepository, name: ${play.name} } }
`,
    });
    await play.applySource();
    await play.applyKustomization({ path: './parent' });
    const reference = { ...play.kustomization, name: child };
    await ready(reference);
    await suspend(cluster.client, reference);
    play.repository.push({ 'parent/more.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n' });
    assert.ok((await reconcile(live, play.kustomization, { withSource: true, signal })).ok);
    const object = await cluster.client.get(reference);
    assert.ok(object);
    assert.equal(object.spec?.['suspend'], true);
    const owners = (object.metadata as unknown as { managedFields: { manager: string; fieldsV1: object }[] }).managedFields;
    assert.ok(owners.some(({ manager, fieldsV1 }) => manager === 'flux' && JSON.stringify(fieldsV1).includes('f:suspend')));
  });

  it('can be read as YAML, with Secrets masked', async () => {
    await using play = scene(cluster.client, git);
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"password":"hunter2"}}' };
    const metadata = { name: play.name, namespace: 'flux-system', annotations };
    await play.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password: 'hunter2' } } as never);
    const text = await liveManifest(
      cluster.client,
      { group: '', kind: 'Secret', namespace: 'flux-system', name: play.name },
      signal,
    );
    assert.match(text ?? '', /^kind: Secret$/m);
    assert.match(text ?? '', /^ {2}password: •••• \(7 bytes\)$/m);
    assert.doesNotMatch(text ?? '', /managedFields|aHVudGVyMg|hunter2/);
    assert.equal(await liveManifest(cluster.client, { ...play.deployment, name: 'nothing' }, signal), undefined);
  });

  it('has events', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await ready(play.kustomization);
    const events = await eventsOf(cluster.client, play.kustomization, signal);
    assert.ok(
      events.some(({ message }) => message.includes(`Deployment/${play.name}/shop created`)),
      JSON.stringify(events),
    );
    assert.ok(events.every(({ time }) => !Number.isNaN(Date.parse(time))));
  });
});

describe('kinds of an older version', () => {
  it('are followed in the version that the cluster serves', async () => {
    await using play = scene(cluster.client, git);
    const group = 'image.toolkit.fluxcd.io';
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } };
    const versions = [{ name: 'v1beta2', served: true, storage: true, schema, subresources: { status: {} } }];
    for (const [kind, plural] of [
      ['ImageRepository', 'imagerepositories'],
      ['ImagePolicy', 'imagepolicies'],
    ] as const) {
      const names = { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` };
      const spec = { group, scope: 'Namespaced', names, versions };
      await play.apply({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `${plural}.${group}` },
        spec,
      });
    }
    using other = new Cluster(loadKubeconfig({ KUBECONFIG: cluster.kubeconfig }), 'test');
    for (;;) {
      if ((await other.resource(group, 'ImagePolicy', signal)) !== undefined) break;
      other.discovery.forget();
      await sleep(100, undefined, { signal });
    }
    const apiVersion = `${group}/v1beta2`;
    const metadata = { name: play.name, namespace: 'flux-system' };
    await play.apply({ apiVersion, kind: 'ImageRepository', metadata, spec: { image: IMAGE, interval: '1m', suspend: true } });
    await play.apply({ apiVersion, kind: 'ImagePolicy', metadata, spec: { imageRepositoryRef: { name: play.name } } });
    const conditions = [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: '', observedGeneration: 1 }];
    await cluster.client.connection.json({
      method: 'PATCH',
      path: `/apis/${apiVersion}/namespaces/flux-system/imagepolicies/${play.name}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { conditions, latestRef: { name: IMAGE, tag: '2.0.0' } } },
    });
    using older = await watchCluster(other);
    const root = older.tree.roots().find(({ reference }) => reference.kind === 'ImageRepository');
    assert.equal(root?.status?.state, 'Suspended');
    const [policy] = older.tree.children(root);
    assert.deepEqual([policy?.status?.state, policy?.status?.revision], ['Ready', `${IMAGE}:2.0.0`]);
  });
});

describe('a comparison with the cluster', () => {
  const manifests = (play: Scene, tag: string) => `apiVersion: v1
kind: Namespace
metadata: { name: ${play.name} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: ${play.name}, labels: { app: shop } }
spec:
  replicas: 2
  progressDeadlineSeconds: 10
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: "${IMAGE}:${tag}" }] }
---
apiVersion: v1
kind: Secret
metadata: { name: login, namespace: ${play.name} }
stringData: { password: hunter2 }
`;
  const summary = (differences: Awaited<ReturnType<typeof compareWithCluster>>) =>
    differences.map(({ reference, change }) => `${reference.kind} ${change}`);

  it('shows only what applying would change', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await ready(play.deployment);
    const options = { kustomization: play.kustomization, signal };
    const same = await compareWithCluster(cluster.client, manifests(play, '1.0.0'), options);
    assert.deepEqual(summary(same), ['Namespace same', 'Deployment same', 'Secret added']);
    const changed = await compareWithCluster(cluster.client, manifests(play, '1.1.0'), options);
    assert.deepEqual(summary(changed), ['Namespace same', 'Deployment changed', 'Secret added']);
    const lines = (text: string) => text.split('\n');
    const [, deployment, secret] = changed;
    assert.ok(deployment && secret);
    const gone = lines(deployment.before).filter((line) => !lines(deployment.after).includes(line));
    assert.deepEqual(
      gone.map((line) => line.trim()),
      [`- image: ${IMAGE}:1.0.0`],
    );
    assert.match(secret.after, /password: •••• \(7 bytes\)/);
    assert.doesNotMatch(secret.after, /hunter2|aHVudGVyMg/);
    const [less] = (await compareWithCluster(cluster.client, manifests(play, '1.0.0').split('---')[0]!, options)).slice(1);
    assert.deepEqual([less?.reference.kind, less?.change], ['Deployment', 'removed']);
  });

  it('never quotes a value of a Secret that the cluster refuses', async () => {
    const secret = (values: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: login, namespace: default }\n${values}\n`;
    for (const values of [
      'stringData: { password: 8675309 }',
      'data: { password: "hunter2!!" }',
      'stringData: { password: { a: hunter2 } }',
      'hunter2: hunter2',
    ]) {
      const [refused] = await compareWithCluster(cluster.client, secret(values), { signal });
      assert.equal(refused?.change, 'refused', values);
      assert.match(refused.note, /^The cluster refuses Secret default\/login, and what it says may quote a value: check that/);
      assert.doesNotMatch(JSON.stringify(refused), /hunter2|8675309/);
    }
  });

  it('says what the cluster would refuse, and compares fields where a dry run is not allowed', async () => {
    await using play = scene(cluster.client, git);
    await play.applySource();
    await play.applyKustomization();
    await ready(play.deployment);
    const moved = manifests(play, '1.0.0').replace('matchLabels: { app: shop }', 'matchLabels: { app: other }');
    const refused = (await compareWithCluster(cluster.client, moved, { signal }))[1];
    assert.equal(refused?.change, 'refused');
    assert.match(refused.note, /^The cluster refuses: Deployment\.apps "shop" is invalid/);
    const token = await userWith(cluster.client, 'comparing', [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }]);
    const kubeconfig = loadKubeconfig({ KUBECONFIG: kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`) });
    using reader = new Cluster(kubeconfig, 'test');
    const differences = await compareWithCluster(reader, manifests(play, '1.1.0'), { signal });
    assert.deepEqual(summary(differences).slice(0, 2), ['Namespace same', 'Deployment changed']);
    assert.equal(differences[1]?.note, 'You may not do a dry run, so only the fields of the manifest are compared.');
  });
});

describe('Check Flux', () => {
  const controller = (name: string, version: string, replicas = 1): LiveObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'flux-system',
      labels: { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/component': name, app: name },
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'manager', image: `ghcr.io/fluxcd/${name}:${version}` }] },
      },
    },
  });

  it('knows the controllers, the kinds, and what an old version does differently', async () => {
    await using play = scene(cluster.client, git);
    const none = await checkFlux(cluster.client, 'flux-system', signal);
    assert.ok(none.findings.some(({ text }) => text.startsWith('No deployment of source-controller was found')));
    await play.apply(controller('kustomize-controller', 'v1.9.3'));
    await play.apply(controller('source-controller', 'v1.9.5'));
    await play.apply(controller('helm-controller', 'missing-1'));
    const at = (name: string) => ({ group: 'apps', kind: 'Deployment', namespace: 'flux-system', name });
    await Promise.all(['kustomize-controller', 'source-controller'].map((name) => ready(at(name))));
    const check = await checkFlux(cluster.client, 'flux-system', signal);
    assert.deepEqual(check.controllers.map(({ name, version, status }) => `${name} ${version} ${status.state}`).sort(), [
      'helm-controller  Progressing',
      'kustomize-controller v1.9.3 Ready',
      'source-controller v1.9.5 Ready',
    ]);
    assert.deepEqual(check.kinds.find(({ kind }) => kind === 'GitRepository')?.versions, ['v1']);
    assert.deepEqual(check.kinds.find(({ kind }) => kind === 'HelmRelease')?.versions, ['v2']);
    const texts = check.findings.map(({ severity, text }) => `${severity}: ${text}`);
    assert.equal(texts.length, 2, texts.join('\n'));
    assert.match(texts[0] ?? '', /^warning: helm-controller in flux-system is not ready: 0\/1 ready/);
    assert.match(texts[1] ?? '', /^information: kustomize-controller v1\.9\.3: an entry of spec\.images replaces/);

    // What the real controller wrote, as the logs of its pod.
    await play.applySource();
    await play.applyKustomization({ path: './nowhere' });
    await live.until((tree) => tree.node(play.kustomization)?.status?.state === 'Failed' || undefined, signal);
    const written = readFileSync(join(cluster.folder, 'kustomize-controller.log'), 'utf8').split('\n');
    writeFileSync(join(cluster.folder, 'controller-pods.log'), runtimeLog(written));
    const lines = await controllerLogs(cluster.client, play.kustomization, 'flux-system', signal);
    assert.ok(
      lines.some(({ error, text }) => error && text.includes('kustomization path not found')),
      JSON.stringify(lines),
    );
  });

  it('says what it may not see, and all the rest', async () => {
    const reader = [{ apiGroups: ['source.toolkit.fluxcd.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    const token = await userWith(cluster.client, 'checking', reader);
    using own = new Cluster(
      loadKubeconfig({ KUBECONFIG: kubeconfigFor(cluster.folder, cluster.server, `{ token: "${token}" }`) }),
      'test',
    );
    const { kubernetes, kinds, controllers, findings } = await checkFlux(own, 'flux-system', signal);
    assert.notEqual(kubernetes, '');
    assert.ok(kinds.some(({ kind }) => kind === 'GitRepository'));
    assert.deepEqual(controllers, []);
    assert.deepEqual(
      findings.map(({ text }) => text),
      ['You may not list deployments in the namespace of Flux, so nothing is known of its controllers and their versions.'],
    );
  });
});
