import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertFindings, assertSilent, fixed, markedText, problemsOf, withWorkflow } from '../../support/workflowFindings.ts';
import type { Files } from '../../support/workflowFindings.ts';

const OWN = ['git@github.com:acme/shop-gitops.git'];

function steps(text: string): Files {
  return withWorkflow(`on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${text}`);
}

function checkout(repository: string): Files {
  return steps(`      - uses: actions/checkout@v4\n        with:\n          repository: ${repository}\n`);
}

const MESSAGE = 'wrong-repository-owner: This workflow works on octo/shop-gitops, and this repository is acme/shop-gitops.';

describe('A workflow that works on the repository of somebody else', () => {
  const found: readonly (readonly [title: string, files: Files, line: number])[] = [
    ['checks it out, as in the seed story', checkout('octo/shop-gitops'), 8],
    ['names it in other capital letters', checkout('"octo/Shop-GitOps"'), 8],
    [
      'hands it to a workflow here',
      withWorkflow('on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yaml\n    with:\n      repo: octo/shop-gitops\n', {
        '.github/workflows/b.yaml':
          'on: { workflow_call: { inputs: { repo: { type: string } } } }\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n',
      }),
      6,
    ],
    [
      'has it in a variable',
      withWorkflow('on: push\nenv:\n  GITOPS_REPO: octo/shop-gitops\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n'),
      3,
    ],
    [
      'has its address in a variable',
      withWorkflow(
        'on: push\nenv:\n  GITOPS_REPOSITORY_URL: https://github.com/octo/shop-gitops.git\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n',
      ),
      3,
    ],
    [
      'takes it where no other is given',
      withWorkflow(
        'on:\n  workflow_call:\n    inputs:\n      gitops-repo: { type: string, default: octo/shop-gitops }\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n',
      ),
      4,
    ],
    [
      'clones it',
      steps(
        '      - run: |\n          git clone --depth 1 https://x-access-token:$TOKEN@github.com/octo/shop-gitops.git work\n          cd work\n',
      ),
      7,
    ],
    [
      'sends a message to it',
      steps(
        '      - uses: peter-evans/repository-dispatch@v3\n        with: { repository: octo/shop-gitops, event-type: deploy }\n',
      ),
      7,
    ],
  ];
  for (const [title, files, line] of found) {
    it(title, () =>
      assertFindings(
        files,
        [
          `ci.yaml:${String(line)} ${MESSAGE.replace('octo/shop-gitops', title.includes('capital') ? 'octo/Shop-GitOps' : 'octo/shop-gitops')}`,
        ],
        OWN,
      ),
    );
  }

  it('is mended by its owner alone', () => {
    const files = checkout("'octo/shop-gitops' # ours");
    const [problem] = problemsOf(files, OWN);
    equal(problem && markedText(files, problem), 'octo/shop-gitops');
    deepEqual(problem && fixed(files, problem, 'Use acme/shop-gitops', OWN), checkout("'acme/shop-gitops' # ours"));
  });
});

describe('Nothing is said of a repository', () => {
  const silent: readonly (readonly [title: string, files: Files, remotes?: readonly string[]])[] = [
    ['that is this one', checkout('acme/shop-gitops')],
    ['that is this one in other capital letters', checkout('ACME/shop-gitops')],
    ['that has another name', checkout('octo/charts')],
    ['whose owner is an expression', checkout('"${{ github.repository_owner }}/shop-gitops"')],
    ['where no remote is known', checkout('octo/shop-gitops'), []],
    ['where this repository is not on GitHub', checkout('octo/shop-gitops'), ['https://gitlab.com/acme/shop-gitops.git']],
    ['that is another remote: this is a fork', checkout('octo/shop-gitops'), [...OWN, 'https://github.com/octo/shop-gitops']],
    [
      'from which a workflow fetches what is new upstream',
      steps(
        '      - run: |\n          git remote add upstream https://github.com/octo/shop-gitops\n          git fetch upstream\n',
      ),
    ],
    [
      'in a workflow about what is upstream',
      withWorkflow(
        'name: Sync with upstream\non: push\njobs: { a: { runs-on: x, steps: [{ uses: actions/checkout@v4, with: { repository: octo/shop-gitops } }] } }\n',
      ),
    ],
    [
      'to which the workflows say that they belong',
      withWorkflow(
        "on: push\njobs: { a: { if: github.repository == 'octo/shop-gitops', runs-on: x, steps: [{ uses: actions/checkout@v4, with: { repository: octo/shop-gitops } }] } }\n",
      ),
    ],
    [
      'to whose owner another workflow says that it belongs',
      withWorkflow(
        'on: push\njobs: { a: { runs-on: x, steps: [{ uses: actions/checkout@v4, with: { repository: octo/shop-gitops } }] } }\n',
        {
          '.github/workflows/b.yml':
            "on: push\njobs: { a: { if: github.repository_owner == 'octo', runs-on: x, steps: [{ run: make }] } }\n",
        },
      ),
    ],
    [
      'under whose name many publish something',
      checkout('prometheus-community/helm-charts'),
      ['https://github.com/acme/helm-charts'],
    ],
    [
      'of workflows that others call, which fetch their own scripts from there',
      checkout('octo/reusable-workflows'),
      ['https://github.com/acme/reusable-workflows'],
    ],
    [
      'whose name is a short one',
      withWorkflow('on: push\nenv: { TARGET_REPO: github/cli }\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n'),
      ['https://github.com/acme/cli'],
    ],
    [
      'whose releases a step fetches',
      steps('      - uses: robinraju/release-downloader@v1\n        with: { repository: octo/shop-gitops }\n'),
    ],
    [
      'from which an action or a workflow comes',
      withWorkflow(
        'on: push\njobs:\n  a: { uses: octo/shop-gitops/.github/workflows/build.yaml@v1 }\n  b: { runs-on: x, steps: [{ uses: octo/shop-gitops@v1 }] }\n',
      ),
    ],
    ['on another server', steps('      - run: git clone https://gitlab.com/octo/shop-gitops\n')],
    [
      'in an address that is not fetched',
      steps('      - run: curl -L https://github.com/octo/shop-gitops/releases/download/v1/x.tgz\n'),
    ],
    [
      'in a variable that is no repository',
      withWorkflow('on: push\nenv: { IMAGE: octo/shop-gitops }\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n'),
    ],
  ];
  for (const [title, files, remotes = OWN] of silent) it(title, () => assertSilent(files, remotes));
});
