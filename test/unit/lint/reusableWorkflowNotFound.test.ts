import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertFindings, assertSilent, fixed, linesOf, problemsOf, withWorkflow } from '../../support/workflowFindings.ts';
import type { Files } from '../../support/workflowFindings.ts';

const CALLED = 'on: workflow_call\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n';
const PUSHED = 'on: push\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n';

function calls(uses: string, ...others: readonly (readonly [name: string, text: string])[]): Files {
  return withWorkflow(
    `on: push\njobs:\n  deploy:\n    uses: ${uses}\n`,
    Object.fromEntries(others.map(([name, text]) => [`.github/workflows/${name}`, text])),
  );
}

const OUTCOME = 'so GitHub runs no job of this workflow';

describe('A workflow that is called and not there', () => {
  const found: readonly (readonly [title: string, files: Files, after: string | undefined, ...expected: string[]])[] = [
    [
      'has the other extension, as in the seed story',
      calls('./.github/workflows/update-gitops.yml', ['update-gitops.yaml', CALLED], ['update-git.yaml', CALLED]),
      './.github/workflows/update-gitops.yaml',
      `ci.yaml:4 reusable-workflow-not-found: There is no .github/workflows/update-gitops.yml, ${OUTCOME}: the file is called update-gitops.yaml.`,
    ],
    [
      'has the other extension the other way round, in quotes, with a comment',
      calls("'./.github/workflows/update.yaml' # later", ['update.yml', CALLED]),
      "'./.github/workflows/update.yml' # later",
      `ci.yaml:4 reusable-workflow-not-found: There is no .github/workflows/update.yaml, ${OUTCOME}: the file is called update.yml.`,
    ],
    [
      'has no extension',
      calls('./.github/workflows/update', ['update.yml', CALLED]),
      './.github/workflows/update.yml',
      `ci.yaml:4 reusable-workflow-not-found: There is no .github/workflows/update, ${OUTCOME}: the file is called update.yml.`,
    ],
    [
      'has a name that is spelled in another way',
      calls('./.github/workflows/Update_GitOps.yaml', ['update-gitops.yaml', CALLED], ['build.yaml', CALLED]),
      './.github/workflows/update-gitops.yaml',
      `ci.yaml:4 reusable-workflow-not-found: There is no .github/workflows/Update_GitOps.yaml, ${OUTCOME}: the nearest is update-gitops.yaml.`,
    ],
    [
      'has no one that is alike, or only such that cannot be called',
      calls('./.github/workflows/deploy-all.yaml', ['deploy-al.yaml', PUSHED], ['x.yaml', CALLED]),
      undefined,
      `ci.yaml:4 reusable-workflow-not-found: There is no .github/workflows/deploy-all.yaml, ${OUTCOME}.`,
    ],
    [
      'is named with backslashes',
      calls('.\\.github\\workflows\\update.yaml', ['update.yaml', CALLED]),
      './.github/workflows/update.yaml',
      'ci.yaml:4 reusable-workflow-not-found: GitHub takes backslashes for letters, so it runs no job of this workflow: write the path with forward slashes, ./.github/workflows/update.yaml.',
    ],
  ];
  for (const [title, files, after, ...expected] of found) {
    it(title, () => {
      assertFindings(files, expected);
      const [problem] = problemsOf(files);
      const title = problem?.fixes[0]?.title;
      const text = problem && title !== undefined ? fixed(files, problem, title)['.github/workflows/ci.yaml'] : undefined;
      deepEqual(text?.split('uses: ')[1], after === undefined ? undefined : `${after}\n`);
    });
  }
});

describe('A workflow that is called', () => {
  const silent: readonly (readonly [title: string, files: Files])[] = [
    ['is there', calls('./.github/workflows/update.yaml', ['update.yaml', CALLED])],
    ['is in another repository', calls('acme/shared/.github/workflows/update.yml@v1', ['update.yaml', CALLED])],
    ['is in this repository at another commit', calls('acme/api/.github/workflows/update.yml@main', ['update.yaml', CALLED])],
    ['is the workflow itself', calls('./.github/workflows/ci.yaml')],
    ['is no workflow path at all', calls('./workflows/update.yml', ['update.yaml', CALLED])],
    ['has a version, which is another mistake', calls('./.github/workflows/update.yml@main', ['update.yaml', CALLED])],
    [
      'is the action of a step',
      withWorkflow('on: push\njobs: { a: { runs-on: x, steps: [{ uses: ./.github/actions/nothing }] } }\n'),
    ],
    ['has backslashes and is nowhere', calls('.\\.github\\workflows\\other.yaml', ['update.yaml', CALLED])],
  ];
  for (const [title, files] of silent) it(`${title}: nothing is said`, () => assertSilent(files));

  it('is there, whatever it is: nothing is said', () =>
    assertFindings(calls('./.github/workflows/update.yaml', ['update.yaml', 'broken: [\n']), []));

  it('may be missing in several files at once', () => {
    const files = {
      ...calls('./.github/workflows/a.yml', ['a.yaml', CALLED]),
      '.github/workflows/cd.yml': 'on: push\njobs:\n  x: { uses: ./.github/workflows/a.yml }\n',
    };
    deepEqual(
      linesOf(files, problemsOf(files)).map((line) => line.split(' ')[0]),
      ['cd.yml:3', 'ci.yaml:4'],
    );
  });
});
