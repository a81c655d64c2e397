import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  familiarName,
  isReferenceProblem,
  isValidTag,
  joinReference,
  kustomizeSplit,
  splitReference,
  parseNormalizedReference,
  parseReference,
  repositoryKey,
  shortName,
  withTag,
} from '../../../src/core/oci/imageReference.ts';

const SHA = `sha256:${'a'.repeat(64)}`;

describe('A reference by the registry grammar', () => {
  const errors: readonly (readonly [text: string, error: string])[] = [
    ['', 'ErrNameEmpty'],
    ['a:b:c', 'ErrReferenceInvalidFormat'],
    ['app:${TAG}', 'ErrReferenceInvalidFormat'],
    ['app:1.0+b5', 'ErrReferenceInvalidFormat'],
    [`app:${'t'.repeat(129)}`, 'ErrReferenceInvalidFormat'],
    ['app:.x', 'ErrReferenceInvalidFormat'],
    ['App', 'ErrNameContainsUppercase'],
    [`d/${'a'.repeat(256)}`, 'ErrNameTooLong'],
    ['app@sha256:' + 'f'.repeat(40), 'ErrDigestInvalidLength'],
    ['app@sha256:' + 'F'.repeat(64), 'ErrDigestInvalidFormat'],
    ['app@md5:' + 'f'.repeat(32), 'ErrDigestUnsupported'],
  ];
  for (const [text, error] of errors)
    it(`is refused with ${error} for ${text.slice(0, 30)}`, () => {
      const parsed = parseReference(text);
      equal(isReferenceProblem(parsed) ? parsed.error : '', error);
    });

  it('keeps tag and digest', () => {
    deepEqual(parseReference(`ghcr.io/a/b:v1@${SHA}`), {
      repository: 'ghcr.io/a/b',
      domain: 'ghcr.io',
      path: 'a/b',
      tag: 'v1',
      digest: SHA,
    });
  });
  it('cannot be 64 hexadecimal digits once normalised', () => {
    const parsed = parseNormalizedReference('a'.repeat(64));
    equal(isReferenceProblem(parsed) ? parsed.error : '', 'ErrNameIsIdentifier');
  });
  it('has the same familiar name however Docker Hub is spelt', () => {
    for (const text of [
      'nginx',
      'library/nginx',
      'docker.io/nginx',
      'docker.io/library/nginx',
      'index.docker.io/library/nginx',
    ]) {
      const parsed = parseNormalizedReference(text);
      ok(!isReferenceProblem(parsed));
      equal(familiarName(parsed), 'nginx');
    }
  });
  it('survives hostile lengths quickly', () => {
    const started = performance.now();
    for (const unit of ['a', 'a-', 'a.', 'a_', 'A', '0:', '/a', '[:'])
      for (const text of [unit.repeat(1000), unit.repeat(100_000)]) {
        parseReference(text);
        parseNormalizedReference(text);
      }
    ok(performance.now() - started < 2000);
  });
});

describe('A reference as kustomize splits it', () => {
  it('takes a port without a path for a tag', () =>
    deepEqual(kustomizeSplit('localhost:5000'), { name: 'localhost', tag: '5000', digest: '' }));
  it('does not take a port before a path for a tag', () =>
    deepEqual(kustomizeSplit('localhost:5000/app'), { name: 'localhost:5000/app', tag: '', digest: '' }));
  it('joins to what it was', () =>
    equal(joinReference(kustomizeSplit('localhost:5000/app:v1@sha256:ab')), 'localhost:5000/app:v1@sha256:ab'));
  it('accepts any text, and loses nothing of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a:@/]{0,8}$/)), (text) => {
        const { name, tag, digest } = splitReference(text);
        equal(name + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`), text);
      }),
    );
  });
  it('agrees with the grammar on every valid reference', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^([a-z]{1,3}(\.[a-z]{2})?(:[0-9]{1,4})?\/)?[a-z0-9]{1,5}(:[a-z0-9]{1,4})?$/), (text) => {
        const parsed = parseReference(text);
        ok(!isReferenceProblem(parsed));
        deepEqual(kustomizeSplit(text), { name: parsed.repository, tag: parsed.tag, digest: parsed.digest });
      }),
    );
  });
});

describe('The identity of an image', () => {
  it('is its normalised repository', () => equal(repositoryKey('nginx:1.19'), 'docker.io/library/nginx'));
  it('is the text itself where that is no valid name', () => equal(repositoryKey('${REGISTRY}/app:v1'), '${REGISTRY}/app'));
  it('has a short name for people', () => equal(shortName('ghcr.io/acme/backend:v1@sha256:x'), 'backend'));
  it('stays when the tag changes and the digest goes', () =>
    equal(withTag(`localhost:5000/app:1@${SHA}`, 'v2'), 'localhost:5000/app:v2'));
});

describe('A tag', () => {
  for (const tag of ['v1.2.3', '_x', 'A-b_c.d', 'x'.repeat(128)]) it(`may be ${tag.slice(0, 20)}`, () => ok(isValidTag(tag)));
  for (const tag of ['', '-x', '.x', 'a+b', 'a b', 'a\n', 'ä', 'x'.repeat(129)])
    it(`may not be ${JSON.stringify(tag.slice(0, 20))}`, () => ok(!isValidTag(tag)));
});
