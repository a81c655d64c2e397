import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { localizedManifest } from '../../support/localizedManifest.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');

test('the README lists every setting with its default', () => {
  const listed = [...readme.matchAll(/^\| `(gitopsCockpit\.[\w.]+)` +\| `([^`]*)`/gm)].map(([, name, value]) => [
    name,
    JSON.parse(value ?? ''),
  ]);
  const [own] = localizedManifest.contributes.configuration;
  const declared = Object.entries(own?.properties ?? {}).map(([name, { default: value }]) => [name, value]);
  assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(declared));
});

test('the README names only commands that exist', () => {
  const titles = localizedManifest.contributes.commands.map(({ title }) => `GitOps: ${title}`);
  const named = [...readme.matchAll(/\*\*(GitOps: [^*]+)\*\*/g)].map(([, title]) => title);
  assert.ok(named.length > 0);
  assert.deepEqual(
    named.filter((title) => !titles.includes(title ?? '')),
    [],
  );
});

test('every npm script that the README names exists', () => {
  const named = [...readme.matchAll(/npm (?:run )?(?:--silent )?(start|test|[a-z]+(?::[a-z]+)?)/g)].map(
    ([, script]) => script ?? '',
  );
  const scripts: readonly string[] = Object.keys(localizedManifest.scripts);
  assert.deepEqual(
    named.filter((script) => !scripts.includes(script)),
    [],
  );
});
