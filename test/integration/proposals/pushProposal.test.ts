import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { planFromTexts } from '../../../src/workflows/planOnBase.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote, userState } from '../../support/localRemote.ts';
import { branch, propose, pushed, refusal, tagOf } from '../../support/proposals.ts';

let remote: LocalRemote;
let folder = '';
let count = 0;
const file = 'apps/prod/kustomization.yaml';
before(async () => {
  remote = await startLocalRemote();
});
after(() => remote[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await remote.clone(`clone-${String(count++)}`);
  remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${branch}`);
});

/** Commits a change of a file to a branch of the remote, as somebody else would. */
async function commitElsewhere(
  onto: string,
  path: string,
  change: (text: string) => string,
  message = 'fix: something',
): Promise<void> {
  const other = await remote.clone(`other-${String(count++)}`, '--branch', onto);
  writeFileSync(join(other, path), change(readFileSync(join(other, path), 'utf8')));
  remote.git(other, 'commit', '--quiet', '--all', '--message', message);
  await remote.online(other, 'push', '--quiet', 'origin', onto);
}

/** Makes everything dirty that can be. */
function makeDirty(at: string): void {
  appendFileSync(join(at, 'README.md'), 'stashed\n');
  remote.git(at, 'stash', '--quiet');
  remote.git(at, 'switch', '--quiet', '--create', 'mine');
  appendFileSync(join(at, file), '# mine\n');
  appendFileSync(join(at, 'README.md'), 'staged\n');
  remote.git(at, 'add', 'README.md');
  appendFileSync(join(at, 'README.md'), 'not staged\n');
  writeFileSync(join(at, 'new.txt'), 'untracked\n');
}

describe('A proposal', () => {
  it('is one commit on the fresh default branch that changes one line', async () => {
    const done = pushed(await propose(folder, 'backend-v0.0.6'));
    assert.equal(done.outcome, 'created');
    assert.equal(remote.git(remote.bare, 'rev-parse', branch), done.commit);
    assert.equal(remote.git(remote.bare, 'rev-parse', `${branch}^`), remote.git(remote.bare, 'rev-parse', 'main'));
    assert.equal(remote.git(remote.bare, 'diff', '--numstat', 'main', branch), `1\t1\t${file}`);
    assert.equal(
      remote.git(remote.bare, 'log', '-1', '--format=%B', branch),
      `chore(prod): bump backend to backend-v0.0.6\n\nGitops-Cockpit-Proposal: ${branch}\n`,
    );
    assert.deepEqual(done.content.images, [
      {
        application: 'backend',
        environment: 'prod',
        image: 'ghcr.io/acme/study-app-api',
        from: 'backend-v0.0.5',
        to: 'backend-v0.0.6',
      },
    ]);
    assert.deepEqual(done.content.fluxKustomizations, ['flux-system/apps-prod']);
  });

  it('leaves dirty files, the index, the branch, HEAD and stashes as they are, and nothing behind', async () => {
    makeDirty(folder);
    const before = userState(folder);
    const done = pushed(await propose(folder, 'backend-v0.0.6'));
    assert.deepEqual(userState(folder), before);
    assert.equal(remote.git(folder, 'worktree', 'list').split('\n').length, 1);
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith(`gitops-cockpit-${String(process.pid)}-`)),
      [],
    );
    assert.equal(done.files[0]?.before.includes('# mine'), false);
  });

  it('is made once: the same request again finds it', async () => {
    const first = pushed(await propose(folder, 'backend-v0.0.6'));
    const again = pushed(await propose(folder, 'backend-v0.0.6'));
    assert.deepEqual([again.outcome, again.commit], ['unchanged', first.commit]);
  });

  it('is updated in place by a second request, and keeps what it had besides', async () => {
    pushed(await propose(folder, 'backend-v0.0.6'));
    const second = pushed(await propose(folder, 'frontend-v0.3.0', { image: 'frontend' }));
    assert.equal(second.outcome, 'updated');
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.6', 'frontend-v0.3.0'],
    );
    assert.equal(remote.git(remote.bare, 'rev-list', '--count', `main..${branch}`), '1');
    assert.equal(second.content.images.length, 2);
    const third = pushed(await propose(folder, 'backend-v0.0.7'));
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.7', 'frontend-v0.3.0'],
    );
    assert.match(third.notes.join(), /same lines of apps\/prod\/kustomization\.yaml is replaced/);
  });

  it('moves to the fresh base, which the clone need not have', async () => {
    pushed(await propose(folder, 'backend-v0.0.6'));
    await commitElsewhere('main', 'README.md', (text) => `${text}more\n`);
    const stale = remote.git(folder, 'rev-parse', 'refs/remotes/origin/main');
    const done = pushed(await propose(folder, 'backend-v0.0.6'));
    assert.equal(done.outcome, 'updated');
    assert.equal(remote.git(remote.bare, 'rev-parse', `${branch}^`), remote.git(remote.bare, 'rev-parse', 'main'));
    assert.equal(remote.git(folder, 'rev-parse', 'refs/remotes/origin/main'), stale);
  });

  it('takes the merge of the base along that "Update branch" of GitHub makes', async () => {
    pushed(await propose(folder, 'backend-v0.0.6'));
    await commitElsewhere('main', 'README.md', (text) => `${text}news\n`);
    const other = await remote.clone(`other-${String(count++)}`, '--branch', branch);
    remote.git(other, 'merge', '--quiet', '--no-ff', '--no-edit', 'origin/main');
    await remote.online(other, 'push', '--quiet', 'origin', branch);
    assert.equal(pushed(await propose(folder, 'frontend-v0.3.0', { image: 'frontend' })).outcome, 'updated');
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.6', 'frontend-v0.3.0'],
    );
    assert.equal(remote.git(remote.bare, 'rev-list', '--count', `main..${branch}`), '1');
  });

  it('never overwrites commits of others on its branch', async () => {
    pushed(await propose(folder, 'backend-v0.0.6'));
    await commitElsewhere(branch, 'README.md', (text) => `${text}by hand\n`);
    const tip = remote.git(remote.bare, 'rev-parse', branch);
    await assert.rejects(propose(folder, 'backend-v0.0.7'), /has commits that are no proposal/);
    assert.equal(remote.git(remote.bare, 'rev-parse', branch), tip);
  });

  it('says so where nothing has to change', async () => {
    assert.match(refusal(await propose(folder, 'backend-v0.0.5')), /already\. Nothing has to change\.$/);
    assert.throws(() => remote.git(remote.bare, 'rev-parse', '--verify', '--quiet', branch));
  });
});

describe('Texts that were planned on other files', () => {
  const text = () => readFileSync(join(folder, file), 'utf8');
  const bumped = (content: string) => content.replace('backend-v0.0.5', 'backend-v0.0.6');

  it('are fitted onto the base', async () => {
    const dirty = `# mine\n${text()}`;
    const done = pushed(
      await propose(folder, '', { plan: planFromTexts([{ path: file, before: dirty, after: bumped(dirty) }]) }),
    );
    assert.equal(done.files[0]?.after, bumped(text()));
  });

  it('are refused where the base has something else at these lines, and where it has the change', async () => {
    const other = text().replace('backend-v0.0.5', 'backend-v0.0.4');
    const elsewhere = other.replace('backend-v0.0.4', 'backend-v0.0.9');
    assert.match(
      refusal(await propose(folder, '', { plan: planFromTexts([{ path: file, before: other, after: elsewhere }]) })),
      /other lines on main/,
    );
    assert.match(
      refusal(await propose(folder, '', { plan: planFromTexts([{ path: file, before: other, after: text() }]) })),
      /already/,
    );
    assert.match(
      refusal(await propose(folder, '', { plan: planFromTexts([{ path: 'no.yaml', before: '', after: 'a' }]) })),
      /is not on main/,
    );
  });
});

