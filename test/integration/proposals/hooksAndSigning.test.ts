import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote, userState } from '../../support/localRemote.ts';
import { branch, propose, pushed } from '../../support/proposals.ts';

let remote: LocalRemote;
let folder = '';
let count = 0;
before(async () => {
  remote = await startLocalRemote();
});
after(() => remote[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await remote.clone(`clone-${String(count++)}`);
  remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${branch}`);
});

function hook(name: string, script: string): void {
  writeFileSync(join(folder, '.git/hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe("The user's hooks", () => {
  it('run for the commit and for the push, in the separate worktree', async () => {
    const seen = join(remote.root, 'seen');
    for (const name of ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'pre-push'])
      hook(name, `echo "${name} $(git diff --cached --name-only) $PWD" >> ${seen}`);
    hook('commit-msg', `echo commit-msg >> ${seen}; echo "Signed-off-by: hook" >> "$1"`);
    hook('post-checkout', `echo post-checkout >> ${seen}`);
    pushed(await propose(folder, 'backend-v0.0.6'));
    const lines = readFileSync(seen, 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'pre-push'],
    );
    assert.match(lines[0] ?? '', /apps\/prod\/kustomization\.yaml .*gitops-cockpit-/);
    assert.match(remote.git(remote.bare, 'log', '-1', '--format=%B', branch), /Signed-off-by: hook/);
    assert.equal(pushed(await propose(folder, 'backend-v0.0.6')).outcome, 'unchanged');
  });

  it('see nothing of the token that the push uses, and of how Git is given it', async () => {
    const seen = join(remote.root, 'environment');
    const real = join(remote.root, "the user's hooks");
    mkdirSync(real);
    remote.git(folder, 'config', 'core.hooksPath', real);
    const script = `#!/bin/sh\n{ echo "$(basename "$0") $1"; env; git config --get-all credential.helper; git config core.hooksPath; cat; } >> "${seen}"\n`;
    for (const name of ['pre-push', 'reference-transaction']) writeFileSync(join(real, name), script, { mode: 0o755 });
    writeFileSync(join(real, 'pre-commit'), script, { mode: 0o644 });
    const stored = readFileSync(join(remote.home, '.git-credentials'), 'utf8');
    rmSync(join(remote.home, '.git-credentials'));
    const own = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.own', GIT_CONFIG_VALUE_0: 'kept' };
    Object.assign(process.env, own);
    try {
      pushed(await propose(folder, 'backend-v0.0.6', { token: remoteToken, remotes: { gitHubHosts: [remote.host] } }));
    } finally {
      for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name);
      writeFileSync(join(remote.home, '.git-credentials'), stored);
    }
    const text = readFileSync(seen, 'utf8');
    assert.match(text, /^pre-push origin$/m);
    assert.match(text, new RegExp(`^[0-9a-f]{40} [0-9a-f]{40} refs/heads/${branch} 0{40}$`, 'm'));
    const push = text.slice(text.indexOf('pre-push origin'));
    assert.doesNotMatch(text, new RegExp(`${remoteToken}|GITOPS_COCKPIT`));
    assert.match(push, /^store$/m);
    assert.match(push, /the user's hooks$/m);
    assert.match(push, /^GIT_CONFIG_COUNT=1$/m);
    assert.match(push, /^GIT_CONFIG_VALUE_0=kept$/m);
    assert.doesNotMatch(push, /^GIT_CONFIG_(?:KEY|VALUE)_1/m);
  });

  it('may write more into the message, and add files', async () => {
    hook('commit-msg', 'printf "\\n\\nRefs: JIRA-1 ticket\\n" >> "$1"');
    hook('pre-commit', 'date +%N > CHANGES.gen; git add CHANGES.gen');
    pushed(await propose(folder, 'backend-v0.0.6'));
    assert.match(remote.git(remote.bare, 'log', '-1', '--format=%B', branch), /JIRA-1/);
    assert.equal(pushed(await propose(folder, 'backend-v0.0.6')).outcome, 'unchanged');
    assert.equal(pushed(await propose(join(folder, 'apps'), 'backend-v0.0.6')).outcome, 'unchanged');
    assert.equal(pushed(await propose(folder, 'backend-v0.0.7')).outcome, 'updated');
    assert.equal(
      remote.git(remote.bare, 'diff', '--name-status', 'main', branch),
      'A\tCHANGES.gen\nM\tapps/prod/kustomization.yaml',
    );
  });

  it('that refuse end it with their words, and nothing is left', async () => {
    const before = userState(folder);
    hook('pre-commit', 'echo "no tags on Fridays" >&2; exit 1');
    await assert.rejects(propose(folder, 'backend-v0.0.6'), {
      message: 'A commit hook refused: no tags on Fridays. Nothing was committed.',
    });
    hook('pre-commit', 'exit 0');
    hook('pre-push', 'echo "not from here" >&2; exit 1');
    await assert.rejects(propose(folder, 'backend-v0.0.6'), {
      message: 'The pre-push hook refused: not from here. Nothing was pushed.',
    });
    assert.deepEqual(userState(folder), before);
    assert.throws(() => remote.git(remote.bare, 'rev-parse', '--verify', '--quiet', branch));
    assert.equal(remote.git(folder, 'worktree', 'list').split('\n').length, 1);
  });

  it('get no token', async () => {
    const seen = join(remote.root, 'environment');
    hook('pre-commit', `env > ${seen}`);
    const token = 'ghp_secretsecretsecret';
    remote.users[token] = { login: 'mira' };
    pushed(await propose(folder, 'backend-v0.0.6', { token, remotes: { gitHubHosts: [remote.host] } }));
    assert.doesNotMatch(readFileSync(seen, 'utf8'), /ghp_secret/);
  });
});

