import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GitHubDescription } from '../../support/github/description.ts';
import { startLocalGitHub } from '../../support/github/server.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote, userState } from '../../support/localRemote.ts';
import { branch, tagOf } from '../../support/proposals.ts';
import { startRegistry } from '../../support/registry.ts';
import { runCli } from '../../support/runCli.ts';
import { git } from '../../support/sampleRepository.ts';
import { temporaryRepository } from '../../support/temporaryRepository.ts';

let remote: LocalRemote;
before(async () => {
  remote = await startLocalRemote();
});
after(() => remote[Symbol.asyncDispose]());

describe('bump --push', () => {
  it('commits several images on the remote branch, and leaves the folder alone', async () => {
    const folder = await remote.clone('push', '--depth=1');
    git(folder, ['checkout', '--quiet', '--detach']);
    const before = userState(folder);
    const main = remote.git(remote.bare, 'rev-parse', 'main');
    const args = [
      'bump',
      folder,
      '--image',
      'backend',
      '--tag',
      'backend-v0.1.0',
      '--image',
      'frontend',
      '--tag',
      'frontend-v0.3.0',
    ];
    const { code, stdout, stderr } = await runCli(...args, '--environment', 'dev', '--push', '--json');
    assert.equal(code, 0, stderr);
    const { commit, branch: onto, changes } = JSON.parse(stdout) as { commit: string; branch: string; changes: unknown[] };
    assert.deepEqual([onto, changes.length, remote.git(remote.bare, 'rev-parse', 'main^')], ['main', 2, main]);
    assert.equal(remote.git(remote.bare, 'rev-parse', 'main'), commit);
    assert.deepEqual(
      [tagOf(remote.bare, 'main', 'study-app-api', 'dev'), tagOf(remote.bare, 'main', 'study-app-web', 'dev')],
      ['backend-v0.1.0', 'frontend-v0.3.0'],
    );
    assert.match(remote.git(remote.bare, 'log', '-1', '--format=%s', 'main'), /^chore\(dev\): bump 2 applications to 2 tags$/);
    assert.deepEqual(userState(folder), before);
    const again = await runCli(...args, '--environment', 'dev', '--push');
    assert.equal(again.code, 0);
    assert.match(again.stderr, /already/);
    assert.equal(remote.git(remote.bare, 'rev-parse', 'main'), commit);
  });

  it('loses nothing where six jobs push at the same time', async () => {
    const jobs = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const folder = await remote.clone(`job-${String(index)}`, '--depth=1');
        const [image, environment] = [['backend', 'frontend'][index % 2] ?? '', ['dev', 'prod'][Math.floor(index / 2) % 2] ?? ''];
        return await runCli(
          'bump',
          folder,
          '--image',
          image,
          '--environment',
          environment,
          '--tag',
          `${image}-v1.${String(index)}.0`,
          '--push',
          '--json',
        );
      }),
    );
    assert.deepEqual(
      jobs.map(({ code }) => code),
      [0, 0, 0, 0, 0, 0],
      jobs.map(({ stderr }) => stderr).join('\n'),
    );
    const commits = jobs.map(({ stdout }) => (JSON.parse(stdout) as { commit: string }).commit);
    const log = remote.git(remote.bare, 'log', '--first-parent', '--format=%H', 'main').split('\n');
    assert.ok(commits.every((commit) => log.includes(commit)));
    assert.equal(tagOf(remote.bare, 'main', 'study-app-api', 'prod'), 'backend-v1.2.0');
    assert.equal(tagOf(remote.bare, 'main', 'study-app-web', 'prod'), 'frontend-v1.3.0');
  });

  it('says what to do where the branch is protected', async () => {
    const folder = await remote.clone('protected');
    remote.beforePush = undefined;
    const hook = join(remote.bare, 'hooks/update');
    const { writeFileSync, rmSync } = await import('node:fs');
    writeFileSync(hook, '#!/bin/sh\necho "error: GH006: Protected branch update failed for refs/heads/main." >&2\nexit 1\n', {
      mode: 0o755,
    });
    const { code, stderr } = await runCli(
      'bump',
      folder,
      '--image',
      'backend',
      '--environment',
      'prod',
      '--tag',
      'backend-v9.0.0',
      '--push',
    );
    rmSync(hook);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /origin protects the branch main: GH006: Protected branch update failed for refs\/heads\/main\. Open a pull request instead/,
    );
  });

  it('refuses calls that do not make sense', async () => {
    for (const more of [
      ['--push', '--dry-run'],
      ['--branch', 'x'],
      ['--tag', 'v2', '--tag', 'v3'],
      ['--image', 'x', '--image', 'y', '--tag', 'z'],
    ]) {
      const { code, stderr } = await runCli(
        'bump',
        remote.root,
        '--image',
        'backend',
        '--environment',
        'prod',
        '--tag',
        'v1',
        ...more,
      );
      assert.equal(code, 2);
      assert.match(stderr, /^(--push and --dry-run exclude|--branch and --remote are for|There are \d images and \d tags)/);
    }
  });
});

