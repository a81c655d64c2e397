import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertFindings, assertSilent, fixed, problemsOf, withWorkflow } from '../../support/workflowFindings.ts';
import type { Files } from '../../support/workflowFindings.ts';

/** A job `build` with docker/metadata-action in its lines 3 to 10, and what stands behind it. */
function build(outputs: string, rest: string, tags = 'type=ref,event=branch\n            type=sha'): string {
  return `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    outputs: ${outputs}
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/acme/api
          tags: |
            ${tags}
${rest}`;
}

function inBuild(rest: string, tags?: string): Files {
  return withWorkflow(build('{}', rest, tags));
}

const LIST = 'outputs.tags of docker/metadata-action is a newline-separated list of full image references';
const READER = '  deploy:\n    needs: build\n    runs-on: x\n';

describe('The list of docker/metadata-action is no tag', () => {
  const found: readonly (readonly [title: string, files: Files, ...expected: string[]])[] = [
    [
      'as an output that is called tag',
      withWorkflow(build('{ image-tag: "${{ steps.meta.outputs.tags }}" }', '')),
      `ci.yaml:5 workflow-output-not-a-tag: ${LIST}, so image-tag is not one tag: outputs.version is.`,
    ],
    [
      'as an output that others take for a tag, once, where it is made',
      withWorkflow(
        build(
          '{ tag: "${{ steps.meta.outputs.tags }}" }',
          `${READER}    steps:\n      - run: helm upgrade api ./chart --set image.tag=\${{ needs.build.outputs.tag }}\n      - run: echo "deployed \${{ needs.build.outputs.tag }}"\n`,
        ),
      ),
      `ci.yaml:5 workflow-output-not-a-tag: ${LIST}, so tag is not one tag: outputs.version is.`,
    ],
    [
      'as an input that is called tag',
      inBuild('      - uses: acme/deploy@v1\n        with:\n          image_tag: ${{ steps.meta.outputs.tags }}\n'),
      `ci.yaml:16 workflow-output-not-a-tag: ${LIST}, so image_tag is not one tag: outputs.version is.`,
    ],
    [
      'behind the name of an image',
      inBuild(
        '      - uses: docker/build-push-action@v6\n        with:\n          tags: ghcr.io/acme/api:${{ steps.meta.outputs.tags }}\n',
      ),
      `ci.yaml:16 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
    ],
    [
      'behind the name of an image in a list',
      inBuild(
        '      - uses: docker/build-push-action@v6\n        with:\n          tags: |\n            ${{ env.IMAGE }}:latest\n            ${{ env.IMAGE }}:${{ steps.meta.outputs.tags }}\n',
      ),
      `ci.yaml:18 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
    ],
    [
      'in kustomize edit set image',
      inBuild(
        '      - run: |\n          cd apps/dev\n          kustomize edit set image api=ghcr.io/acme/api:${{ steps.meta.outputs.tags }}\n',
      ),
      `ci.yaml:16 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
    ],
    [
      'as a newTag',
      inBuild(
        '      - run: |\n          yq -i \'.images[0].newTag = "${{ steps.meta.outputs.tags }}"\' kustomization.yaml\n          sed -i "s|newTag: .*|newTag: ${{ steps.meta.outputs.tags }}|" kustomization.yaml\n',
      ),
      `ci.yaml:15 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
      `ci.yaml:16 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
    ],
    [
      'in a variable that becomes a newTag',
      inBuild(
        "      - env:\n          IMAGE_TAG: ${{ steps.meta.outputs.tags }}\n        run: |\n          yq -i '.images[0].newTag = strenv(IMAGE_TAG)' kustomization.yaml\n",
      ),
      `ci.yaml:15 workflow-output-not-a-tag: ${LIST}, so IMAGE_TAG is not one tag: outputs.version is.`,
    ],
    [
      'in a variable of a shell that stands behind an image',
      inBuild(
        '      - run: |\n          TAG="${{ steps.meta.outputs.tags }}"\n          kustomize edit set image "api=ghcr.io/acme/api:${TAG}"\n',
      ),
      `ci.yaml:15 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
    ],
    [
      'even where it has one line, if a bare tag is needed',
      inBuild(
        '      - run: |\n          sed -i "s|newTag:.*|newTag: ${{ steps.meta.outputs.tags }}|" kustomization.yaml\n',
        'type=sha',
      ),
      `ci.yaml:14 workflow-output-not-a-tag: ${LIST}, so what stands here is no tag: outputs.version is.`,
    ],
    [
      'as the tag of another job, where the output itself is called tags',
      withWorkflow(
        build(
          '{ tags: "${{ steps.meta.outputs.tags }}", v: "${{ steps.meta.outputs.version }}" }',
          `${READER}    env: { IMAGE_TAG: "\${{ needs.build.outputs.tags }}" }\n    steps: [{ run: "kustomize edit set image api:$IMAGE_TAG" }, { run: "kustomize edit set image acme/api:$IMAGE_TAG" }]\n`,
        ).replace('api:$IMAGE_TAG" }, {', 'acme/api:$IMAGE_TAG" }, {'),
      ),
      'ci.yaml:17 workflow-output-not-a-tag: needs.build.outputs.tags, made by docker/metadata-action, is a newline-separated list of full image references, so IMAGE_TAG is not one tag: outputs.version is.',
    ],
    [
      'in a workflow here that makes a newTag of its input',
      withWorkflow(
        build(
          '{ list: "${{ steps.meta.outputs.tags }}" }',
          '  update:\n    needs: build\n    uses: ./.github/workflows/update.yaml\n    with: { tag: "${{ needs.build.outputs.list }}" }\n',
        ),
        {
          '.github/workflows/update.yaml':
            'on: { workflow_call: { inputs: { tag: { type: string } } } }\njobs:\n  u:\n    runs-on: x\n    steps:\n      - run: |\n          sed -i "s|newTag: .*|newTag: ${{ inputs.tag }}|" k.yaml\n',
        },
      ),
      'ci.yaml:17 workflow-output-not-a-tag: needs.build.outputs.list, made by docker/metadata-action, is a newline-separated list of full image references, so tag is not one tag: outputs.version is.',
    ],
  ];
  for (const [title, files, ...expected] of found) it(title, () => assertFindings(files, expected));

  it('and the fix reads the version, in place', () => {
    const files = withWorkflow(build('{ tag: "${{ steps.meta.outputs.tags }}" }', ''));
    const [problem] = problemsOf(files);
    deepEqual(
      problem?.fixes.map(({ id, title }) => [id, title]),
      [['use-version-output', 'Use outputs.version']],
    );
    equal(
      problem && fixed(files, problem, 'Use outputs.version')['.github/workflows/ci.yaml'],
      build('{ tag: "${{ steps.meta.outputs.version }}" }', ''),
    );
  });

  it('and in another job the fix reads the output that hands the version on', () => {
    const reader = (name: string) =>
      withWorkflow(
        build(
          '{ list: "${{ steps.meta.outputs.tags }}", v: "${{ steps.meta.outputs.version }}" }',
          `${READER}    steps: [{ uses: acme/deploy@v1, with: { tag: "\${{ needs.build.outputs.${name} }}" } }]\n`,
        ),
      );
    const [problem] = problemsOf(reader('list'));
    deepEqual(problem && fixed(reader('list'), problem, 'Use outputs.v, which is the version'), reader('v'));
  });
});

