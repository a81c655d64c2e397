import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { errorCodes, nextLink, parseChallenge, parseImageConfig, parseManifest } from '../../../src/core/oci/registryAnswers.ts';
import { isLoopback, registryAddress } from '../../../src/core/oci/registryAddress.ts';

describe('The registry of an image', () => {
  for (const [image, expected] of [
    ['nginx', 'docker.io registry-1.docker.io library/nginx'],
    ['acme/app:v1', 'docker.io registry-1.docker.io acme/app'],
    ['index.docker.io/nginx', 'docker.io registry-1.docker.io library/nginx'],
    ['ghcr.io/acme/app@sha256:abc', 'ghcr.io ghcr.io acme/app'],
    ['localhost:5000/app:v1', 'localhost:5000 localhost:5000 app'],
    ['Not A Name', undefined],
    ['', undefined],
  ] as const)
    it(`${image || '(nothing)'} is ${expected ?? 'none'}`, () => {
      const found = registryAddress(image);
      assert.equal(found && `${found.domain} ${found.host} ${found.path}`, expected);
    });

  it('is on this machine or not', () => {
    for (const host of ['localhost', 'localhost:5000', '127.0.0.1:1', '127.8.9.1', '[::1]:5000'])
      assert.ok(isLoopback(host), host);
    for (const host of ['localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'evil.example:127'])
      assert.ok(!isLoopback(host), host);
  });
});

describe('Answers of registries', () => {
  it('ask to sign in', () => {
    const header =
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull,push",error="x"';
    assert.deepEqual(parseChallenge(header), {
      scheme: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/nginx:pull,push',
    });
    assert.equal(parseChallenge('BASIC realm="x"')?.scheme, 'basic');
    assert.equal(parseChallenge('Negotiate, Basic realm="x"')?.realm, 'x');
    assert.equal(parseChallenge('Digest realm="x"'), undefined);
  });

  it('name the next page', () => {
    assert.equal(nextLink('</v2/a/tags/list?last=b&n=2>; rel="next"'), '/v2/a/tags/list?last=b&n=2');
    assert.equal(nextLink('</x>; rel="prev", </y>; rel=next'), '/y');
    assert.equal(nextLink('</x>; rel="prev"'), undefined);
    assert.equal(nextLink(''), undefined);
  });

  it('are read without trusting them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        errorCodes(body);
        parseImageConfig(body);
        const { platforms } = parseManifest(body);
        assert.ok(Array.isArray(platforms));
      }),
    );
    const digest = `sha256:${'a'.repeat(64)}`;
    const entry = (platform: unknown, name = digest) => ({ digest: name, size: 1, platform });
    const manifests = [
      entry({ os: 'linux', architecture: 'arm', variant: 'v7' }),
      entry({ os: 'unknown', architecture: 'unknown' }),
      entry({ os: 'linux', architecture: 'amd64' }, '../../../etc/passwd'),
      entry(undefined),
    ];
    assert.deepEqual(parseManifest({ manifests }).platforms, [{ digest, size: 1, platform: 'linux/arm/v7' }]);
  });
});
