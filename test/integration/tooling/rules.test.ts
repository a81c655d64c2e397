import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import packageJson from '../../../package.json' with { type: 'json' };
import { documentationOf, sectionOf } from '../../../src/core/lint/documentation.ts';
import { ruleCodes } from '../../../src/core/lint/lint.ts';
import { projectRoot } from '../../support/paths.ts';

const page = readFileSync(join(projectRoot, 'src/core/lint/rules.md'), 'utf8');

test('every rule has a section that says its severity and what is wrong, and every section a rule', () => {
  const titles = [...page.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
  assert.deepEqual(titles.toSorted(), ruleCodes.toSorted());
  for (const code of ruleCodes) {
    const section = sectionOf(page, code) ?? '';
    assert.match(section, /^## [a-z0-9-]+\n\n(?:Error|Warning|Information)\b[^\n]*\.\n\n\S/, code);
    assert.equal(section.match(/^## /gm)?.length, 1, code);
  }
});

test('the links of problems lead into this repository', () => {
  const repository = packageJson.repository.url.replace(/\.git$/, '');
  assert.equal(documentationOf('mutable-tag'), `${repository}/blob/main/src/core/lint/rules.md#mutable-tag`);
});
