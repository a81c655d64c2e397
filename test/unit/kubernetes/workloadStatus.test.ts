import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json, LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { containersOf } from '../../../src/core/kubernetes/podStatus.ts';
import { imagesOf, workloadStatus } from '../../../src/core/kubernetes/workloadStatus.ts';

function workload(kind: string, spec: Json, status: Json, metadata: object = {}): LiveObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'x', namespace: 'dev', generation: 1, ...metadata },
    spec,
    status: { observedGeneration: 1, ...status },
  };
}

const condition = (type: string, status: string, reason = '', message = ''): Json => ({ type, status, reason, message });

describe('a rollout', () => {
  const deployment = (status: Json, spec: Json = { replicas: 3 }) => workload('Deployment', spec, status);
  const cases: readonly [what: string, object: LiveObject, state: string, text: RegExp][] = [
    ['ready', deployment({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 }), 'Ready', /^3\/3 ready$/],
    ['scaled to nothing', deployment({}, { replicas: 0 }), 'Ready', /^0\/0 ready$/],
    [
      'one replica unless told',
      deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }, {}),
      'Ready',
      /^1\/1 ready$/,
    ],
    [
      'not all updated',
      deployment({ replicas: 4, updatedReplicas: 1, availableReplicas: 3 }),
      'Progressing',
      /^3\/3 ready, 1 of 3 updated$/,
    ],
    ['not all available', deployment({ replicas: 3, updatedReplicas: 3, availableReplicas: 2 }), 'Progressing', /^2\/3 ready$/],
    [
      'old pods still ending',
      deployment({ replicas: 4, updatedReplicas: 3, availableReplicas: 3 }),
      'Progressing',
      /1 of the version before is still ending$/,
    ],
    ['changed and not looked at', workload('Deployment', {}, {}, { generation: 2 }), 'Progressing', /not looked at that yet/],
    [
      'paused',
      deployment({ replicas: 3, updatedReplicas: 1, availableReplicas: 3 }, { replicas: 3, paused: true }),
      'Suspended',
      /paused/,
    ],
    [
      'over its deadline',
      deployment({ conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'timed out')] }),
      'Failed',
      /timed out/,
    ],
    [
      'ready in spite of an old deadline',
      deployment({
        replicas: 3,
        updatedReplicas: 3,
        availableReplicas: 3,
        conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')],
      }),
      'Ready',
      /3\/3/,
    ],
    [
      'refused by a quota',
      deployment({ conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota: none')] }),
      'Failed',
      /exceeded quota/,
    ],
    ['being deleted', workload('Deployment', {}, {}, { deletionTimestamp: 'x' }), 'Progressing', /deleted/],
    [
      'a stateful set that is done',
      workload(
        'StatefulSet',
        { replicas: 2 },
        { replicas: 2, readyReplicas: 2, availableReplicas: 2, currentRevision: 'a', updateRevision: 'a' },
      ),
      'Ready',
      /2\/2/,
    ],
    [
      'a stateful set on its way',
      workload(
        'StatefulSet',
        { replicas: 2 },
        { replicas: 2, updatedReplicas: 1, availableReplicas: 2, currentRevision: 'a', updateRevision: 'b' },
      ),
      'Progressing',
      /1 of 2 updated/,
    ],
    [
      'a stateful set with a partition',
      workload(
        'StatefulSet',
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        { replicas: 3, updatedReplicas: 1, availableReplicas: 3, currentRevision: 'a', updateRevision: 'b' },
      ),
      'Ready',
      /3\/3/,
    ],
    [
      'a stateful set that waits to be deleted by hand',
      workload(
        'StatefulSet',
        { replicas: 1, updateStrategy: { type: 'OnDelete' } },
        { replicas: 1, availableReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      ),
      'Ready',
      /1\/1/,
    ],
    [
      'a daemon set on its way',
      workload('DaemonSet', {}, { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }),
      'Progressing',
      /2 of 3 updated/,
    ],
    [
      'a daemon set that is done',
      workload('DaemonSet', {}, { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }),
      'Ready',
      /3\/3/,
    ],
    ['a job that runs', workload('Job', {}, { active: 1 }), 'Progressing', /^1 pod runs$/],
    ['a job that is done', workload('Job', {}, { conditions: [condition('Complete', 'True')] }), 'Ready', /^$/],
    [
      'a job that failed',
      workload('Job', {}, { conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'Job has reached the limit')] }),
      'Failed',
      /limit/,
    ],
    ['a job that is suspended', workload('Job', { suspend: true }, {}), 'Suspended', /^$/],
    ['a cron job', workload('CronJob', {}, { lastScheduleTime: '2026-11-25T00:00:00Z' }), 'Ready', /^$/],
    ['a cron job that has not run', workload('CronJob', {}, {}), 'Ready', /not run yet/],
    ['a cron job that is suspended', workload('CronJob', { suspend: true }, {}), 'Suspended', /^$/],
  ];
  for (const [what, object, state, text] of cases) {
    it(what, () => {
      const status = workloadStatus(object);
      assert.equal(status?.state, state);
      assert.match(status?.message ?? '', text);
    });
  }
  it('is for workloads alone', () => assert.equal(workloadStatus(workload('Service', {}, {})), undefined));
  it('has images, of cron jobs too', () => {
    const spec = { containers: [{ name: 'a', image: 'x:1' }], initContainers: [{ name: 'b', image: 'y:1' }] };
    const images = [
      { container: 'a', image: 'x:1' },
      { container: 'b', image: 'y:1' },
    ];
    assert.deepEqual(imagesOf(workload('Deployment', { template: { spec } }, {})), images);
    assert.deepEqual(imagesOf(workload('CronJob', { jobTemplate: { spec: { template: { spec } } } }, {})), images);
    assert.deepEqual(imagesOf(workload('Pod', spec, {})), images);
  });
});

