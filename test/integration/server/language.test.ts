import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type {
  CodeLens,
  CompletionList,
  DocumentLink,
  Hover,
  InlayHint,
  Location,
  LocationLink,
  Position,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { fileUseRequest, previewRequest, rootsRequest } from '../../../src/protocol.ts';
import { createSampleRepository } from '../../support/sampleRepository.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';

const folder = createSampleRepository();
const prod = 'apps/prod/kustomization.yaml';
const deployment = 'apps/base/backend/deployment.yaml';
const textOf = (path: string): string => readFileSync(join(folder, path), 'utf8');
const commands = {
  bumpImage: 'test.bump',
  previewManifests: 'test.preview',
  copyImageReference: 'test.copy',
  revealImage: 'test.reveal',
};

let server: ServerProcess;
before(async () => {
  server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true, commands } });
});
after(async () => await server[Symbol.asyncDispose]());

/** The position of a text in a file, or of its end. */
function positionOf(text: string, wanted: string, at: 'start' | 'end' = 'start'): Position {
  const offset = text.indexOf(wanted) + (at === 'end' ? wanted.length : 0);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

function ask<R>(method: string, path: string, more: object = {}): Promise<R> {
  return server.connection.sendRequest<R>(method, { textDocument: { uri: uriOf(join(folder, path)) }, ...more });
}

const hoverOver = async (path: string, wanted: string, from: ServerProcess = server): Promise<string> => {
  const params = { textDocument: { uri: uriOf(join(folder, path)) }, position: positionOf(textOf(path), wanted) };
  const hover = await from.connection.sendRequest<Hover | null>('textDocument/hover', params);
  return hover === null || typeof hover.contents !== 'object' || !('value' in hover.contents) ? '' : plain(hover.contents.value);
};

/** What a reader of the markdown sees: no character references, links as their texts. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(' &nbsp;', '');
}

/** `apps/dev/kustomization.yaml:24`, counted from 1. */
function placeOf({ uri, range }: Location): string {
  return `${uri.slice(uriOf(folder).length + 1)}:${String(range.start.line + 1)}`;
}

describe('Hover', () => {
  test('tells what runs, which lines decide it, who deploys it, and what runs elsewhere', async () => {
    const text = await hoverOver(prod, 'backend-v0.0.5');
    assert.match(text, /^\*\*ghcr\.io\/acme\/study-app-api:backend-v0\.0\.5\*\* in prod · 1 patch behind dev$/m);
    assert.match(text, /\| tag \| backend-v0\.0\.5 apps\/prod\/kustomization\.yaml:28/);
    assert.match(text, /\| layers \| manifest latest › images entry backend-v0\.0\.5 \|/);
    assert.match(text, /\| in \| Deployment prod-backend: init:migrate, backend \|/);
    assert.match(text, /\| Flux \| flux-system\/apps-prod path \.\/apps\/prod \|/);
    assert.match(text, /\| also \| dev backend-v0\.0\.6 \(newer by 1 patch\) \|/);
    assert.match(text, /^Bump · Preview · Copy$/m);
  });

  test('has who set the tag and when from Git, in a trusted workspace alone', async () => {
    // The first hover does not wait for Git longer than a moment; the second has what it said.
    await hoverOver(prod, 'frontend-v0.2.0');
    let text = '';
    for (let attempt = 0; attempt < 50 && !text.includes('set '); attempt++) text = await hoverOver(prod, 'frontend-v0.2.0');
    assert.match(text, /set 22 days ago by study-app-workflow\[bot\] in [0-9a-f]{7}/);
    await using untrusted = await ServerProcess.indexed({ folders: [folder] });
    const quiet = await hoverOver(prod, 'frontend-v0.2.0', untrusted);
    assert.match(quiet, /frontend-v0\.2\.0/);
    assert.doesNotMatch(quiet, /set \d/);
  });

  test('links to commands only where the client has them', async () => {
    await using other = await ServerProcess.indexed({ folders: [folder] });
    assert.doesNotMatch(await hoverOver(prod, 'backend-v0.0.5', other), /Bump/);
  });

  test('has a row for each environment over an image of a base, and the values of a variable', async () => {
    const text = await hoverOver(deployment, 'ghcr.io/acme/study-app-api');
    assert.match(text, /\| dev \| \*\*backend-v0\.0\.6\*\* manifest › images entry apps\/dev\/kustomization\.yaml:24/);
    assert.match(text, /\| prod \| \*\*backend-v0\.0\.5\*\* 1 patch behind dev/);
    const variable = await hoverOver('apps/base/backend/settings.yaml', '${log_level');
    assert.match(variable, /\| flux-system\/apps-dev \| \*\*debug\*\* clusters\/dev\/apps\.yaml:19 \|/);
    assert.match(variable, /\| flux-system\/apps-prod \| \*\*info\*\*, the default \|/);
    assert.equal(await hoverOver(prod, 'namePrefix'), '');
  });

  test('sees text that is not saved', async () => {
    const path = join(folder, prod);
    await server.openDocument(path, textOf(prod).replace('backend-v0.0.5', 'backend-v0.0.9'));
    assert.match(await hoverOver(prod, 'backend-v0.0.5'), /study-app-api:backend-v0\.0\.9/);
    await server.closeDocument(path);
  });

  test('shows nothing of a file as markup', async () => {
    const path = join(folder, prod);
    await server.openDocument(path, textOf(prod).replace('backend-v0.0.5', '"<b>[x](command:evil)"'));
    const params = { textDocument: { uri: uriOf(path) }, position: positionOf(textOf(prod), 'backend-v0.0.5') };
    const hover = await server.connection.sendRequest<Hover | null>('textDocument/hover', params);
    const markdown = JSON.stringify(hover?.contents);
    assert.doesNotMatch(markdown, /<b>|command:evil/);
    assert.match(plain(markdown), /<b>/);
    await server.closeDocument(path);
  });
});

test('A lens names what its entry reaches, and bumps at its place', async () => {
  const lenses = await ask<CodeLens[]>('textDocument/codeLens', prod);
  assert.deepEqual(
    lenses.map(({ range, command }) => `${String(range.start.line + 1)} ${command?.title ?? ''} ${command?.command ?? ''}`),
    ['27 prod: 1 patch behind dev test.reveal', '27 Bump test.bump', '29 prod test.reveal', '29 Bump test.bump'],
  );
  assert.deepEqual(lenses[1]?.command?.arguments, [
    { at: { uri: uriOf(join(folder, prod)), position: { line: 26, character: 4 } } },
  ]);
});

test('Hints are there where they are wanted', async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  assert.deepEqual(await ask<InlayHint[]>('textDocument/inlayHint', deployment, { range }), []);
  await server.connection.sendNotification('workspace/didChangeConfiguration', { settings: { inlayHints: { enabled: true } } });
  const hints = await ask<InlayHint[]>('textDocument/inlayHint', deployment, { range });
  assert.deepEqual(
    hints.map(({ position, label }) => [position.line + 1, label]),
    [
      [19, 'dev: backend-v0.0.6, prod: backend-v0.0.5'],
      [26, 'dev: backend-v0.0.6, prod: backend-v0.0.5'],
    ],
  );
});

