import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  assertFindings,
  assertSilent,
  fixed,
  linesOf,
  markedText,
  problemsOf,
  withWorkflow,
} from '../../support/workflowFindings.ts';
import type { Files } from '../../support/workflowFindings.ts';

const BUILD = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      tag: \${{ steps.tag.outputs.TAG }}
      image: ghcr.io/acme/api
    steps:
      - id: tag
        run: echo "TAG=\${GITHUB_REF#refs/tags/}" >> $GITHUB_OUTPUT
`;

/** A job behind BUILD that needs it; its lines count from 11 on. */
function deploy(text: string): Files {
  return withWorkflow(`${BUILD}  deploy:\n    needs: build\n    runs-on: ubuntu-latest\n${text}`);
}

/** A job with some steps; the first one is in line 6. */
function steps(text: string): Files {
  return withWorkflow(`on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${text}`);
}

const UPDATE = `on:
  workflow_call:
    inputs: { tag: { type: string } }
    outputs:
      commit: { value: "\${{ jobs.update.outputs.commit }}" }
jobs:
  update:
    runs-on: ubuntu-latest
    outputs: { commit: "\${{ steps.push.outputs.commit }}" }
    steps:
      - id: push
        uses: ./.github/actions/push
`;

describe('An output that nobody declares', () => {
  const found: readonly (readonly [title: string, files: Files, ...expected: string[]])[] = [
    [
      'of a job is the mistake of the seed story: tags for tag, app for image',
      deploy(
        '    env:\n      TAG: ${{ needs.build.outputs.tags }}\n      image: ${{ needs.build.outputs.app }}\n    steps: [{ run: ./deploy }]\n',
      ),
      'ci.yaml:15 workflow-output-mismatch: Job build has no output "tags", so the variable TAG is empty: the nearest is tag.',
      'ci.yaml:16 workflow-output-mismatch: Job build has no output "app", so the variable image is empty: it has image and tag.',
    ],
    [
      'of a job is found in a script',
      deploy(
        '    steps:\n      - run: |\n          set -e\n          kustomize edit set image api:${{ needs.build.outputs.tagg }}\n',
      ),
      'ci.yaml:17 workflow-output-mismatch: Job build has no output "tagg", so this is empty: the nearest is tag.',
    ],
    [
      'of a job is found in a condition without braces',
      deploy("    if: needs.build.outputs.tga != ''\n    steps: [{ run: ./deploy }]\n"),
      'ci.yaml:14 workflow-output-mismatch: Job build has no output "tga", so this is empty: it has tag and image.',
    ],
    [
      'of a job is found in the condition of a step, over several lines',
      deploy(
        "    steps:\n      - run: ./deploy\n        if: |\n          github.ref_name == 'main' &&\n          needs.build.outputs.imagee != ''\n",
      ),
      'ci.yaml:18 workflow-output-mismatch: Job build has no output "imagee", so this is empty: the nearest is image.',
    ],
    [
      'of a job is found behind another one in a fallback',
      deploy('    env: { A: "${{ needs.build.outputs.tag || needs.build.outputs.taag }}" }\n    steps: [{ run: ./deploy }]\n'),
      'ci.yaml:14 workflow-output-mismatch: Job build has no output "taag", so this is empty: the nearest is tag.',
    ],
    [
      'of a job is found as the argument of a function',
      deploy('    env: { A: "${{ format(\'{0}\', needs.build.outputs.taag) }}" }\n    steps: [{ run: ./deploy }]\n'),
      'ci.yaml:14 workflow-output-mismatch: Job build has no output "taag", so this is empty: the nearest is tag.',
    ],
    [
      'of a job with a matrix is found as in any other',
      withWorkflow(
        'on: push\njobs:\n  a:\n    runs-on: x\n    strategy: { matrix: { os: [one, two] } }\n    outputs: { sha: "${{ github.sha }}" }\n    steps: [{ run: make }]\n  b:\n    needs: [a]\n    runs-on: x\n    steps: [{ run: "echo ${{ needs.a.outputs.shaa }}" }]\n',
      ),
      'ci.yaml:11 workflow-output-mismatch: Job a has no output "shaa", so this is empty: the nearest is sha.',
    ],
    [
      'of a job without outputs has no nearest one',
      withWorkflow(
        'on: push\njobs:\n  a: { runs-on: x, steps: [{ run: make }] }\n  b:\n    needs: a\n    runs-on: x\n    name: B ${{ needs.a.outputs.tag }}\n    steps: [{ run: make }]\n',
      ),
      'ci.yaml:7 workflow-output-mismatch: Job a has no output "tag", so this is empty: it has none.',
    ],
    [
      'of a workflow that is called is found by what that workflow declares',
      withWorkflow(
        'on: push\njobs:\n  update:\n    uses: ./.github/workflows/update.yaml\n  b:\n    needs: update\n    runs-on: x\n    env: { SHA: "${{ needs.update.outputs.comit }}" }\n    steps: [{ run: make }]\n',
        { '.github/workflows/update.yaml': UPDATE },
      ),
      'ci.yaml:8 workflow-output-mismatch: Job update has no output "comit", so the variable SHA is empty: the nearest is commit.',
    ],
    [
      'of a job is found in what a workflow hands to its callers',
      withWorkflow(UPDATE.replace('update.outputs.commit }}" }\njobs', 'update.outputs.sha }}" }\njobs')),
      'ci.yaml:5 workflow-output-mismatch: Job update has no output "sha", so the output commit is empty: it has commit.',
    ],
    [
      'of a job that there is not, in what a workflow hands to its callers',
      withWorkflow(UPDATE.replace('jobs.update.outputs', 'jobs.updat.outputs')),
      'ci.yaml:5 workflow-output-mismatch: There is no job "updat" here, so the output commit is empty: the nearest is update.',
    ],
    [
      'of a script is found where the script writes all of its outputs with their names',
      steps(
        '      - id: v\n        run: |\n          echo "version=1" >> "$GITHUB_OUTPUT"\n          echo "sha=2" >> "$GITHUB_OUTPUT"\n      - run: echo ${{ steps.v.outputs.Versionn }}\n',
      ),
      'ci.yaml:10 workflow-output-mismatch: Step v has no output "Versionn", so this is empty: the nearest is version.',
    ],
    [
      'of a script that writes to the environment instead is found',
      steps(
        '      - id: v\n        run: echo "TAG=$(git describe)" >> $GITHUB_ENV\n      - run: echo ${{ steps.v.outputs.TAG }}\n',
      ),
      'ci.yaml:8 workflow-output-mismatch: Step v has no output "TAG", so this is empty: it has none.',
    ],
    [
      'of an action that we know is found',
      steps(
        '      - id: meta\n        uses: docker/metadata-action@v5\n        with: { images: ghcr.io/acme/api }\n      - uses: docker/build-push-action@v6\n        with:\n          tags: ${{ steps.meta.outputs.tag }}\n',
      ),
      'ci.yaml:11 workflow-output-mismatch: Step meta (docker/metadata-action) has no output "tag", so the input tags is empty: the nearest is tags.',
    ],
    [
      'of anothrNick/github-tag-action is found (github-tag-action#182)',
      steps(
        '      - id: tag\n        uses: anothrNick/github-tag-action@1.67.0\n      - run: echo ${{ steps.tag.outputs.newTag2 }}\n',
      ),
      'ci.yaml:8 workflow-output-mismatch: Step tag (anothrNick/github-tag-action) has no output "newTag2", so this is empty: the nearest is new_tag.',
    ],
    [
      'of a step whose id is of another job is found',
      withWorkflow(
        'on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ id: vars, run: "echo a=b >> $GITHUB_OUTPUT" }]\n  b:\n    runs-on: x\n    steps: [{ run: "echo ${{ steps.vars.outputs.a }}" }]\n',
      ),
      'ci.yaml:8 workflow-output-mismatch: No step of job b has the id "vars", so this is empty.',
    ],
    [
      'of a step whose id is spelled in another way is found',
      steps(
        '      - id: metadata\n        uses: docker/metadata-action@v5\n      - run: echo ${{ steps.metdata.outputs.version }}\n',
      ),
      'ci.yaml:8 workflow-output-mismatch: No step of job a has the id "metdata", so this is empty: the nearest is metadata.',
    ],
    [
      'of a job that is needed only by a needed one is found',
      withWorkflow(
        'on: push\njobs:\n  a: { runs-on: x, outputs: { go: "yes" }, steps: [{ run: make }] }\n  b: { needs: a, runs-on: x, steps: [{ run: make }] }\n  c:\n    needs: [b]\n    if: needs.a.outputs.go == \'yes\'\n    runs-on: x\n    steps: [{ run: make }]\n',
      ),
      'ci.yaml:7 workflow-output-mismatch: Job c does not name a in its needs, so this is empty.',
    ],
    [
      'of a job with another spelling than in needs is found',
      withWorkflow(
        'on: push\njobs:\n  build: { runs-on: x, outputs: { go: "yes" }, steps: [{ run: make }] }\n  c:\n    needs: [build]\n    if: needs.biuld.outputs.go\n    runs-on: x\n    steps: [{ run: make }]\n',
      ),
      'ci.yaml:6 workflow-output-mismatch: Job c does not name biuld in its needs, so this is empty: the nearest is build.',
    ],
  ];
  for (const [title, files, ...expected] of found) it(title, () => assertFindings(files, expected));
});

describe('Nothing is said of an output', () => {
  const silent: readonly (readonly [title: string, files: Files])[] = [
    ['that is declared', deploy('    env: { TAG: "${{ needs.build.outputs.tag }}" }\n    steps: [{ run: ./deploy }]\n')],
    [
      'that is declared in other capital letters',
      deploy('    env: { TAG: "${{ NEEDS.Build.Outputs.TAG }}" }\n    steps: [{ run: ./deploy }]\n'),
    ],
    [
      'whose name is computed',
      deploy(
        '    env: { A: "${{ needs.build.outputs[github.ref_name] }}", B: "${{ needs.build.outputs[format(\'{0}\', 1)] }}" }\n    steps: [{ run: ./deploy }]\n',
      ),
    ],
    [
      'of all jobs',
      deploy(
        '    env: { A: "${{ join(needs.*.outputs.digest, \',\') }}", B: "${{ toJSON(needs) }}", C: "${{ toJSON(needs.build.outputs) }}" }\n    steps: [{ run: ./deploy }]\n',
      ),
    ],
    [
      'of a job whose name is computed',
      deploy(
        '    strategy: { matrix: { job: [build] } }\n    env: { A: "${{ needs[matrix.job].outputs.digest }}" }\n    steps: [{ run: ./deploy }]\n',
      ),
    ],
    ['that is not an output', deploy("    if: always() && needs.build.result == 'success'\n    steps: [{ run: ./deploy }]\n")],
    [
      'of which a part is read',
      deploy('    env: { A: "${{ fromJSON(needs.build.outputs.image).name }}" }\n    steps: [{ run: ./deploy }]\n'),
    ],
    [
      'of a workflow of another repository (rhysd/actionlint#121, #122)',
      withWorkflow(
        'on: push\njobs:\n  a: { uses: acme/shared/.github/workflows/build.yaml@v1 }\n  b:\n    needs: a\n    runs-on: x\n    steps: [{ run: "echo ${{ needs.a.outputs.firstword }}" }]\n',
      ),
    ],
    [
      'of a workflow here that is not made to be called',
      withWorkflow(
        'on: push\njobs:\n  a: { uses: ./.github/workflows/b.yaml }\n  b:\n    needs: a\n    runs-on: x\n    steps: [{ run: "echo ${{ needs.a.outputs.x }}" }]\n',
        {
          '.github/workflows/b.yaml': 'on: push\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n',
        },
      ),
    ],
    [
      'of an action that sets outputs by its inputs (rhysd/actionlint#18)',
      steps(
        '      - id: filter\n        uses: dorny/paths-filter@v3\n        with: { filters: "src: src/**" }\n      - run: make\n        if: steps.filter.outputs.src\n',
      ),
    ],
    [
      'of an action of this repository',
      steps('      - id: a\n        uses: ./.github/actions/build\n      - run: echo ${{ steps.a.outputs.anything }}\n'),
    ],
    ['of an image', steps('      - id: a\n        uses: docker://alpine:3\n      - run: echo ${{ steps.a.outputs.anything }}\n')],
    [
      'of a later version of an action than we know',
      steps('      - id: a\n        uses: docker/metadata-action@v99\n      - run: echo ${{ steps.a.outputs.digests }}\n'),
    ],
    [
      'of an action at a branch or a commit',
      steps(
        '      - id: a\n        uses: docker/metadata-action@master\n      - id: b\n        uses: docker/metadata-action@902fa8ec7d6ecbf8d84d538b9b233a880e428804\n      - run: echo ${{ steps.a.outputs.x }}${{ steps.b.outputs.x }}\n',
      ),
    ],
    [
      'that docker/metadata-action has since a later release of the same major version',
      steps('      - id: a\n        uses: docker/metadata-action@v5.5.0\n      - run: echo ${{ steps.a.outputs.tag-names }}\n'),
    ],
    [
      'of a script that runs a program, which may write outputs',
      steps(
        '      - id: a\n        run: |\n          echo "x=1" >> $GITHUB_OUTPUT\n          ./ci/version.sh\n      - run: echo ${{ steps.a.outputs.y }}\n',
      ),
    ],
    [
      'of a script that names its outputs by variables',
      steps(
        '      - id: a\n        run: for name in a b; do echo "$name=1" >> $GITHUB_OUTPUT; done\n      - run: echo ${{ steps.a.outputs.a }}\n',
      ),
    ],
    [
      'of a script that copies what somebody else wrote',
      steps('      - id: a\n        run: cat outputs.env >> $GITHUB_OUTPUT\n      - run: echo ${{ steps.a.outputs.y }}\n'),
    ],
    [
      'of a script in another language',
      steps(
        '      - id: a\n        shell: python\n        run: print("x=1")\n      - id: b\n        shell: pwsh\n        run: echo "x=1" >> $env:GITHUB_OUTPUT\n      - run: echo ${{ steps.a.outputs.y }} ${{ steps.b.outputs.x }}\n',
      ),
    ],
    [
      'of a script in the language of all scripts of its job',
      withWorkflow(
        'on: push\ndefaults: { run: { shell: pwsh } }\njobs:\n  a:\n    runs-on: x\n    steps:\n      - { id: a, run: echo hello }\n      - run: echo ${{ steps.a.outputs.y }}\n',
      ),
    ],
    [
      'of a GitHub script',
      steps(
        '      - id: a\n        uses: actions/github-script@v7\n        with: { script: "core.setOutput(\'x\', 1)" }\n      - run: echo ${{ steps.a.outputs.x }} ${{ steps.a.outputs.result }}\n',
      ),
    ],
    [
      'of a step that two steps claim to be',
      steps(
        '      - { id: a, run: echo a=1 >> $GITHUB_OUTPUT }\n      - { id: a, run: echo b=1 >> $GITHUB_OUTPUT }\n      - run: echo ${{ steps.a.outputs.b }}\n',
      ),
    ],
    [
      'in a comment of a script',
      deploy(
        '    steps:\n      - run: |\n          # it was ${{ needs.build.outputs.old }}\n          ./deploy\n      - uses: actions/github-script@v7\n        with:\n          script: |\n            // ${{ needs.build.outputs.old }}\n            core.info(1)\n',
      ),
    ],
    [
      'in a file that is no workflow',
      {
        '.github/other/ci.yaml': BUILD.replace('TAG }}', 'TAGG }}'),
        'ci.yaml': BUILD.replace('TAG }}', 'TAGG }}'),
        '.github/workflows/old/ci.yaml': BUILD.replace('TAG }}', 'TAGG }}'),
      },
    ],
  ];
  for (const [title, files] of silent) it(title, () => assertSilent(files));
});

describe('Nothing is said where a file cannot be read:', () => {
  const refused: readonly (readonly [title: string, files: Files])[] = [
    [
      'of a workflow here that cannot be read',
      withWorkflow(
        'on: push\njobs:\n  a: { uses: ./.github/workflows/b.yaml }\n  b:\n    needs: a\n    runs-on: x\n    steps: [{ run: "echo ${{ needs.a.outputs.x }}" }]\n',
        {
          '.github/workflows/b.yaml': 'on: workflow_call\njobs:\n  - broken\n',
        },
      ),
    ],
    ['in a workflow that GitHub would refuse', withWorkflow(BUILD.replace('TAG }}', 'TAGG }}').replace('runs-on', 'runs-in'))],
    [
      'in a workflow with an expression that does not parse',
      withWorkflow(`${BUILD.replace('TAG }}', 'TAGG }}')}  b:\n    runs-on: x\n    steps: [{ run: "\${{ a b }}" }]\n`),
    ],
    [
      'in a workflow with a condition that does not parse',
      withWorkflow(
        `${BUILD.replace('TAG }}', 'TAGG }}')}  b:\n    runs-on: x\n    if: github.ref = 'main'\n    steps: [{ run: make }]\n`,
      ),
    ],
    ['in two documents', withWorkflow(`${BUILD.replace('TAG }}', 'TAGG }}')}---\n${BUILD}`)],
    [
      'in a workflow with aliases of aliases',
      withWorkflow(`a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\n${BUILD}`),
    ],
  ];
  for (const [title, files] of refused) it(title, () => assertFindings(files, []));
});

describe('The fix writes the name and nothing else', () => {
  const JOBS =
    'jobs:\n  a: { runs-on: x, outputs: { tag: v1, sha: abc }, steps: [{ run: make }] }\n  b:\n    needs: a\n    runs-on: x\n';
  const rows: readonly (readonly [title: string, before: string, after: string])[] = [
    ['in a plain scalar', 'echo ${{ needs.a.outputs.tags }} # ${{', 'echo ${{ needs.a.outputs.tag }} # ${{'],
    ['in double quotes', '"a \\"b\\" ${{ needs.a.outputs.tags }}"', '"a \\"b\\" ${{ needs.a.outputs.tag }}"'],
    ['in single quotes', "'it''s ${{ needs.a.outputs.tags }}'", "'it''s ${{ needs.a.outputs.tag }}'"],
    ['in brackets', "x ${{ needs['a']['outputs']['tags'] }}", "x ${{ needs['a']['outputs']['tag'] }}"],
    ['in brackets in single quotes', "'${{ needs[''a''].outputs[''tags''] }}'", "'${{ needs[''a''].outputs[''tag''] }}'"],
    [
      'in a literal block',
      '|\n          # ${{ needs.a.outputs.sha }}\n          echo ${{ github.sha }} ${{  needs.a.outputs.tags  }}',
      '|\n          # ${{ needs.a.outputs.sha }}\n          echo ${{ github.sha }} ${{  needs.a.outputs.tag  }}',
    ],
    [
      'in a folded block',
      '>-\n          echo\n          ${{ needs.a.outputs.sha }}${{ needs.a.outputs.tags }}',
      '>-\n          echo\n          ${{ needs.a.outputs.sha }}${{ needs.a.outputs.tag }}',
    ],
    [
      'in a plain scalar of several lines',
      'echo\n          ${{ github.sha ||\n            needs.a.outputs.tags }}',
      'echo\n          ${{ github.sha ||\n            needs.a.outputs.tag }}',
    ],
    [
      'behind a text with braces and quotes',
      "echo ${{ format('}}''{{0}}', 1) }} ${{ needs.a.outputs.tags }}",
      "echo ${{ format('}}''{{0}}', 1) }} ${{ needs.a.outputs.tag }}",
    ],
  ];
  for (const ending of ['\n', '\r\n']) {
    for (const [title, before, after] of rows) {
      it(`${title}${ending === '\n' ? '' : ', with CRLF and a byte order mark'}`, () => {
        const text = (run: string) =>
          `${ending === '\n' ? '' : '\uFEFF'}on: push\n${JOBS}    steps:\n      - run: ${run}\n`.replaceAll('\n', ending);
        const files = withWorkflow(text(before));
        const [problem, ...others] = problemsOf(files);
        deepEqual(linesOf(files, others), []);
        equal(problem?.code, 'workflow-output-mismatch');
        equal(fixed(files, problem, 'Use tag')['.github/workflows/ci.yaml'], text(after));
      });
    }
  }

  it('and marks what is read', () => {
    const files = withWorkflow(
      `on: push\n${JOBS}    if: github.ref == 'x' && needs.a.outputs.tags\n    steps: [{ run: make }]\n`,
    );
    deepEqual(
      problemsOf(files).map((problem) => markedText(files, problem)),
      ['needs.a.outputs.tags'],
    );
  });

  it('but not where the text stands for several places, or is not the one that is read', () => {
    const alias = `on: push\n${JOBS}    env: { A: &text "\${{ needs.a.outputs.tags }}", B: *text }\n    steps: [{ run: make }]\n`;
    const problems = problemsOf(withWorkflow(alias));
    deepEqual(
      problems.map((problem) => problem.fixes.map(({ title }) => title)),
      [['Use tag', 'Use sha'], []],
    );
    const escaped = withWorkflow(`on: push\n${JOBS}    steps:\n      - run: "\${{ needs.a.outputs.t\\x61gs }}"\n`);
    deepEqual(
      problemsOf(escaped).map((problem) => problem.fixes.length),
      [0],
    );
  });

  it('and points to the output that is meant', () => {
    const files = withWorkflow(`on: push\n${JOBS}    env: { A: "\${{ needs.a.outputs.tags }}" }\n    steps: [{ run: make }]\n`);
    const [related] = problemsOf(files)[0]?.related ?? [];
    equal(related?.message, 'its output tag');
    equal(files['.github/workflows/ci.yaml']?.slice(related.place.start, related.place.end), 'tag');
  });
});