describe('a pod', () => {
  const spec = {
    containers: [{ name: 'app', image: 'x:1' }],
    initContainers: [
      { name: 'init', image: 'y:1' },
      { name: 'side', image: 'z:1', restartPolicy: 'Always' },
    ],
  };
  const pod = (status: Json, metadata: object = {}) => workload('Pod', spec, status, metadata);
  const waiting = (name: string, reason: string, message = '', more: Json = {}): Json => ({
    name,
    state: { waiting: { reason, message } },
    ...more,
  });
  const done = { name: 'init', state: { terminated: { exitCode: 0 } } };
  const cases: readonly [what: string, object: LiveObject, state: string, reason: string, text?: RegExp][] = [
    [
      'that runs',
      pod({
        phase: 'Running',
        conditions: [condition('Ready', 'True')],
        containerStatuses: [{ name: 'app', ready: true }],
        initContainerStatuses: [done, { name: 'side', ready: true }],
      }),
      'Ready',
      'Running',
    ],
    [
      'that starts',
      pod({ phase: 'Pending', containerStatuses: [waiting('app', 'ContainerCreating')] }),
      'Progressing',
      'Pending',
      /app.* not ready yet/,
    ],
    [
      'that is not ready',
      pod({ phase: 'Running', containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] }),
      'Progressing',
      'Running',
    ],
    [
      'whose image is not there',
      pod({ phase: 'Pending', containerStatuses: [waiting('app', 'ErrImagePull', 'not found')] }),
      'Failed',
      'ErrImagePull',
      /^app: not found$/,
    ],
    [
      'whose init container fails',
      pod({ phase: 'Pending', initContainerStatuses: [waiting('init', 'CrashLoopBackOff', 'back-off', { restartCount: 2 })] }),
      'Failed',
      'CrashLoopBackOff',
      /init: back-off \(restarted 2 times\)/,
    ],
    [
      'whose configuration is missing',
      pod({ phase: 'Pending', containerStatuses: [waiting('app', 'CreateContainerConfigError', 'secret "x" not found')] }),
      'Failed',
      'CreateContainerConfigError',
    ],
    [
      'that crashed just now',
      pod({
        phase: 'Running',
        containerStatuses: [{ name: 'app', ready: false, state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
      }),
      'Failed',
      'OOMKilled',
      /exit code 137 \(OOMKilled\)/,
    ],
    [
      'that fits on no node',
      pod({ phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available')] }),
      'Failed',
      'Unschedulable',
      /0\/3 nodes/,
    ],
    ['that has run to its end', pod({ phase: 'Succeeded' }), 'Ready', 'Completed'],
    [
      'that was evicted',
      pod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' }),
      'Failed',
      'Evicted',
      /low on memory/,
    ],
    ['that ends', pod({ phase: 'Running' }, { deletionTimestamp: 'x' }), 'Progressing', 'Terminating'],
    ['of which nothing is known', pod({}), 'Unknown', ''],
  ];
  for (const [what, object, state, reason, text = /^/] of cases) {
    it(what, () => {
      const status = workloadStatus(object);
      assert.deepEqual([status?.state, status?.reason], [state, reason]);
      assert.match(status?.message ?? '', text);
    });
  }
  it('says what its nodes run', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const [side, app] = containersOf(
      pod({ initContainerStatuses: [done], containerStatuses: [{ name: 'app', ready: true, imageID: `x@${digest}` }] }),
    );
    assert.deepEqual([side?.name, side?.digest, app?.name, app?.digest, app?.image], ['side', '', 'app', digest, 'x:1']);
  });
});
