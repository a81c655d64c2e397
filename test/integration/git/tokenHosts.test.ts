// Where a token for a host of GitHub goes, and where it does not: real repositories, remotes that are only named.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { credentialsFor } from '../../../src/clients/gitPush.ts';
import { chooseRemotes } from '../../../src/clients/gitRemotes.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

const gitHubHosts = ['github.com', 'ghe.acme.dev', '127.0.0.1:4711'];

describe('A token', () => {
  for (const [fetchUrl, pushUrl, goes] of [
    ['https://github.com/acme/app.git', '', 'https://github.com'],
    ['https://github.com/acme/app.git', 'https://github.com/acme/app.git', 'https://github.com'],
    ['https://mira@ghe.acme.dev/acme/app', '', 'https://ghe.acme.dev'],
    ['http://127.0.0.1:4711/acme/app', '', 'http://127.0.0.1:4711'],
    ['https://github.com/acme/app.git', 'https://ghe.acme.dev/acme/app.git', ''],
    ['https://github.com/acme/app.git', 'https://github.com.evil.example/acme/app.git', ''],
    ['https://github.com/acme/app.git', 'https://github.com:8443/acme/app.git', ''],
    ['http://127.0.0.1:4711/acme/app', 'http://127.0.0.1:4712/acme/app', ''],
    ['http://localhost:4711/acme/app', '', ''],
    ['http://github.com/acme/app.git', '', ''],
    ['git@github.com:acme/app.git', '', ''],
    ['https://gitlab.com/acme/app.git', '', ''],
  ] as const)
    it(`for ${fetchUrl}${pushUrl === '' ? '' : `, pushed to ${pushUrl},`} goes ${goes === '' ? 'nowhere' : `to ${goes} alone`}`, async () => {
      using repository = temporaryRepository({ 'README.md': '' });
      const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: repository.root });
      git('init', '--quiet');
      git('remote', 'add', 'origin', fetchUrl);
      if (pushUrl !== '') git('remote', 'set-url', '--push', 'origin', pushUrl);
      const { base } = await chooseRemotes(repository.root, { gitHubHosts });
      const { env } = credentialsFor(base, 'ghp_secret');
      const keys = Object.entries(env).flatMap(([name, value]) => (name.startsWith('GIT_CONFIG_KEY_') ? [value] : []));
      assert.deepEqual(keys, goes === '' ? [] : ['credential.helper', `credential.${goes}.helper`]);
      assert.equal(Object.values(env).includes('ghp_secret'), goes !== '');
    });
});
