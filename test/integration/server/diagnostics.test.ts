import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CodeAction, TextDocumentEdit, TextEdit } from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createSampleRepository } from '../../support/sampleRepository.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const deployment = (image: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  selector:\n    matchLabels:\n      app: api\n  template:\n    metadata:\n      labels:\n        app: api\n    spec:\n      containers:\n        - name: api\n          image: ${image}\n`;
const overlay = (entry: string) => `resources:\n  - ../base\nimages:\n  - name: acme/api\n${entry}`;
const files = {
  'apps/base/kustomization.yaml': 'resources:\n  - deployment.yaml\n',
  'apps/base/deployment.yaml': deployment('acme/api:v1.0.0'),
  'apps/dev/kustomization.yaml': overlay('    newTag: v1.0.2\n'),
  'apps/prod/kustomization.yaml': overlay('    newTag: 1.10\n'),
};

/** The text of a file with the edits that an action makes of it. */
function applied(action: CodeAction, path: string, text: string): string {
  const changes = (action.edit?.documentChanges ?? []) as TextDocumentEdit[];
  const change = changes.find(({ textDocument }) => textDocument.uri === uriOf(path));
  assert.ok(change, `${action.title} does not change ${path}`);
  return TextDocument.applyEdits(TextDocument.create(uriOf(path), 'yaml', 1, text), change.edits as TextEdit[]);
}

test('problems of closed files are there after the index, with code, documentation and the other half', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const prod = join(repository.root, 'apps/prod/kustomization.yaml');
  const lines = await server.problems(prod, ({ length }) => length > 0);
  assert.deepEqual(lines, ['error tag-not-string 5: This would be read as the number 1.10, and kustomize refuses numbers here.']);
  const [diagnostic] = server.diagnostics.get(prod)?.diagnostics ?? [];
  assert.equal(diagnostic?.source, 'GitOps Cockpit');
  assert.match(diagnostic.codeDescription?.href ?? '', /rules\.md#tag-not-string$/);
  assert.deepEqual(diagnostic.range, { start: { line: 4, character: 12 }, end: { line: 4, character: 16 } });
});

test('typing makes and takes away problems, and only files in which something changed are sent again', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [dev, prod] = ['dev', 'prod'].map((name) => join(repository.root, `apps/${name}/kustomization.yaml`)) as [string, string];
  await server.problems(prod, ({ length }) => length > 0);
  await server.openDocument(dev, overlay('    newTag: v1.0.2\n'));
  const before = server.published.length;
  await server.editDocument(dev, overlay('    newTag: ""\n'));
  const lines = await server.problems(dev, (found) => found.some((line) => line.includes('empty-new-tag')));
  assert.match(lines.join('\n'), /newTag is empty: kustomize ignores it, so dev runs acme\/api:v1\.0\.0\./);
  assert.equal(server.diagnostics.get(dev)?.version, 2);
  await server.editDocument(dev, overlay('    newTag: v1.0.3\n'));
  await server.problems(dev, ({ length }) => length === 0);
  assert.ok(server.published.slice(before).every(({ uri }) => uri === uriOf(dev)));
});

test('a file that is deleted has no problems any more', async () => {
  using repository = temporaryRepository(files);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const prod = join(repository.root, 'apps/prod/kustomization.yaml');
  await server.problems(prod, ({ length }) => length > 0);
  rmSync(prod);
  await server.filesChanged(prod);
  await server.problems(prod, ({ length }) => length === 0);
});

test('what a YAML language server tells of an open file is left to it, and told again when the file is closed', async () => {
  using repository = temporaryRepository(files);
  const initializationOptions = { yaml: ['yaml', 'kustomization-schema'] as const };
  await using server = await ServerProcess.indexed({ folders: [repository.root], initializationOptions });
  const prod = join(repository.root, 'apps/prod/kustomization.yaml');
  await server.problems(prod, ({ length }) => length === 1);
  await server.openDocument(prod, files['apps/prod/kustomization.yaml']);
  await server.problems(prod, ({ length }) => length === 0);
  // The fix is ours all the same.
  assert.ok((await server.codeActions(prod, 4)).some(({ title }) => title === 'Quote it'));
  await server.closeDocument(prod);
  await server.problems(prod, ({ length }) => length === 1);
});