describe('A clone that is', () => {
  const works = async (at: string): Promise<void> => {
    const state = userState(at);
    pushed(await propose(at, 'backend-v0.0.6'));
    assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
    assert.equal(remote.git(remote.bare, 'rev-list', '--count', `main..${branch}`), '1');
    pushed(await propose(at, 'backend-v0.0.7'));
    assert.deepEqual(userState(at), state);
  };

  it('shallow works, and stays shallow', async () => {
    const shallow = await remote.clone(`shallow-${String(count++)}`, '--depth=1');
    await works(shallow);
    await commitElsewhere('main', 'README.md', (text) => `${text}later\n`);
    pushed(await propose(shallow, 'backend-v0.0.8'));
    assert.equal(remote.git(shallow, 'rev-parse', '--is-shallow-repository'), 'true');
  });
  it('of a single branch works', async () => works(await remote.clone(`single-${String(count++)}`, '--single-branch')));
  it('at no branch works', async () => {
    remote.git(folder, 'checkout', '--quiet', '--detach', 'HEAD~3');
    await works(folder);
  });
  it('sparse works', async () => {
    remote.git(folder, 'sparse-checkout', 'set', 'apps/dev');
    await works(folder);
  });
  it('a linked worktree works', async () => {
    const linked = join(remote.root, `linked-${String(count++)}`);
    remote.git(folder, 'worktree', 'add', '--quiet', '-b', 'linked', linked);
    pushed(await propose(linked, 'backend-v0.0.6'));
    assert.equal(remote.git(folder, 'worktree', 'list').split('\n').length, 2);
  });
  it('opened at a folder inside works', async () => {
    const done = pushed(await propose(join(folder, 'apps'), 'backend-v0.0.6'));
    assert.deepEqual(
      done.files.map(({ path }) => path),
      ['prod/kustomization.yaml'],
    );
    assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
  });
  it('with submodules works, and leaves them alone', async () => {
    const other = await remote.clone(`with-${String(count++)}`);
    remote.git(other, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', folder, 'vendor/charts');
    remote.git(other, 'commit', '--quiet', '--message', 'feat: charts');
    await remote.online(other, 'push', '--quiet', 'origin', 'HEAD:main');
    appendFileSync(join(other, 'vendor/charts/README.md'), 'dirty\n');
    await works(other);
    assert.equal(remote.git(remote.bare, 'diff', '--name-only', 'main', branch), file);
  });
  it('without any remote says so', async () => {
    remote.git(folder, 'remote', 'remove', 'origin');
    await assert.rejects(propose(folder, 'backend-v0.0.6'), /has no remote to push to/);
  });
  it('with several remotes asks which one, and takes the setting', async () => {
    remote.git(folder, 'remote', 'rename', 'origin', 'one');
    remote.git(folder, 'remote', 'add', 'two', 'https://github.com/acme/none.git');
    await assert.rejects(propose(folder, 'backend-v0.0.6'), /several remotes \(one, two\)\. Set gitopsCockpit\.github\.remote/);
    await assert.rejects(propose(folder, 'backend-v0.0.6', { remotes: { remote: 'three' } }), /There is no remote three/);
    pushed(await propose(folder, 'backend-v0.0.6', { remotes: { remote: 'one' } }));
  });
  it('no repository says so', async () => {
    rmSync(join(folder, '.git'), { recursive: true });
    await assert.rejects(propose(folder, 'backend-v0.0.6'), /not a git repository/);
  });
});

describe('A remote that', () => {
  it('is not there says so', async () => {
    remote.git(folder, 'remote', 'set-url', 'origin', 'http://127.0.0.1:9/acme/none.git');
    await assert.rejects(propose(folder, 'backend-v0.0.6'), /origin cannot be reached: .*127\.0\.0\.1/);
  });
  it('has no such repository says so', async () => {
    remote.git(folder, 'remote', 'set-url', 'origin', `${remote.origin}/acme/none.git`);
    await assert.rejects(propose(folder, 'backend-v0.0.6'), /origin has no such repository/);
  });
  it('does not know the user says how to sign in', async () => {
    writeFileSync(join(remote.home, '.git-credentials'), '');
    try {
      await assert.rejects(propose(folder, 'backend-v0.0.6'), /does not accept your sign-in/);
      const given = await propose(folder, 'backend-v0.0.6', { token: remoteToken, remotes: { gitHubHosts: [remote.host] } });
      assert.equal(pushed(given).outcome, 'created');
    } finally {
      writeFileSync(join(remote.home, '.git-credentials'), `${remote.origin.replace('//', `//mira:${remoteToken}@`)}\n`);
    }
  });
  it('has a branch in the way says which at once', async () => {
    remote.git(remote.bare, 'branch', 'gitops-cockpit/prod', 'main');
    const reports: string[] = [];
    try {
      await assert.rejects(
        propose(folder, 'backend-v0.0.6', {}, { report: (step) => reports.push(step) }),
        /origin has the branch gitops-cockpit\/prod, so it cannot have gitops-cockpit\/prod\/backend\. Delete or rename it, or change gitopsCockpit\.git\.branchTemplate\./,
      );
    } finally {
      remote.git(remote.bare, 'branch', '--delete', '--force', 'gitops-cockpit/prod');
    }
    assert.ok(!reports.some((step) => step.includes('Trying again')));
  });
  it('takes no forced pushes says so at once', async () => {
    remote.git(remote.bare, 'config', 'receive.denyNonFastForwards', 'true');
    const reports: string[] = [];
    try {
      pushed(await propose(folder, 'backend-v0.0.6'));
      await assert.rejects(
        propose(folder, 'backend-v0.0.7', {}, { report: (step) => reports.push(step) }),
        /origin does not let .*backend be replaced\. Merge or delete that branch first, or allow forced pushes to it\./,
      );
    } finally {
      remote.git(remote.bare, 'config', '--unset', 'receive.denyNonFastForwards');
    }
    assert.ok(!reports.some((step) => step.includes('Trying again')));
  });
  it('protects the branch says so', async () => {
    const hook = join(remote.bare, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "error: GH013: Repository rule violations found for refs/heads/x." >&2\nexit 1\n', {
      mode: 0o755,
    });
    try {
      await assert.rejects(propose(folder, 'backend-v0.0.6'), /origin protects the branch .*Repository rule violations found/);
    } finally {
      rmSync(hook);
    }
  });
  it('may not be pushed to gets the proposal through a fork, or says how', async () => {
    const fork = remote.copy('mira/study-app-gitops');
    remote.users[remoteToken] = { login: 'mira', pushes: ['mira/study-app-gitops'] };
    try {
      await assert.rejects(propose(folder, 'backend-v0.0.6'), /You may not push to origin\. Fork the repository/);
      remote.git(folder, 'remote', 'add', 'fork', `${remote.origin}/mira/study-app-gitops.git`);
      const done = pushed(await propose(folder, 'backend-v0.0.6'));
      assert.deepEqual([done.remotes.base.name, done.remotes.push.name], ['origin', 'fork']);
      assert.equal(tagOf(fork, branch), 'backend-v0.0.6');
      remote.git(folder, 'remote', 'rename', 'origin', 'upstream');
      remote.git(folder, 'remote', 'rename', 'fork', 'origin');
      const second = pushed(await propose(folder, 'backend-v0.0.7'));
      assert.deepEqual([second.remotes.base.name, second.remotes.push.name, second.outcome], ['upstream', 'origin', 'updated']);
    } finally {
      remote.users[remoteToken] = { login: 'mira' };
    }
  });
});

describe('Races', () => {
  it('two proposals at once lose nothing', async () => {
    const second = await remote.clone(`second-${String(count++)}`);
    const [a, b] = await Promise.all([
      propose(folder, 'backend-v0.0.6'),
      propose(second, 'frontend-v0.3.0', { image: 'frontend' }),
    ]);
    assert.ok(pushed(a) && pushed(b));
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.6', 'frontend-v0.3.0'],
    );
  });

  it('a branch that others move during the push is looked at again', async () => {
    let isFirst = true;
    const second = await remote.clone(`second-${String(count++)}`);
    remote.beforePush = async () => {
      if (!isFirst) return undefined;
      isFirst = false;
      pushed(await propose(second, 'frontend-v0.3.0', { image: 'frontend' }));
      return undefined;
    };
    const reports: string[] = [];
    pushed(await propose(folder, 'backend-v0.0.6', {}, { report: (step) => reports.push(step) }));
    remote.beforePush = undefined;
    assert.ok(reports.some((step) => step.includes('Trying again')));
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.6', 'frontend-v0.3.0'],
    );
  });

  it('a change of the base at the same lines ends with a sentence, and the open proposal stays', async () => {
    const dev = 'apps/dev/kustomization.yaml';
    const text = readFileSync(join(folder, dev), 'utf8');
    const plan = planFromTexts([{ path: dev, before: text, after: text.replace('backend-v0.0.6', 'backend-v0.0.8') }]);
    const first = pushed(await propose(folder, '', { plan }));
    await commitElsewhere('main', dev, (content) => content.replace('backend-v0.0.6', 'backend-v0.0.7'));
    await assert.rejects(
      propose(folder, 'backend-v0.0.6'),
      /changes lines of apps\/dev\/kustomization\.yaml that main has changed/,
    );
    assert.equal(remote.git(remote.bare, 'rev-parse', branch), first.commit);
  });

  it('cancelling ends it without a trace', async () => {
    const state = userState(folder);
    const cancel = new AbortController();
    const run = {
      signal: cancel.signal,
      report: (step: string) => step.startsWith('Planning') && cancel.abort(new Error('cancelled')),
    };
    await assert.rejects(propose(folder, 'backend-v0.0.6', {}, { ...run, report: (step) => void run.report(step) }), /cancelled/);
    assert.deepEqual(userState(folder), state);
    assert.equal(remote.git(folder, 'worktree', 'list').split('\n').length, 1);
  });
});