describe('The list of docker/metadata-action is fine', () => {
  const silent: readonly (readonly [title: string, files: Files])[] = [
    [
      'as the tags of docker/build-push-action',
      inBuild(
        '      - uses: docker/build-push-action@v6\n        with: { tags: "${{ steps.meta.outputs.tags }}", labels: "${{ steps.meta.outputs.labels }}" }\n',
      ),
    ],
    ['as an output that is called tags', withWorkflow(build('{ tags: "${{ steps.meta.outputs.tags }}" }', ''))],
    [
      'as an output that is called tag and read as tags',
      withWorkflow(
        build(
          '{ tag: "${{ steps.meta.outputs.tags }}" }',
          `${READER}    steps: [{ uses: docker/build-push-action@v6, with: { tags: "\${{ needs.build.outputs.tag }}" } }]\n`,
        ),
      ),
    ],
    [
      'as an input that is called tag, of a workflow here that reads it as tags',
      withWorkflow(
        build(
          '{ list: "${{ steps.meta.outputs.tags }}" }',
          '  push:\n    needs: build\n    uses: ./.github/workflows/push.yaml\n    with: { tag: "${{ needs.build.outputs.list }}" }\n',
        ),
        {
          '.github/workflows/push.yaml':
            'on: { workflow_call: { inputs: { tag: { type: string } } } }\njobs:\n  u:\n    runs-on: x\n    steps: [{ uses: docker/build-push-action@v6, with: { tags: "${{ inputs.tag }}" } }]\n',
        },
      ),
    ],
    ['in a loop', inBuild('      - run: |\n          for tag in ${{ steps.meta.outputs.tags }}; do docker push "$tag"; done\n')],
    [
      'in a loop over a variable',
      inBuild(
        '      - env: { TAG: "${{ steps.meta.outputs.tags }}" }\n        run: |\n          while read -r one; do cosign sign "$one"; done <<< "$TAG"\n',
      ),
    ],
    [
      'in the lines that sign what was published (actions/starter-workflows)',
      inBuild(
        '      - env:\n          TAGS: ${{ steps.meta.outputs.tags }}\n          DIGEST: ${{ steps.meta.outputs.json }}\n        run: echo "${TAGS}" | xargs -I {} cosign sign --yes {}@${DIGEST}\n',
      ),
    ],
    [
      'where the first one is taken',
      inBuild(
        '      - run: |\n          TAG=$(echo "${{ steps.meta.outputs.tags }}" | head -n1 | cut -d: -f2)\n          kustomize edit set image ghcr.io/acme/api:$TAG\n',
      ),
    ],
    [
      'where a variable of it is taken apart',
      inBuild(
        '      - run: |\n          TAGS="${{ steps.meta.outputs.tags }}"\n          TAG="$(head -n1 <<< "$TAGS")"\n          kustomize edit set image ghcr.io/acme/api:$TAG\n',
      ),
    ],
    [
      'where it is only shown',
      inBuild(
        '      - run: |\n          echo "Image tag: ${{ steps.meta.outputs.tags }}"\n          echo "ghcr.io/acme/api:${{ steps.meta.outputs.tags }}" >> $GITHUB_STEP_SUMMARY\n',
      ),
    ],
    [
      'in a function that takes it apart',
      inBuild(
        '      - uses: acme/deploy@v1\n        with: { tag: "${{ fromJSON(steps.meta.outputs.json).tags[0] }}", tag2: "${{ join(steps.meta.outputs.tags, \',\') }}", has-tag: "${{ contains(steps.meta.outputs.tags, \'latest\') }}" }\n',
      ),
    ],
    [
      'as one reference, where there is never another one',
      inBuild(
        '      - uses: acme/deploy@v1\n        with: { image_tag: "${{ steps.meta.outputs.tags }}" }\n',
        'type=sha,format=long',
      ),
    ],
    [
      'as an image',
      inBuild('      - uses: aquasecurity/trivy-action@0.28.0\n        with: { image-ref: "${{ steps.meta.outputs.tags }}" }\n'),
    ],
    [
      'with another separator, for then somebody takes it apart',
      withWorkflow(
        build('{ tag: "${{ steps.meta.outputs.tags }}" }', '').replace(
          '          images',
          "          sep-tags: ','\n          images",
        ),
      ),
    ],
    [
      'without images, for then the tags are bare',
      withWorkflow(build('{ tag: "${{ steps.meta.outputs.tags }}" }', '').replace('          images: ghcr.io/acme/api\n', '')),
    ],
    [
      'of another action, whose tags may be anything',
      withWorkflow(
        build('{ tag: "${{ steps.meta.outputs.tags }}" }', '').replace('docker/metadata-action@v5', 'acme/metadata@v1'),
      ),
    ],
    [
      'in a variable for a program that we do not know',
      inBuild('      - env: { IMAGE_TAG: "${{ steps.meta.outputs.tags }}" }\n        run: ./deploy.sh\n'),
    ],
    ['where the version is read', withWorkflow(build('{ tag: "${{ steps.meta.outputs.version }}" }', ''))],
  ];
  for (const [title, files] of silent) it(title, () => assertSilent(files));
});