test('What is switched off is not there', async () => {
  await using quiet = await ServerProcess.indexed({
    folders: [folder],
    initializationOptions: {
      settings: { hover: { enabled: false }, codeLens: { enabled: false } } as never,
    },
  });
  const textDocument = { uri: uriOf(join(folder, prod)) };
  assert.equal(await hoverOver(prod, 'backend-v0.0.5', quiet), '');
  assert.deepEqual(await quiet.connection.sendRequest('textDocument/codeLens', { textDocument }), []);
});

describe('Completion', () => {
  /** Types a text in place of the tag of the backend and asks for completions behind it: `label | detail > what is written`. */
  async function completed(replaced: string, typed: string): Promise<string[]> {
    const path = join(folder, prod);
    const text = textOf(prod).replace(replaced, typed);
    await server.openDocument(path, text);
    const line = text.split('\n').findIndex((candidate) => candidate.includes(typed.split('\n').at(-1) ?? ''));
    const position = { line, character: text.split('\n')[line]?.length ?? 0 };
    const ask = () =>
      server.connection.sendRequest<CompletionList | null>('textDocument/completion', {
        textDocument: { uri: uriOf(path) },
        position,
      });
    let list = await ask();
    while (list?.isIncomplete === true) list = await ask();
    await server.closeDocument(path);
    return (list?.items ?? []).map((item) => {
      const newText = item.textEdit !== undefined ? item.textEdit.newText : '';
      return `${item.label} | ${item.labelDetails?.description ?? ''} > ${newText}`;
    });
  }

  test('offers tags of all environments and of the history, newest first', async () => {
    const items = await completed('newTag: backend-v0.0.5', 'newTag: ');
    assert.equal(items[0], 'backend-v0.0.6 | in dev for 2 days · study-app-workflow[bot] > backend-v0.0.6');
    assert.match(items[1] ?? '', /^backend-v0\.0\.5 \| /);
    assert.match(items[2] ?? '', /^backend-v0\.0\.4 \| .* > backend-v0\.0\.4$/);
  });

  test('offers names that the layer sees while the text does not parse', async () => {
    assert.deepEqual(await completed('- name: ghcr.io/acme/study-app-api\n    newTag: backend-v0.0.5', '- name: "'), [
      'ghcr.io/acme/study-app-api | Deployment prod-backend: init:migrate and Deployment prod-backend: backend > "ghcr.io/acme/study-app-api"',
      'ghcr.io/acme/study-app-web | Deployment prod-frontend: frontend, has an entry already > "ghcr.io/acme/study-app-web"',
    ]);
  });

  test('offers nothing in a comment', async () => {
    assert.deepEqual(await completed('newTag: backend-v0.0.5', 'newTag: x # newTag: '), []);
  });
});

