import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SeenTag } from '../../../src/core/git/patchTags.ts';
import { completionContext } from '../../../src/core/language/completionContext.ts';
import {
  digestCompletions,
  entryAt,
  imagesFor,
  nameCompletions,
  repaired,
  tagCompletions,
} from '../../../src/core/language/completions.ts';
import { RepositoryFile } from '../../../src/core/repository/files.ts';
import { deployment, fleet, fleetOf } from '../../support/fleet.ts';

/** The text with a cursor, split at it. */
function cut(text: string): { readonly text: string; readonly offset: number } {
  const offset = text.indexOf('^');
  assert.ok(offset >= 0);
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

/** `newTag [v1] > v2`: the field, what is replaced, and how v2 is written there; '' for no completion. */
function contextAt(marked: string, path = 'kustomization.yaml', value = 'v2'): string {
  const { text, offset } = cut(marked);
  const context = completionContext(new RepositoryFile(path, text), offset);
  if (context === undefined) return '';
  const { start, end } = context.range;
  return `${context.field} [${text.slice(start, end)}] > ${context.write(value)}`;
}

describe('A value is completed', () => {
  const entry = (line: string) => `resources: []\nimages:\n  - name: app\n    ${line}\n`;

  test('where it is being written: behind the colon, in a word, in quotes that are open', () => {
    assert.equal(contextAt(entry('newTag: ^')), 'newTag [] > v2');
    assert.equal(contextAt(entry('newTag:^')), 'newTag [] >  v2');
    assert.equal(contextAt(entry('newTag: v^1 # the tag')), 'newTag [v1] > v2');
    assert.equal(contextAt(entry('newTag: "v^1"')), 'newTag ["v1"] > "v2"');
    assert.equal(contextAt(entry("newTag: 'v^")), "newTag ['v] > 'v2'");
    assert.equal(contextAt(entry('newTag: "v^ # the tag')), 'newTag ["v] > "v2"');
    assert.equal(contextAt(entry('digest: ^')), 'digest [] > v2');
    assert.equal(contextAt('images:\n- name: ^'), 'name [] > v2');
    assert.equal(contextAt('images:\n  - name: ^\n'), 'name [] > v2');
    assert.equal(contextAt('images:\n- newTag: v1\n  name: a^'), 'name [a] > v2');
  });

  test('in lists and mappings of one line, and in JSON', () => {
    assert.equal(contextAt('images: [{name: app, newTag: ^}]'), 'newTag [] > v2');
    assert.equal(contextAt('images:\n- {name: app, newTag: v^1, digest: x}'), 'newTag [v1] > v2');
    assert.equal(contextAt('images: [\n  { "name": "app",\n    "newTag": "v^1" }\n]'), 'newTag ["v1"] > "v2"');
  });

  test('with the spelling of keys that kustomize takes, behind a byte order mark and other line ends', () => {
    assert.equal(contextAt('\uFEFFImages:\r\n- NAME: app\r\n  NewTag:\t^\r\n'), 'newTag [] > v2');
    assert.equal(contextAt('images:\n- "name": ^\n'), 'name [] > "v2"');
  });

  test('behind its anchor, and in the place of an alias', () => {
    assert.equal(contextAt(entry('newTag: &tag v^1')), 'newTag [v1] > v2');
    assert.equal(contextAt(entry('newTag: *t^ag')), 'newTag [*tag] > v2');
  });

  test('in quotes where YAML would read something else than a string', () => {
    assert.equal(contextAt(entry('newTag: ^'), 'kustomization.yaml', '1.10'), 'newTag [] > "1.10"');
    assert.equal(contextAt(entry("newTag: 'x^'"), 'kustomization.yaml', '1.10'), "newTag ['x'] > '1.10'");
  });

  test('in the images of a Flux Kustomization and of the post renderers of a HelmRelease', () => {
    const head = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n';
    assert.equal(contextAt(`${head}  images:\n    - name: app\n      newTag: ^\n`, 'apps.yaml'), 'newTag [] > v2');
    const release =
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  postRenderers:\n    - kustomize:\n        images:\n          - name: ^\n';
    assert.equal(contextAt(release, 'web.yaml'), 'name [] > v2');
  });
});

describe('Nothing is completed', () => {
  test('in comments, on keys, behind the value, and in block scalars', () => {
    for (const text of [
      'images:\n- name: app # name: ^\n',
      'images:\n# - name: ^\n',
      'images:\n- na^me: app\n',
      'images:\n- name: app # ^\n',
      'images:\n- name: "app" ^\n',
      'images:\n- name: app\n  newTag: |\n    ^\n',
      'images:\n- name: app\n  newTag: |^\n',
    ])
      assert.equal(contextAt(text), '', text);
  });

  test('outside of lists of images', () => {
    for (const text of [
      'configMapGenerator:\n- name: ^\n',
      'namespace: x\nname: ^\n',
      'spec:\n  images:\n  - name: ^\n',
      'images:\n- name: app\nreplicas:\n- name: ^\n',
      'images:\n- name: app\n---\nother:\n- name: ^\n',
    ])
      assert.equal(contextAt(text), '', text);
    assert.equal(contextAt('images:\n- name: ^\n', 'values.yaml'), '');
  });
});

const path = 'apps/dev/kustomization.yaml';

/** What is offered for the value at the cursor, as the server puts it together. */
function offered(marked: string, history: readonly SeenTag[] = [], more: Readonly<Record<string, string>> = {}): string[] {
  const { text, offset } = cut(marked);
  const { repository, inventory, file } = fleetOf({ ...fleet, ...more, [path]: text });
  const context = completionContext(file(path), offset);
  assert.ok(context);
  const mended = repaired(repository, file(path), context);
  assert.ok(mended);
  const entry = entryAt(mended.file, context);
  assert.ok(entry);
  const images = imagesFor(repository, inventory, entry);
  const found =
    context.field === 'name'
      ? nameCompletions(mended.repository, mended.file, entry)
      : context.field === 'newTag'
        ? tagCompletions(inventory, entry, images, history, new Date('2026-11-25T00:00:00Z'))
        : digestCompletions(inventory, images, history);
  return found.map(({ value, detail }) => (detail === '' ? value : `${value} (${detail})`));
}

describe('The names that are offered', () => {
  test('are those that the layer sees, those without an entry first', () => {
    const more = {
      'apps/base/api/kustomization.yaml': 'resources: [deployment.yaml, proxy.yaml]\n',
      'apps/base/api/proxy.yaml': deployment('proxy', 'envoy:v1'),
    };
    const start = 'resources: [../base/api]\nimages:\n- name: envoy\n  newName: r/envoy\n- name: ';
    assert.deepEqual(offered(`${start}^\n`, [], more), ['ghcr.io/acme/api (Deployment api)', 'r/envoy (Deployment proxy)']);
    assert.deepEqual(offered(`resources: [../base/api]\nimages:\n- name: ^\n- name: envoy\n`, [], more), [
      'ghcr.io/acme/api (Deployment api)',
      'envoy (Deployment proxy, has an entry already)',
    ]);
  });

  test('are known while the text does not parse', () => {
    assert.deepEqual(offered('resources: [../base/api]\nimages:\n- name: "ghcr^\n  newTag: v1\n'), [
      'ghcr.io/acme/api (Deployment api)',
    ]);
  });
});

describe('The tags that are offered', () => {
  const seen = (tag: string, date: string): SeenTag => ({
    tag,
    image: 'ghcr.io/acme/api',
    key: 'newTag',
    file: path,
    commit: 'c0ffee',
    author: 'Mira',
    date,
  });
  const history = [seen('v1.2.0', '2026-11-20T00:00:00Z'), seen('v1.0.0', '2026-10-01T00:00:00Z')];

  test('are those of all environments and of the history, newest first, with when and who', () => {
    assert.deepEqual(offered('resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newTag: v1.2.0^\n', history), [
      'v1.2.0 (in dev for 5 days · Mira)',
      'v1.1.0 (in prod)',
      'v1.0.0 (ran here 1 Oct 2026 to 20 Nov 2026 · Mira)',
    ]);
  });

  test('are those of the images of that name where the entry matches nothing yet', () => {
    assert.deepEqual(offered('resources: []\nimages:\n- name: ghcr.io/acme/api\n  newTag: ^\n'), ['v1.1.0 (in prod)']);
  });

  test('are not what the base says as long as nothing is typed', () => {
    assert.deepEqual(offered('resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newTag: ^\n'), ['v1.1.0 (in prod)']);
  });

  test('are not mixed with digests, which a digest is offered', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const prod = {
      'apps/prod/kustomization.yaml': `resources: [../base/api]\nimages: [{name: ghcr.io/acme/api, newTag: v1.1.0, digest: "${digest}"}]\n`,
    };
    assert.deepEqual(offered('resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  digest: ^\n', [], prod), [
      `${digest} (v1.1.0 in prod)`,
    ]);
    assert.deepEqual(offered('resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newTag: ^\n', [], prod), [
      'v1.1.0 (in prod)',
    ]);
  });
});