describe('Signing', () => {
  it('with GPG works as configured, and says so where it does not', async () => {
    const home = join(remote.root, 'gnupg');
    mkdirSync(home, { mode: 0o700 });
    process.env['GNUPGHOME'] = home;
    try {
      execFileSync(
        'gpg',
        ['--batch', '--quiet', '--passphrase', '', '--quick-gen-key', 'Mira Keller <mira@acme.example>', 'ed25519', 'sign'],
        {
          stdio: 'ignore',
        },
      );
      remote.git(folder, 'config', 'commit.gpgSign', 'true');
      pushed(await propose(folder, 'backend-v0.0.6'));
      assert.equal(remote.git(folder, 'log', '-1', '--format=%G?', remote.git(remote.bare, 'rev-parse', branch)), 'G');
      remote.git(folder, 'config', 'user.signingKey', 'nobody@acme.example');
      const before = userState(folder);
      await assert.rejects(
        propose(folder, 'backend-v0.0.7'),
        /The commit could not be signed: .*Unlock your key, or check user\.signingKey/,
      );
      assert.deepEqual(userState(folder), before);
    } finally {
      execFileSync('gpgconf', ['--kill', 'all'], { stdio: 'ignore' });
      delete process.env['GNUPGHOME'];
    }
  });

  it('with SSH works as configured, and says so where it does not', async () => {
    const key = join(remote.root, 'id_ed25519');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'mira', '-f', key]);
    const allowed = join(remote.root, 'allowed');
    writeFileSync(allowed, `mira@acme.example ${readFileSync(`${key}.pub`, 'utf8')}`);
    const settings = {
      'gpg.format': 'ssh',
      'user.signingKey': key,
      'commit.gpgSign': 'true',
      'gpg.ssh.allowedSignersFile': allowed,
      // Git writes what it says of signatures in front of what was asked.
      'log.showSignature': 'true',
    };
    for (const [name, value] of Object.entries(settings)) remote.git(folder, 'config', name, value);
    pushed(await propose(folder, 'backend-v0.0.6'));
    const signature = ['log', '-1', '--no-show-signature', '--format=%G?'];
    assert.equal(remote.git(folder, ...signature, remote.git(remote.bare, 'rev-parse', branch)), 'G');
    assert.equal(pushed(await propose(folder, 'backend-v0.0.6')).outcome, 'unchanged');
    assert.equal(pushed(await propose(folder, 'backend-v0.0.7')).outcome, 'updated');
    remote.git(folder, 'config', 'user.signingKey', join(remote.root, 'nothing'));
    await assert.rejects(propose(folder, 'backend-v0.0.8'), /The commit could not be signed/);
  });

  it('is not needed, but a name is', async () => {
    remote.git(folder, 'config', '--global', 'user.useConfigOnly', 'true');
    remote.git(folder, 'config', '--global', '--unset', 'user.email');
    try {
      await assert.rejects(propose(folder, 'backend-v0.0.6'), /Git does not know who you are\. Set user\.name and user\.email/);
    } finally {
      remote.git(folder, 'config', '--global', 'user.email', 'mira@acme.example');
    }
    assert.ok(!existsSync(join(folder, '.git/index.lock')));
  });
});
