import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import {
  bumpTargetsRequest,
  detailsRequest,
  planBumpRequest,
  previewBumpRequest,
  previewChangeRequest,
  previewRequest,
  renderingChangedNotification,
  rootsRequest,
  rowPathRequest,
  tagsRequest,
  usagesAtRequest,
} from '../../../src/protocol.ts';
import { createSampleRepository } from '../../support/sampleRepository.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';

const folder = createSampleRepository();
const prodFile = join(folder, 'apps/prod/kustomization.yaml');
const prodText = readFileSync(prodFile, 'utf8');
let server: ServerProcess;
before(async () => {
  server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
});
after(async () => await server[Symbol.asyncDispose]());

async function target(environment: string, application = 'backend') {
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  const found = targets.find((candidate) => candidate.environment === environment && candidate.application === application);
  assert.ok(found, JSON.stringify(targets));
  return found;
}

async function root(label: string): Promise<string> {
  const roots = await server.connection.sendRequest(rootsRequest, { uri: null });
  return roots.find((candidate) => candidate.label === label)?.root ?? '';
}

/** Line of a text in the production overlay. */
function lineOf(text: string): number {
  return prodText.split('\n').findIndex((line) => line.includes(text));
}

test('details name every layer and line, the Flux Kustomization, and the other environments', async () => {
  const { usage } = await target('prod');
  const details = await server.connection.sendRequest(detailsRequest, { usage });
  assert.equal(details?.reference, 'ghcr.io/acme/study-app-api:backend-v0.0.5');
  assert.equal(details.parts[0]?.place, `apps/prod/kustomization.yaml:${String(lineOf('backend-v0.0.5') + 1)}`);
  assert.deepEqual(
    details.others.map(({ text }) => text),
    ['backend-v0.0.6 (newer by 1 patch)'],
  );
  assert.deepEqual(
    details.deployedBy.map(({ text }) => text),
    ['flux-system/apps-prod, path ./apps/prod'],
  );
  const path = await server.connection.sendRequest(rowPathRequest, { usage, groupBy: 'environment' });
  assert.equal(path.length, 2);
});

test('the cursor finds the image of an entry by its tag and by its name, and all images elsewhere', async () => {
  const at = async (line: number, character: number) => {
    const found = await server.connection.sendRequest(usagesAtRequest, { uri: uriOf(prodFile), position: { line, character } });
    return found.map(({ application }) => application);
  };
  assert.deepEqual(await at(lineOf('backend-v0.0.5'), 14), ['backend']);
  assert.deepEqual(await at(lineOf('name: ghcr.io/acme/study-app-web'), 12), ['frontend']);
  assert.deepEqual(await at(0, 0), ['backend', 'frontend']);
});

test('tags come from the repository and its history, newest first', async () => {
  const { usage } = await target('prod');
  const tags = await server.connection.sendRequest(tagsRequest, { usage });
  assert.deepEqual(
    tags.map(({ tag, group }) => `${tag} ${group}`),
    ['backend-v0.0.6 newer', 'backend-v0.0.5 current', 'backend-v0.0.4 older', 'backend-v0.0.3 older', 'backend-v0.0.2 older'],
  );
  assert.equal(tags[0]?.detail, 'in dev for 2 days');
  assert.match(tags[2]?.detail ?? '', /^ran here \d+ \w+ \d+ to \d+ \w+ \d+$/);
});

test('a plan fits the text of the open document and says which one that is', async () => {
  const { usage } = await target('prod');
  const text = `# a comment\n${prodText}`;
  await server.openDocument(prodFile, text);
  const plan = await server.connection.sendRequest(planBumpRequest, { usage, tag: 'backend-v0.0.6', mode: 'owner' });
  assert.ok('files' in plan);
  const line = lineOf('backend-v0.0.5') + 1;
  assert.equal(plan.files[0]?.version, 1);
  assert.equal(plan.files[0].textHash, createHash('sha256').update(text).digest('hex'));
  assert.deepEqual(plan.files[0].edits, [
    { range: { start: { line, character: 12 }, end: { line, character: 26 } }, newText: 'backend-v0.0.6' },
  ]);
  assert.deepEqual(plan.changes, [{ application: 'backend', environment: 'prod', from: 'backend-v0.0.5', to: 'backend-v0.0.6' }]);
  const refused = await server.connection.sendRequest(planBumpRequest, { usage, tag: 'not a tag', mode: 'owner' });
  assert.ok('refusal' in refused);
  await server.closeDocument(prodFile);
});