test('rules can be another severity or off, by the editor over the file that a team shares', async () => {
  using repository = temporaryRepository({
    ...files,
    'apps/dev/kustomization.yaml': overlay('    newTag: latest\n'),
    '.gitops-cockpit.yaml': 'rules:\n  tag-not-string: off\n  mutable-tag: off\n',
  });
  const settings = (rules: object) => ({ gitopsCockpit: { diagnostics: { enabled: true, ...rules } } });
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const dev = join(repository.root, 'apps/dev/kustomization.yaml');
  const send = (rules: object) =>
    server.connection.sendNotification('workspace/didChangeConfiguration', { settings: settings(rules) });
  await send({ 'mutable-tag': 'error', 'tag-not-string': 'default' });
  await server.problems(dev, (lines) => lines.some((line) => line.startsWith('error mutable-tag')));
  assert.equal(server.diagnostics.get(join(repository.root, 'apps/prod/kustomization.yaml')), undefined);
  await send({ enabled: false });
  await server.problems(dev, ({ length }) => length === 0);
});

test('a fix is one small edit, and fixing all of a kind asks for confirmation', async () => {
  const two = { ...files, 'apps/dev/kustomization.yaml': overlay('    newTag: 1.20 # keep\n') };
  using repository = temporaryRepository(two);
  await using server = await ServerProcess.indexed({ folders: [repository.root] });
  const [dev, prod] = ['dev', 'prod'].map((name) => join(repository.root, `apps/${name}/kustomization.yaml`)) as [string, string];
  await server.problems(dev, ({ length }) => length > 0);
  const actions = await server.codeActions(dev, 4);
  assert.deepEqual(
    actions.map(({ title }) => title),
    [
      'Quote it',
      'Fix all 2 tag-not-string in this repository',
      'Ignore tag-not-string in this line',
      'Ignore tag-not-string in this file',
    ],
  );
  const [quote, all, line] = await Promise.all(actions.map((action) => server.resolve(action)));
  assert.ok(quote && all && line);
  assert.equal(applied(quote, dev, two['apps/dev/kustomization.yaml']), overlay('    newTag: "1.20" # keep\n'));
  assert.equal(applied(all, dev, two['apps/dev/kustomization.yaml']), overlay('    newTag: "1.20" # keep\n'));
  assert.equal(applied(all, prod, two['apps/prod/kustomization.yaml']), overlay('    newTag: "1.10"\n'));
  assert.equal(all.edit?.changeAnnotations?.['gitopsCockpit.fixAll']?.needsConfirmation, true);
  const ignored = applied(line, dev, two['apps/dev/kustomization.yaml']);
  assert.equal(ignored, overlay('    # gitops-cockpit: ignore tag-not-string\n    newTag: 1.20 # keep\n'));
  await server.openDocument(dev, ignored);
  await server.problems(dev, ({ length }) => length === 0);
  const [source] = await server.codeActions(prod, 0, ['source.fixAll.gitopsCockpit']);
  assert.ok(source);
  assert.equal(applied(await server.resolve(source), prod, two['apps/prod/kustomization.yaml']), overlay('    newTag: "1.10"\n'));
});

test('an emptied tag is restored from Git, and not in a folder that is not trusted', async () => {
  const folder = createSampleRepository();
  try {
    const prod = join(folder, 'apps/prod/kustomization.yaml');
    const text = readFileSync(prod, 'utf8');
    const emptied = text.replace(/newTag: backend-v[\d.]+/, 'newTag: ""');
    assert.notEqual(emptied, text);
    for (const trusted of [true, false]) {
      await using server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted } });
      await server.openDocument(prod, emptied);
      await server.problems(prod, (lines) => lines.some((line) => line.includes('empty-new-tag')));
      const line = emptied.split('\n').findIndex((one) => one.includes('newTag: ""'));
      const restore = (await server.codeActions(prod, line)).find(({ title }) => title.startsWith('Restore backend-v'));
      assert.equal(restore === undefined, !trusted);
      if (restore === undefined) continue;
      // The quotes are the style of this line now.
      const restored = text.replace(/newTag: (backend-v[\d.]+)/, 'newTag: "$1"');
      assert.equal(applied(await server.resolve(restore), prod, emptied), restored);
    }
  } finally {
    rmSync(join(folder, '..'), { recursive: true });
  }
});
