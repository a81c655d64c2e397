// Objects of a cluster as tests need them.
import type { Json, LiveObject } from '../../../src/core/kubernetes/liveObject.ts';

const ready = (reason = 'Succeeded', status = 'True', message = '') => [
  { type: 'Ready', status, reason, message, observedGeneration: 1 },
];

export function source(
  name: string,
  kind = 'GitRepository',
  more: { spec?: Json; status?: Json; failing?: string } = {},
): LiveObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: { name, namespace: 'flux-system', generation: 1, resourceVersion: '1' },
    spec: { interval: '1m', ref: { branch: 'main' }, ...more.spec },
    status: {
      conditions: more.failing === undefined ? ready() : ready('GitOperationFailed', 'False', more.failing),
      ...more.status,
    },
  };
}

export function kustomization(
  name: string,
  from: string,
  more: { spec?: Json; status?: Json; inventory?: readonly string[]; kind?: string; failing?: string } = {},
): LiveObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system', generation: 1, resourceVersion: '1' },
    spec: { sourceRef: { kind: more.kind ?? 'GitRepository', name: from }, ...more.spec },
    status: {
      conditions: more.failing === undefined ? ready('ReconciliationSucceeded') : ready('BuildFailed', 'False', more.failing),
      inventory: { entries: (more.inventory ?? []).map((id) => ({ id, v: 'v1' })) },
      ...more.status,
    },
  };
}

export function helmRelease(name: string, from: string, more: { status?: Json; spec?: Json } = {}): LiveObject {
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: 'flux-system', generation: 1, resourceVersion: '1' },
    spec: { chart: { spec: { chart: name, sourceRef: { kind: 'HelmRepository', name: from } } }, ...more.spec },
    status: { conditions: ready('InstallSucceeded'), ...more.status },
  };
}

export function deployment(
  name: string,
  owner: string,
  more: {
    namespace?: string;
    resourceVersion?: string;
    failing?: boolean;
    image?: string;
    status?: Json;
    release?: boolean;
  } = {},
): LiveObject {
  const group = more.release === true ? 'helm.toolkit.fluxcd.io' : 'kustomize.toolkit.fluxcd.io';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: more.namespace ?? 'dev',
      generation: 1,
      resourceVersion: more.resourceVersion ?? '1',
      labels: { [`${group}/name`]: owner, [`${group}/namespace`]: 'flux-system' },
    },
    spec: { replicas: 1, template: { spec: { containers: [{ name, image: more.image ?? 'app:1' }] } } },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      availableReplicas: more.failing === true ? 0 : 1,
      conditions:
        more.failing === true
          ? [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'late' }]
          : [],
      ...more.status,
    },
  };
}

export function pod(
  name: string,
  owner: string,
  hash: string,
  more: {
    image?: string;
    waiting?: string;
    digest?: string;
    deleted?: boolean;
    phase?: string;
    init?: { image: string; state: Json };
  } = {},
): LiveObject {
  const image = more.image ?? 'app:1';
  const isReady = more.waiting === undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'dev',
      resourceVersion: '1',
      labels: { 'pod-template-hash': hash },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${owner}-${hash}`, uid: 'u', controller: true }],
      ...(more.deleted === true ? { deletionTimestamp: '2026-11-25T00:00:00Z' } : {}),
    },
    spec: {
      containers: [{ name: owner, image }],
      ...(more.init === undefined ? {} : { initContainers: [{ name: 'before', image: more.init.image }] }),
    },
    status: {
      ...(more.init === undefined
        ? {}
        : { initContainerStatuses: [{ name: 'before', restartCount: 0, imageID: '', ready: false, state: more.init.state }] }),
      phase: more.phase ?? (isReady ? 'Running' : 'Pending'),
      ...(more.phase === 'Failed' ? { reason: 'Evicted', message: 'The node was low on resource: memory.' } : {}),
      conditions: isReady ? ready() : [],
      containerStatuses: [
        {
          name: owner,
          image,
          imageID: more.digest === undefined ? '' : `app@${more.digest}`,
          ready: isReady,
          restartCount: 0,
          state: isReady ? { running: {} } : { waiting: { reason: more.waiting, message: 'failed: not found' } },
        },
      ],
    },
  };
}

/** What runs at times. */
export function cronJob(name: string, owner: string, image: string): LiveObject {
  const { metadata } = deployment(name, owner);
  const spec = { jobTemplate: { spec: { template: { spec: { containers: [{ name, image }] } } } } };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec, status: {} };
}

/** `more` is for its specification and its status: `updateStrategy`, revisions, replicas. */
export function statefulSet(name: string, owner: string, image: string, more: { spec?: Json; status?: Json } = {}): LiveObject {
  const { metadata } = deployment(name, owner);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: { replicas: 1, template: { spec: { containers: [{ name, image }] } }, ...more.spec },
    status: {
      observedGeneration: 1,
      replicas: 1,
      availableReplicas: 1,
      currentRevision: `${name}-1`,
      updateRevision: `${name}-2`,
      ...more.status,
    },
  };
}