test('a preview sees unsaved edits, keeps the last good text, and tells which roots changed', async () => {
  const prod = await root('apps/prod');
  const preview = () => server.connection.sendRequest(previewRequest, { root: prod, reveal: false });
  const saved = await preview();
  assert.equal(saved.title, 'apps/prod, as flux-system/apps-prod renders it');
  assert.match(saved.text, /^# apps\/prod, as flux-system\/apps-prod renders it\n/);
  const told = new Promise<readonly string[]>((resolve) =>
    server.connection.onNotification(renderingChangedNotification, ({ roots }) => resolve(roots)),
  );
  await server.openDocument(prodFile, prodText.replace('backend-v0.0.5', 'backend-v0.0.9'));
  assert.deepEqual(await told, [prod]);
  assert.match((await preview()).text, /study-app-api:backend-v0\.0\.9/);
  const change = await server.connection.sendRequest(previewChangeRequest, { root: prod, baseline: 'HEAD', reveal: false });
  assert.equal(change.title, 'apps/prod: HEAD ↔ working tree (2 images)');
  assert.match(change.before, /study-app-api:backend-v0\.0\.5/);
  assert.match(change.after, /study-app-api:backend-v0\.0\.9/);
  await server.editDocument(prodFile, `${prodText}broken: [`);
  const broken = await preview();
  assert.match(broken.failure ?? '', /apps\/prod\/kustomization\.yaml/);
  assert.match(broken.text, /study-app-api:backend-v0\.0\.9/);
  await server.closeDocument(prodFile);
  assert.equal((await preview()).text, saved.text);
});

test('a planned bump is previewed without being written', async () => {
  const { usage } = await target('prod');
  const preview = await server.connection.sendRequest(previewBumpRequest, {
    usage,
    tag: 'backend-v0.0.6',
    mode: 'owner',
    reveal: false,
  });
  assert.equal(preview.failure, undefined);
  assert.deepEqual(
    preview.images.map(({ container, to }) => `${container} ${to}`),
    ['init:migrate ghcr.io/acme/study-app-api:backend-v0.0.6', 'backend ghcr.io/acme/study-app-api:backend-v0.0.6'],
  );
  assert.equal(readFileSync(prodFile, 'utf8'), prodText);
});

test('requests with wrong parameters are answered with what is wrong, and the next one is served', async () => {
  const ask = async (method: string, params: unknown) => {
    try {
      return await server.connection.sendRequest(method, params);
    } catch (error) {
      return [(error as { code: number }).code, (error as Error).message];
    }
  };
  const invalid = -32602;
  assert.deepEqual(await ask('gitopsCockpit/children', null), [
    invalid,
    'The parameter "groupBy" has to be one of application, environment.',
  ]);
  assert.deepEqual(await ask('gitopsCockpit/details', {}), [invalid, 'The parameter "usage" has to be a text.']);
  assert.deepEqual(await ask('gitopsCockpit/usagesAt', { uri: '', position: { line: 'a', character: 0 } }), [
    invalid,
    'The parameter "position" has to be a position with line and character.',
  ]);
  assert.deepEqual(await ask('gitopsCockpit/preview', { root: 'x' }), [
    invalid,
    'The parameter "reveal" has to be true or false.',
  ]);
  assert.deepEqual(await ask('gitopsCockpit/roots', { uri: 7 }), [
    invalid,
    'The parameter "uri" has to be a text, null, or left out.',
  ]);
  for (const method of ['rowPath', 'tags', 'planBump', 'previewChange', 'previewBump'])
    assert.equal(((await ask(`gitopsCockpit/${method}`, undefined)) as unknown[])[0], invalid, method);
  assert.ok(Array.isArray(await ask('gitopsCockpit/children', { parent: null, groupBy: 'application', filter: 'all' })));
});

test('values of Secrets are masked until they are asked for', async () => {
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: database\nstringData:\n  password: "hunter22"\n  text: |\n    two\n    lines\n';
  writeFileSync(join(folder, 'apps/prod/secret.yaml'), secret);
  writeFileSync(prodFile, prodText.replace('resources:\n', 'resources:\n  - secret.yaml\n'));
  await server.filesChanged(join(folder, 'apps/prod/secret.yaml'), prodFile);
  const prod = await root('apps/prod');
  const masked = await server.connection.sendRequest(previewRequest, { root: prod, reveal: false });
  assert.doesNotMatch(masked.text, /hunter22|two/);
  assert.match(masked.text, /password: •••• \(8 bytes\)\n {2}text: •••• \(10 bytes\)\n/);
  const shown = await server.connection.sendRequest(previewRequest, { root: prod, reveal: true });
  assert.match(shown.text, /password: hunter22/);
});