describe('Going to places', () => {
  test('leads from an image to the lines that decide it, and from there to the containers', async () => {
    const deciding = await ask<LocationLink[]>('textDocument/definition', deployment, {
      position: positionOf(textOf(deployment), 'ghcr.io'),
    });
    const places = deciding.map(({ targetUri: uri, targetRange: range }) => placeOf({ uri, range }));
    assert.deepEqual(places, ['apps/dev/kustomization.yaml:24', 'apps/prod/kustomization.yaml:28']);
    const back = await ask<LocationLink[]>('textDocument/definition', prod, {
      position: positionOf(textOf(prod), 'backend-v0.0.5'),
    });
    assert.deepEqual(
      back.map(({ targetUri: uri, targetRange: range }) => placeOf({ uri, range })),
      [`${deployment}:19`, `${deployment}:26`],
    );
  });

  test('finds everything that writes an image, and every use of a base', async () => {
    const context = { includeDeclaration: false };
    const writers = await ask<Location[]>('textDocument/references', deployment, {
      position: positionOf(textOf(deployment), 'ghcr.io'),
      context,
    });
    assert.deepEqual(writers.map(placeOf), ['apps/dev/kustomization.yaml:24', 'apps/prod/kustomization.yaml:28']);
    const users = await ask<Location[]>('textDocument/references', prod, {
      position: positionOf(textOf(prod), '../base/backend'),
      context,
    });
    assert.deepEqual(users.map(placeOf), [
      'apps/dev/kustomization.yaml:6',
      'apps/prod/kustomization.yaml:6',
      'clusters/dev/apps.yaml:15',
      'clusters/dev/apps.yaml:40',
    ]);
  });

  test('has links for the paths that exist', async () => {
    const links = await ask<DocumentLink[]>('textDocument/documentLink', prod);
    assert.deepEqual(
      links.map(({ tooltip }) => tooltip),
      [
        'Open apps/prod/namespace.yaml',
        'Open apps/base/backend/kustomization.yaml',
        'Open apps/base/frontend/kustomization.yaml',
      ],
    );
  });

  test('says which roots use a file and what deploys them', async () => {
    const use = await server.connection.sendRequest(fileUseRequest, { uri: uriOf(join(folder, deployment)) });
    assert.deepEqual(
      use?.roots.map(({ label, environments, deployedBy }) => [label, environments, deployedBy.map(({ name }) => name)]),
      [
        ['apps/dev', ['dev'], ['flux-system/apps-dev']],
        ['apps/prod', ['prod'], ['flux-system/apps-prod']],
      ],
    );
    assert.equal(await server.connection.sendRequest(fileUseRequest, { uri: uriOf(join(folder, 'README.md')) }), null);
  });
});

