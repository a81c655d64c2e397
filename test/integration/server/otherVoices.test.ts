import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Inventory } from '../../../src/core/inventory/inventory.ts';
import { lint } from '../../../src/core/lint/lint.ts';
import type { Place, Problem } from '../../../src/core/lint/problem.ts';
import type { RepositoryFile } from '../../../src/core/repository/files.ts';
import { createRepository } from '../../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../../src/core/repository/placement.ts';
import { LineIndex } from '../../../src/core/text/lineIndex.ts';
import type { YamlVoices } from '../../../src/protocol.ts';
import { toldByOthers } from '../../../src/server/features/otherVoices.ts';
import { publicCases, readCases } from '../../conformance/cases.ts';
import { fixScenarios } from '../../support/fixScenarios.ts';
import { deployment, kustomization, single } from '../../support/manifests.ts';
import type { Told } from '../../support/yamlLanguageService.ts';
import { fluxSchema, kustomizationSchema, settingsSchema, YamlLanguageService } from '../../support/yamlLanguageService.ts';

type Files = Readonly<Record<string, string>>;

const remoteUrls = ['https://github.com/acme/gitops', 'https://github.com/acme/study-app-gitops'];
const entry = (tag: string) => single('acme/api:v1', `  - name: acme/api\n    newTag: ${tag}\n`);
const broken = (text: string): Files => ({ 'kustomization.yaml': text, 'deployment.yaml': deployment('acme/api:v1') });

const repositories: readonly Files[] = [
  ...[publicCases, join(import.meta.dirname, '../../conformance/cases/own.json')].flatMap((path) =>
    readCases(path).flatMap(({ files }) => (files === undefined ? [] : [files])),
  ),
  ...fixScenarios.map(({ files }) => files),
  ...['1.10', 'yes', 'on', 'true', '0x1F', '0o17', '017', '1e3', '.5', '.inf', '0b11', '2024-01-01', '~', ''].map(entry),
  broken('resources: [deployment.yaml\nimages: []\n'),
  broken('resources:\n  - deployment.yaml\n images: []\n'),
  broken('resources:\n\t- deployment.yaml\n'),
  broken(kustomization(['deployment.yaml'], 'nameprefix: a\nunknownField: 1\n')),
  broken(kustomization(['deployment.yaml'], 'namePrefix: 1\n')),
  broken(kustomization(['deployment.yaml'], 'namePrefix: yes\n')),
  broken(kustomization(['deployment.yaml'], 'labels:\n  - pairs: { a: 1 }\n')),
  broken(kustomization(['deployment.yaml'], 'labels:\n  - pairs: { a: off }\n    x: y\n')),
  broken(kustomization(['deployment.yaml'], 'patches:\n  - path: 1.5\n')),
  broken(kustomization(['deployment.yaml'], 'replicas:\n  - name: api\n    count: two\n')),
  broken(kustomization(['deployment.yaml'], 'configMapGenerator:\n  - name: a\n    literals: [1]\n')),
  broken(kustomization(['deployment.yaml'], 'images: acme/api\n')),
  broken(kustomization(['deployment.yaml'], 'apiVersion: kustomize.config.k8s.io/v1\nkind: Kustomization\n')),
  { ...single('acme/api:v1', ''), 'deployment.yaml': `${deployment('acme/api:v1')}kind: Deployment\n` },
  ...['rules: { x: off }\n', 'rules: { mutable-tag: loud }\n', 'environments: prod\n', 'rules: [\n'].map((text) => ({
    ...entry('v1'),
    '.gitops-cockpit.yaml': text,
  })),
];

/** The schema of 2022 does not know this field of kustomize 5.8. */
const isOutdated = ({ message }: Told) => message === 'Property tagSuffix is not allowed.';

for (const { name, voices, service } of [
  { name: 'without schemas', voices: ['yaml'], service: new YamlLanguageService([settingsSchema]) },
  {
    name: 'with the schemas of kustomization files and of Flux',
    voices: ['yaml', 'kustomization-schema', 'flux-schema'],
    service: new YamlLanguageService([kustomizationSchema, fluxSchema(), settingsSchema]),
  },
] satisfies readonly { name: string; voices: YamlVoices; service: YamlLanguageService }[])
  test(`the YAML extension ${name} tells what is left to it, and nothing else that is told here`, async () => {
    const wrong: string[] = [];
    let left = 0;
    for (const files of repositories) {
      for (const [file, problems] of problemsByFile(files)) {
        const told = (await service.tells(file.path, file.text)).filter((one) => !isOutdated(one));
        const same = sameness(file, told);
        const hushed = problems.filter((problem) => toldByOthers(problem, file, voices));
        left += hushed.length;
        for (const problem of hushed) if (same(problem).length === 0) wrong.push(`by nobody: ${inWords(file, problem)}`);
        const counted = new Set(hushed.flatMap(same));
        for (const problem of problems.filter((one) => !hushed.includes(one))) {
          const other = same(problem).find((one) => !counted.has(one));
          if (other !== undefined) wrong.push(`by both: ${inWords(file, problem)} | ${other.message}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(left > 10);
  });

function problemsByFile(files: Files): Map<RepositoryFile, Problem[]> {
  const repository = createRepository(new Map(Object.entries(files)), { remoteUrls });
  const inventory = new Inventory(repository.roots, place(repository.roots));
  const found = new Map<RepositoryFile, Problem[]>();
  for (const problem of lint({ repository, inventory, facts: { remoteUrls } })) {
    const file = repository.file(problem.place.file);
    if (file !== undefined && /(?:\.ya?ml|(?:^|\/)Kustomization)$/.test(file.path))
      found.set(file, [...(found.get(file) ?? []), problem]);
  }
  return found;
}

/** What is told in the lines of a problem, or in those of its other half. */
function sameness({ path, text }: RepositoryFile, told: readonly Told[]): (problem: Problem) => Told[] {
  const lines = new LineIndex(text);
  const lineOf = (offset: number) => lines.positionAt(offset).line;
  const touches = (one: Told, at: Place) =>
    at.file === path && lineOf(one.start) <= lineOf(at.end) && lineOf(at.start) <= lineOf(one.end);
  return ({ place: own, related, alsoToldBy }) =>
    told.filter((one) => touches(one, own) || (alsoToldBy !== undefined && related.some((other) => touches(one, other.place))));
}

function inWords({ path, text }: RepositoryFile, { code, place: { start }, message }: Problem): string {
  return `${path}:${String(new LineIndex(text).positionAt(start).line)} ${code} ${message}\n${text}`;
}
