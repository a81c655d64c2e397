import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planFix } from '../../../src/core/lint/fix.ts';
import { fixAll } from '../../../src/core/lint/fixAll.ts';
import { takesComments } from '../../../src/core/lint/suppressions.ts';
import { RepositoryFile } from '../../../src/core/repository/files.ts';
import { isRefusal } from '../../../src/core/text/textEdit.ts';
import { LintedRepository } from '../../support/lintedRepository.ts';
import { deployment } from '../../support/fleet.ts';

const objects = `${deployment('api', 'acme/api:v1')}---\n${deployment('web', 'acme/web:v1')}`;

describe('A fix that would take away what an alias names', () => {
  for (const [name, code, images] of [
    [
      'of a merged entry',
      'duplicate-image-entry',
      '- &e\n  name: acme/api\n  newTag: v1\n- name: acme/api\n  newTag: v2\n- <<: *e\n  name: acme/web\n',
    ],
    ['of a tag', 'duplicate-yaml-key', '- name: acme/api\n  newTag: &x v1\n  newTag: *x\n'],
    ['of a dead entry', 'image-entry-unmatched', '- name: acme/x\n  newTag: &t v1\n- name: acme/api\n  newTag: *t\n'],
  ] as const)
    test(`${name} is refused, and left out of what mends all`, () => {
      const { input, problems } = new LintedRepository({
        'kustomization.yaml': `resources: [d.yaml]\nimages:\n${images}`,
        'd.yaml': objects,
      });
      const problem = problems.find((one) => one.code === code);
      const fix = problem?.fixes.find(({ id }) => id === 'remove-entry' || id === 'remove-key');
      assert.ok(fix !== undefined, problems.map((one) => one.code).join());
      assert.match(JSON.stringify(planFix(input.repository, fix)), /in another place takes its value from what would be deleted/);
      const all = fixAll(
        input.repository,
        problems.filter((one) => one.code === code),
        'all',
      );
      assert.ok(all === undefined || !isRefusal(planFix(input.repository, all)));
    });
});

test('no comment is offered for what kustomize reads as JSON', () => {
  assert.deepEqual(
    ['a: 1\n', '[\n  {"op": "add"}\n]\n', '{"a": 1}\n'].map((text) => takesComments(new RepositoryFile('patch.yaml', text))),
    [true, false, false],
  );
  assert.equal(takesComments(new RepositoryFile('p.json', '\n')), false);
});