describe('propose', () => {
  it('opens one pull request and says where it is', async () => {
    await using hub = await startLocalGitHub(await GitHubDescription.load(), `${remote.root}/git`);
    hub.tokens[remoteToken] = { login: 'mira' };
    const folder = await remote.clone('propose');
    const before = userState(folder);
    process.env['GITHUB_API_URL'] = hub.apiUrl;
    const args = ['propose', folder, '--image', 'backend', '--environment', 'prod', '--label', 'gitops', '--draft'];
    try {
      const without = await runCli(...args, '--tag', 'backend-v2.0.0');
      assert.match(
        without.stdout,
        /\nhttps:\/\/github\.com\/acme\/study-app-gitops\/compare\/main\.\.\.gitops-cockpit\/prod\/backend\?expand=1&title=/,
      );
      process.env['GITHUB_TOKEN'] = remoteToken;
      const opened = await runCli(...args, '--tag', 'backend-v2.0.0');
      assert.equal(opened.code, 0, opened.stderr);
      assert.match(
        opened.stdout,
        /\n\+ {4}newTag: backend-v2\.0\.0\n[^]*\nhttps:\/\/github\.com\/acme\/study-app-gitops\/pull\/12\n$/,
      );
      const updated = await runCli(...args, '--tag', 'backend-v2.1.0', '--json');
      const {
        outcome,
        pullRequest,
        branch: name,
      } = JSON.parse(updated.stdout) as { outcome: string; pullRequest: { outcome: string; number: number }; branch: string };
      assert.deepEqual([outcome, pullRequest.outcome, pullRequest.number, name], ['updated', 'updated', 12, branch]);
      for (const { stdout, stderr } of [without, opened, updated]) assert.doesNotMatch(stdout + stderr, /ghp_/);
      const refused = await runCli(...args, '--tag', tagOf(remote.bare, 'main'));
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /already\. Nothing has to change/);
    } finally {
      delete process.env['GITHUB_API_URL'];
      delete process.env['GITHUB_TOKEN'];
    }
    assert.deepEqual(userState(folder), before);
    assert.deepEqual(hub.violations, []);
    assert.match(hub.pulls[0]?.body ?? '', /Rendered manifests/);
  });

  it('uses the token and the API of the environment for their own host alone', async () => {
    await using hub = await startLocalGitHub(await GitHubDescription.load(), `${remote.root}/git`);
    const folder = await remote.clone('other-host');
    const environment = { GITHUB_SERVER_URL: 'https://ghe.acme.dev', GITHUB_API_URL: hub.apiUrl, GITHUB_TOKEN: remoteToken };
    Object.assign(process.env, environment);
    try {
      const args = ['propose', folder, '--image', 'backend', '--environment', 'prod', '--tag', 'backend-v3.0.0'];
      const { code, stdout, stderr } = await runCli(...args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /\nhttps:\/\/github\.com\/acme\/study-app-gitops\/compare\//);
      assert.equal(hub.requests.length, 0);
      remote.git(folder, 'remote', 'set-url', 'origin', 'https://ghe.acme.dev:8443/acme/study-app-gitops.git');
      assert.match((await runCli(...args)).stderr, /the remote "origin" is not on GitHub/);
    } finally {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    }
  });
});

describe('tags', () => {
  it('lists what the registry has, newest first, with the environments that run it', async () => {
    await using registry = await startRegistry();
    await registry.push('acme/api', ['v1.0.0', 'v1.10.0', 'v1.9.0'], {
      platforms: ['linux/amd64', 'linux/arm64'],
      created: '2026-11-03T10:00:00Z',
    });
    const manifest = `apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: api, image: ${registry.host}/acme/api:latest}]}\n`;
    const overlay = (tag: string) => `resources: [../../base]\nimages:\n- name: ${registry.host}/acme/api\n  newTag: ${tag}\n`;
    using repository = temporaryRepository({
      'base/kustomization.yaml': 'resources: [pod.yaml]\n',
      'base/pod.yaml': manifest,
      'apps/dev/kustomization.yaml': overlay('v1.10.0').replace('../../base', '../../base'),
      'apps/prod/kustomization.yaml': overlay('v1.9.0'),
    });
    const { code, stdout, stderr } = await runCli('tags', repository.root, 'api', '--json');
    assert.equal(code, 0, stderr);
    const { tags, isComplete } = JSON.parse(stdout) as { tags: { tag: string; environments: string[] }[]; isComplete: boolean };
    assert.deepEqual(
      [isComplete, tags.map(({ tag, environments }) => `${tag} ${environments.join()}`)],
      [true, ['v1.10.0 dev', 'v1.9.0 prod', 'v1.0.0 ']],
    );
    assert.match(
      (await runCli('tags', repository.root, 'api')).stdout,
      /^TAG +RUNS IN\nv1\.10\.0 +dev\nv1\.9\.0 +prod\nv1\.0\.0\n$/,
    );
    assert.match(
      (await runCli('tags', repository.root, 'api', 'v1.9.0')).stdout,
      /^digest +sha256:[0-9a-f]{64}\nplatforms +linux\/amd64 linux\/arm64\ncreated +2026-11-03T10:00:00Z$/m,
    );
    const missing = await runCli('tags', repository.root, 'api', 'v7');
    assert.deepEqual([missing.code, missing.stderr], [1, `The registry has no v7 of ${registry.host}/acme/api.\n`]);
    const unknown = await runCli('tags', repository.root, 'nginx');
    assert.deepEqual([unknown.code, readFileSync(join(repository.root, 'base/pod.yaml'), 'utf8')], [2, manifest]);
  });
});