describe('Rename', () => {
  const position = positionOf(textOf(prod), 'study-app-api');

  test('changes the name of an image in every entry and manifest', async () => {
    const prepared = await ask<{ placeholder: string }>('textDocument/prepareRename', prod, { position });
    assert.equal(prepared.placeholder, 'ghcr.io/acme/study-app-api');
    const edit = await ask<WorkspaceEdit>('textDocument/rename', prod, { position, newName: 'registry.example/api' });
    const changes = (edit.documentChanges ?? []).flatMap((change) =>
      'edits' in change
        ? change.edits.map(
            (one) => `${placeOf({ uri: change.textDocument.uri, range: one.range })} ${'newText' in one ? one.newText : ''}`,
          )
        : [],
    );
    assert.deepEqual(changes.sort(), [
      `${deployment}:19 registry.example/api:latest`,
      `${deployment}:26 registry.example/api:latest`,
      'apps/dev/kustomization.yaml:23 registry.example/api',
      'apps/prod/kustomization.yaml:27 registry.example/api',
    ]);
  });

  test('leaves every root with the renamed image in its rendered manifests', async () => {
    const edit = await ask<WorkspaceEdit>('textDocument/rename', prod, { position, newName: 'registry.example/api' });
    const paths: string[] = [];
    for (const change of edit.documentChanges ?? []) {
      if (!('edits' in change)) continue;
      const path = change.textDocument.uri.slice(uriOf(folder).length + 1);
      const lines = textOf(path).split('\n');
      for (const one of change.edits) {
        const { start, end } = one.range;
        const line = lines[start.line] ?? '';
        if ('newText' in one) lines[start.line] = line.slice(0, start.character) + one.newText + line.slice(end.character);
      }
      paths.push(join(folder, path));
      await server.openDocument(join(folder, path), lines.join('\n'));
    }
    const roots = await server.connection.sendRequest(rootsRequest, { uri: null });
    for (const [label, tag] of [
      ['apps/dev', 'backend-v0.0.6'],
      ['apps/prod', 'backend-v0.0.5'],
    ]) {
      const root = roots.find((candidate) => candidate.label === label)?.root ?? '';
      const { text } = await server.connection.sendRequest(previewRequest, { root, reveal: false });
      assert.equal(text.split(`image: registry.example/api:${tag ?? ''}\n`).length, 3, text);
      assert.doesNotMatch(text, /study-app-api/);
    }
    for (const path of paths) await server.closeDocument(path);
  });

  test('says in one sentence why it does nothing', async () => {
    await assert.rejects(ask('textDocument/rename', prod, { position, newName: 'Not A Name' }), {
      message: /^ghcr\.io\/acme\/study-app-api is not renamed: "Not A Name" is no name of an image/,
    });
    assert.equal(await ask('textDocument/prepareRename', prod, { position: { line: 0, character: 0 } }), null);
  });
});
