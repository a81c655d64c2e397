import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gitHubRepository, parseRemoteUrl } from '../../../src/core/git/remoteUrl.ts';

const hosts = ['github.com', 'git.acme.example', 'acme.ghe.com'];

describe('A remote', () => {
  for (const [url, expected] of [
    ['https://github.com/acme/app.git', 'github.com acme/app'],
    ['https://github.com/acme/app', 'github.com acme/app'],
    ['https://github.com/acme/app/', 'github.com acme/app'],
    ['https://mira:secret@github.com/acme/app.git', 'github.com acme/app'],
    ['https://www.github.com/acme/app.git', 'github.com acme/app'],
    ['git@github.com:acme/app.git', 'github.com acme/app'],
    ['git@GitHub.com:acme/app', 'github.com acme/app'],
    ['github.com:acme/app.git', 'github.com acme/app'],
    ['git@github.com:/acme/app.git', 'github.com acme/app'],
    ['ssh://git@github.com/acme/app.git', 'github.com acme/app'],
    ['ssh://git@ssh.github.com:443/acme/app.git', 'github.com acme/app'],
    ['git+ssh://git@github.com/acme/app', 'github.com acme/app'],
    ['git://github.com/acme/app.git', 'github.com acme/app'],
    ['org-123@git.acme.example:acme/my.app.git', 'git.acme.example acme/my.app'],
    ['https://acme.ghe.com/acme/app', 'acme.ghe.com acme/app'],
    ['https://gitlab.com/acme/app.git', undefined],
    ['https://github.com.evil.example/acme/app', undefined],
    ['https://evil.example/github.com/acme', undefined],
    ['https://github.com/acme', undefined],
    ['https://github.com/acme/app/pulls', undefined],
    ['https://github.com/acme/..', undefined],
    ['https://github.com/acme/a%2fb', undefined],
    ['C:\\repositories\\acme\\app', undefined],
    ['/srv/git/acme/app.git', undefined],
    ['../app.git', undefined],
    ['', undefined],
  ] as const)
    it(`${url || '(nothing)'} is ${expected ?? 'not on GitHub'}`, () => {
      const found = gitHubRepository(url, hosts);
      assert.equal(found && `${found.host} ${found.owner}/${found.name}`, expected);
    });

  it('elsewhere keeps its port where it is a web address', () => {
    assert.deepEqual(parseRemoteUrl('https://git.example:8443/a/b.git'), {
      host: 'git.example:8443',
      path: 'a/b',
      protocol: 'https',
    });
    assert.deepEqual(parseRemoteUrl('ssh://git@git.example:2222/a/b.git'), { host: 'git.example', path: 'a/b', protocol: 'ssh' });
  });
});
