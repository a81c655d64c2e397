import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleCodes, ruleOf } from '../../src/core/lint/lint.ts';
import * as manifest from '../../src/manifest.ts';
import packageJson from '../../package.json' with { type: 'json' };
import strings from '../../package.nls.json' with { type: 'json' };
import { keyOf, localizedManifest } from '../support/localizedManifest.ts';

const { contributes } = localizedManifest;

function properties(category: string): [string, { readonly default: unknown; readonly description?: string }][] {
  return Object.entries(contributes.configuration.find(({ title }) => title === category)?.properties ?? {});
}

test('the commands are those of package.json, all in the category GitOps', () => {
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), Object.values(manifest.commands).sort());
  assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['GitOps']);
});

test('the views and their container are those of package.json', () => {
  const { container, applications, flux, changes } = manifest.views;
  assert.deepEqual(
    contributes.viewsContainers.activitybar.map(({ id }) => id),
    [container],
  );
  assert.deepEqual(
    contributes.views[container].map(({ id }) => id),
    [applications, flux, changes],
  );
});

test('the settings and their defaults are those of package.json', () => {
  const declared = properties('GitOps Cockpit').map(([name, { default: value }]) => [name, value]);
  const known = Object.entries(manifest.settings).map(([name, value]) => [`${manifest.settingsSection}.${name}`, value]);
  assert.deepEqual(Object.fromEntries(declared), Object.fromEntries(known));
});

test('every rule has a setting that says what it is about', () => {
  const declared = properties('Rules').map(([name, { description, default: value }]) => [name, [description, value]]);
  const known = ruleCodes.map((code) => [`gitopsCockpit.diagnostics.${code}`, [ruleOf(code).summary, 'default']]);
  assert.deepEqual(Object.fromEntries(declared), Object.fromEntries(known));
});

test('every menu names commands, submenus, views, context keys and schemes that exist', () => {
  const submenus: readonly string[] = Object.values(manifest.menus);
  assert.deepEqual(
    contributes.submenus.map(({ id }) => id),
    submenus,
  );
  const ids: readonly string[] = [...Object.values(manifest.commands), ...submenus];
  const entries: readonly { command?: string; submenu?: string; when?: string }[] = Object.values(contributes.menus).flat();
  for (const { command, submenu } of entries) assert.ok(ids.includes(command ?? submenu ?? ''), command ?? submenu);

  const clauses = [...entries, ...contributes.viewsWelcome].map(({ when }) => when ?? '').join(' && ');
  const known: readonly string[] = [...Object.values(manifest.contextKeys), ...Object.values(manifest.views)];
  for (const [key] of clauses.matchAll(/\bgitopsCockpit\.\w+/g)) assert.ok(known.includes(key), key);
  const schemes: readonly string[] = Object.values(manifest.schemes);
  for (const [scheme] of clauses.matchAll(/\bgitops-cockpit-\w+/g)) assert.ok(schemes.includes(scheme), scheme);
});

test('links in welcome texts lead to commands that exist', () => {
  const ids: readonly string[] = Object.values(manifest.commands);
  for (const { contents } of contributes.viewsWelcome)
    for (const [, command = ''] of contents.matchAll(/\(command:(gitopsCockpit[^)]*)\)/g))
      assert.ok(ids.includes(command), command);
});

/** Fields whose values people read. */
const texts = new Set(['title', 'shortTitle', 'category', 'description', 'markdownDescription', 'label', 'name', 'contents']);

/** Every value of such a field in what the extension contributes, and in what it says of itself. */
function textsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, item]: [string, unknown]) =>
    texts.has(field) && typeof item === 'string' ? [item] : textsOf(item),
  );
}

test('everything that people read in package.json can be translated, and every string is used', () => {
  const { description, capabilities, contributes: contributed } = packageJson;
  const values = [description, ...textsOf(capabilities), ...textsOf(contributed)];
  assert.deepEqual(
    values.filter((value) => keyOf(value) === undefined),
    [],
  );
  assert.deepEqual([...new Set(values.map((value) => keyOf(value) ?? ''))].toSorted(), Object.keys(strings).toSorted());
});
