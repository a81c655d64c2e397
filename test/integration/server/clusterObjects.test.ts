import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bumpTargetsRequest, rootsRequest } from '../../../src/protocol.ts';
import {
  deployedManifestsRequest,
  objectLocationRequest,
  objectsAtRequest,
  plannedRolloutRequest,
} from '../../../src/protocol/objects.ts';
import { createSampleRepository, git } from '../../support/sampleRepository.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';

const folder = createSampleRepository();
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io';
let server: ServerProcess;
before(async () => {
  server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
});
after(async () => await server[Symbol.asyncDispose]());

const deployment = (name: string) => ({ group: 'apps', kind: 'Deployment', namespace: 'study-app', name });

/** The text at which an object's location points, behind its file. */
async function locate(reference: { group: string; kind: string; namespace: string; name: string }): Promise<string | null> {
  const location = await server.connection.sendRequest(objectLocationRequest, { reference });
  if (location === null) return null;
  const path = decodeURIComponent(location.uri.slice(uriOf(folder).length + 1));
  const { start, end } = location.range;
  const line = readFileSync(join(folder, path), 'utf8').split('\n')[start.line] ?? '';
  return `${path}: ${line.slice(start.character, end.character)}`;
}

test('an object of a cluster leads to the line that names it, under the name that it is written with', async () => {
  assert.equal(await locate(deployment('prod-backend')), 'apps/base/backend/deployment.yaml: backend');
  assert.equal(
    await locate({ group: KUSTOMIZE, kind: 'Kustomization', namespace: 'flux-system', name: 'apps-prod' }),
    'clusters/dev/apps.yaml: apps-prod',
  );
  assert.equal(await locate(deployment('backend-of-others')), null);
  assert.equal(await locate({ ...deployment('prod-backend'), group: 'other.example.com' }), null);
  assert.equal(await locate({ ...deployment('prod-backend'), namespace: 'other' }), null);
});

test('a manifest leads to the objects that its builds make of it', async () => {
  const uri = uriOf(join(folder, 'apps/base/backend/deployment.yaml'));
  const objects = await server.connection.sendRequest(objectsAtRequest, { uri, position: { line: 6, character: 3 } });
  assert.deepEqual(objects.map(({ name }) => name).sort(), ['dev-backend', 'prod-backend']);
  const flux = uriOf(join(folder, 'clusters/dev/apps.yaml'));
  const [last] = await server.connection.sendRequest(objectsAtRequest, { uri: flux, position: { line: 500, character: 0 } });
  assert.equal(last?.kind, 'Kustomization');
  const other = uriOf(join(folder, 'README.md'));
  assert.deepEqual(
    await server.connection.sendRequest(objectsAtRequest, { uri: other, position: { line: 0, character: 0 } }),
    [],
  );
});

test('a rollout is that of the last commit, whatever is not committed yet', async () => {
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  const { usage = '' } =
    targets.find(({ environment, application }) => environment === 'prod' && application === 'backend') ?? {};
  const planned = await server.connection.sendRequest(plannedRolloutRequest, { usage, commit: 'HEAD' });
  assert.ok(!('refusal' in planned), JSON.stringify(planned));
  assert.equal(planned.version, 'backend-v0.0.5');
  assert.equal(planned.environment, 'prod');
  const [target] = planned.targets;
  assert.equal(target?.commit, git(folder, ['rev-parse', 'HEAD']).trim());
  assert.equal(target.kustomization.name, 'apps-prod');
  assert.equal(target.image, 'ghcr.io/acme/study-app-api:backend-v0.0.5');
  assert.deepEqual(target.branches, ['main']);
  assert.deepEqual(
    target.workloads.map(({ name }) => name),
    ['prod-backend'],
  );

  const file = join(folder, 'apps/prod/kustomization.yaml');
  const before = readFileSync(file, 'utf8');
  const { changes } = server;
  writeFileSync(file, before.replace('backend-v0.0.5', 'backend-v0.0.9'));
  await server.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(file), type: 2 }] });
  while (server.changes === changes) await new Promise((resolve) => setTimeout(resolve, 10));
  const again = await server.connection.sendRequest(plannedRolloutRequest, { usage, commit: 'HEAD' });
  assert.ok(!('refusal' in again), JSON.stringify(again));
  assert.equal(again.version, 'backend-v0.0.5');
  assert.equal(again.targets[0]?.image, 'ghcr.io/acme/study-app-api:backend-v0.0.5');
  writeFileSync(file, before);
});

test('a rollout can be that of another commit', async () => {
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  const { usage = '' } =
    targets.find(({ environment, application }) => environment === 'prod' && application === 'backend') ?? {};
  const file = join(folder, 'apps/prod/kustomization.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('backend-v0.0.5', 'backend-v0.0.7'));
  git(folder, ['commit', '--quiet', '--all', '--message=feat: 7']);
  const planned = async (commit: string) => {
    const answer = await server.connection.sendRequest(plannedRolloutRequest, { usage, commit });
    return 'refusal' in answer ? answer.refusal : `${answer.version} of ${answer.targets[0]?.commit ?? ''}`;
  };
  const hash = (name: string) => git(folder, ['rev-parse', name]).trim();
  assert.equal(await planned('HEAD'), `backend-v0.0.7 of ${hash('HEAD')}`);
  assert.equal(await planned('HEAD~1'), `backend-v0.0.5 of ${hash('HEAD~1')}`);
  assert.equal(await planned(hash('HEAD~1').slice(0, 9)), `backend-v0.0.5 of ${hash('HEAD~1')}`);
  assert.match(await planned('--nothing'), /^This clone has no commit --nothing\. Name a hash/);
  git(folder, ['reset', '--quiet', '--hard', 'HEAD~1']);
});

test('what is compared with a cluster has the values of Secrets, and the Kustomization that applies it', async () => {
  const roots = await server.connection.sendRequest(rootsRequest, { uri: null });
  const { root = '' } = roots.find(({ label }) => label === 'apps/dev') ?? {};
  const deployed = await server.connection.sendRequest(deployedManifestsRequest, { root });
  assert.ok(!('refusal' in deployed), JSON.stringify(deployed));
  assert.match(deployed.manifests, /kind: Deployment/);
  assert.deepEqual(deployed.kustomizations, [
    { group: KUSTOMIZE, kind: 'Kustomization', namespace: 'flux-system', name: 'apps-dev' },
  ]);
  assert.deepEqual(deployed.environments, ['dev']);
  const gone = await server.connection.sendRequest(deployedManifestsRequest, { root: 'nothing' });
  assert.ok('refusal' in gone);
});

test('parameters that are no objects are refused', async () => {
  const reference = { kind: 'Deployment' } as never;
  await assert.rejects(
    server.connection.sendRequest(objectLocationRequest, { reference }),
    /"reference" has to be an object with group, kind, namespace and name/,
  );
});
