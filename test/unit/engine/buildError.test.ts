import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeBuildError } from '../../../src/clients/engine/buildError.ts';

const context = {
  directory: 'apps/prod',
  source: false,
  linksOutside: [],
  largeFiles: [],
  origins: {},
  read: (path: string) => (path.endsWith('kustomization.yaml') ? '' : null),
};

describe('an unknown error keeps kustomize’s words', () => {
  test('of the innermost folder', () => {
    const { message, cause } = describeBuildError(
      'build',
      "accumulating resources: accumulation err='...': recursed accumulation of path '/repository/apps/base': something new",
      context,
    );
    assert.equal(message, 'kustomize does not accept `apps/base`: something new.');
    assert.match(cause, /path 'apps\/base'/);
  });

  test('for variables and artefacts', () => {
    assert.equal(
      describeBuildError('substitute', 'bad expression', context).message,
      'The variables in `apps/prod` cannot be replaced: bad expression.',
    );
    assert.equal(
      describeBuildError('compose', 'bad copy.', context).message,
      'The artefact of `apps/prod` cannot be put together: bad copy.',
    );
  });
});

describe('paths are those of the repository', () => {
  const cause = (text: string, origins = {}) => describeBuildError('build', text, { ...context, origins }).cause;

  test('the engine’s root is taken off', () => {
    assert.equal(cause("in '/repository/a/b.yaml' and /repository: x"), "in 'a/b.yaml' and .: x");
  });

  test('words that only look like it stay', () => {
    const text = 'ghcr.io/acme/repository/web:v1 and /repository-two/x and https://host/artifact/x';
    assert.equal(cause(text), text);
  });

  test('files of a composed artefact are named as in the repository', () => {
    assert.equal(
      cause("'/artifact/new/a.yaml' in '/artifact/new'", { '/artifact/new/a.yaml': '/repository/old/a.yaml' }),
      "'old/a.yaml' in 'new'",
    );
  });
});

test('a missing file that the artefact leaves out is not said to be missing', () => {
  const text =
    "accumulating resources: accumulation err='accumulating resources from 'x.yaml': open /repository/apps/prod/x.yaml: no such file or directory'";
  const there = { ...context, read: () => '' };
  assert.equal(
    describeBuildError('build', text, { ...there, source: true }).message,
    "`apps/prod/x.yaml` is not in Flux's artefact: it is a link, or `.sourceignore`, spec.ignore or Flux's own exclusions leave it out.",
  );
  assert.equal(
    describeBuildError('build', text, context).message,
    '`apps/prod/kustomization.yaml` refers to `apps/prod/x.yaml`, which does not exist.',
  );
});

test('the line of a broken document is given only in a file of one document', () => {
  const text =
    "accumulating resources from 'a.yaml': MalformedYAMLError: yaml: line 3: did not find expected key in File: a.yaml";
  const lineIn = (content: string) => describeBuildError('build', text, { ...context, read: () => content }).line;
  assert.equal(lineIn('---\na: 1\n'), 3);
  assert.equal(lineIn('a: 1\n---\nb: 1\n'), undefined);
});

test('objects are named without kustomize’s placeholders', () => {
  const text = (id: string) => `no matches for Id ${id}; failed to find unique target for patch ${id}`;
  const named = (id: string) => describeBuildError('build', text(id), context).message;
  assert.match(named('Deployment.v1.apps/web.[noNs]'), /is for Deployment web,/);
  assert.match(named('ConfigMap.v1.[noGrp]/a.b.live'), /is for ConfigMap live\/a\.b,/);
});

test('no text makes it throw', () => {
  for (const text of ['', "''", 'recursed accumulation of path ', "MalformedYAMLError: yaml: line 99999999999: in File: '"]) {
    assert.doesNotThrow(() => describeBuildError('build', text, context), text);
  }
});
