import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { isRefused } from '../../../src/core/change/plan.ts';
import { planFromBumps } from '../../../src/workflows/planOnBase.ts';
import type { ProposedChange, ProposedChangeRequest } from '../../../src/workflows/proposeChange.ts';
import { proposeChange } from '../../../src/workflows/proposeChange.ts';
import { GitHubDescription } from '../../support/github/description.ts';
import type { StoredPull } from '../../support/github/pullRequests.ts';
import type { LocalGitHub } from '../../support/github/server.ts';
import { startLocalGitHub } from '../../support/github/server.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote } from '../../support/localRemote.ts';
import { branch, tagOf } from '../../support/proposals.ts';
import { createTestEngine } from '../../support/testEngine.ts';

let description: GitHubDescription;
let remote: LocalRemote;
let hub: LocalGitHub;
let folder = '';
const engine = createTestEngine();
before(async () => {
  description = await GitHubDescription.load();
  remote = await startLocalRemote();
  folder = await remote.clone('clone');
});
after(async () => {
  await engine.dispose();
  await remote[Symbol.asyncDispose]();
});
beforeEach(async () => {
  hub = await startLocalGitHub(description, `${remote.root}/git`);
  hub.tokens[remoteToken] = { login: 'mira' };
  remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${branch}`);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  assert.deepEqual(hub.violations, []);
});

async function propose(tag: string, changes: Partial<ProposedChangeRequest> = {}): Promise<ProposedChange> {
  const done = await proposeChange({
    folder,
    names: { applications: ['backend'], environments: ['prod'] },
    plan: planFromBumps([{ image: 'backend', environment: 'prod', tag, mode: 'owner' }]),
    settings: {},
    token: () => Promise.resolve(remoteToken),
    apiUrl: hub.apiUrl,
    ...changes,
  });
  assert.ok(!isRefused(done));
  return done;
}

function thePull(): StoredPull {
  const [pull] = hub.pulls;
  assert.ok(pull);
  return pull;
}

const frontend = planFromBumps([{ image: 'frontend', environment: 'prod', tag: 'frontend-v0.3.0', mode: 'owner' }]);

describe('A branch whose pull request', () => {
  it('was closed starts anew, so that what was rejected does not come back', async () => {
    await propose('backend-v0.0.6');
    thePull().state = 'closed';
    const { notes, pullRequest } = await propose('', { plan: frontend });
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.5', 'frontend-v0.3.0'],
    );
    assert.match(notes.join('\n'), /Pull request #12 of \S+ is closed\. This proposal starts anew on main/);
    assert.deepEqual([pullRequest?.outcome, pullRequest?.number], ['opened', 13]);
  });

  it('may be closed or not, which is said where nobody is signed in and what it has is kept', async () => {
    await propose('backend-v0.0.6');
    thePull().state = 'closed';
    const signedOut = { token: () => Promise.resolve(undefined) };
    const told = `${branch} was on origin already, and what it changes is kept. Whether its pull request is still open is not known without a sign-in.`;
    const kept = await propose('', { plan: frontend, ...signedOut });
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.6', 'frontend-v0.3.0'],
    );
    assert.deepEqual(kept.notes, [told]);
    remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${branch}`);
    assert.deepEqual((await propose('backend-v0.0.7', signedOut)).notes, []);
    assert.deepEqual(
      (await propose('backend-v0.0.8', signedOut)).notes.filter((note) => note === told),
      [],
    );
  });

  it('was closed with commits of others starts anew, as GitHub keeps those', async () => {
    const { pullRequest } = await propose('backend-v0.0.6');
    const other = await remote.clone('others', '--branch', branch);
    remote.git(other, 'rm', '--quiet', 'README.md');
    remote.git(other, 'commit', '--quiet', '--message', 'by hand');
    await remote.online(other, 'push', '--quiet', 'origin', branch);
    await assert.rejects(propose('', { plan: frontend }), /has commits that are no proposal/);
    // GitHub notes the last commit of a pull request when it is read here.
    await fetch(`${hub.apiUrl}/repos/acme/study-app-gitops/pulls/${String(pullRequest?.number)}`, {
      headers: { authorization: `token ${remoteToken}` },
    });
    thePull().state = 'closed';
    const done = await propose('', { plan: frontend });
    assert.equal(remote.git(remote.bare, 'rev-list', '--count', `main..${branch}`), '1');
    assert.deepEqual([done.proposal.outcome, done.pullRequest?.outcome], ['updated', 'opened']);
  });

  it('was never opened is kept', async () => {
    await propose('backend-v0.0.6', { token: () => Promise.resolve(undefined) });
    await propose('', { plan: frontend });
    assert.deepEqual(
      [tagOf(remote.bare, branch), tagOf(remote.bare, branch, 'study-app-web')],
      ['backend-v0.0.6', 'frontend-v0.3.0'],
    );
  });

  it('goes into another branch is left alone', async () => {
    remote.git(remote.bare, 'branch', '--force', 'release', 'main~3');
    await propose('backend-v0.0.6', { into: 'release' });
    const tip = remote.git(remote.bare, 'rev-parse', branch);
    await assert.rejects(
      propose('backend-v0.0.7'),
      /Pull request #12 of gitops-cockpit\/prod\/backend goes into release, not into main\. Merge or close it first, or propose into release\./,
    );
    assert.equal(remote.git(remote.bare, 'rev-parse', branch), tip);
    assert.equal((await propose('backend-v0.0.7', { into: 'release' })).pullRequest?.number, 12);
    thePull().base = 'main';
    await assert.rejects(propose('backend-v0.0.8', { into: 'release' }), /goes into main, not into release/);
    assert.equal(hub.pulls.length, 1);
  });
});

describe('Several applications together', () => {
  const both = { applications: ['backend', 'frontend'], environments: ['prod'] };
  const together = 'gitops-cockpit/prod/backend+frontend';
  const bumps = planFromBumps([
    { image: 'backend', environment: 'prod', tag: 'backend-v0.0.7', mode: 'owner' },
    { image: 'frontend', environment: 'prod', tag: 'frontend-v0.3.0', mode: 'owner' },
  ]);
  const tags = (on: string) => [tagOf(remote.bare, on), tagOf(remote.bare, on, 'study-app-web')];
  const branches = () =>
    remote.git(remote.bare, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/gitops-cockpit').split('\n');
  afterEach(() => {
    for (const name of branches().filter((one) => one !== '')) remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${name}`);
  });

  it('go into the pull request that one of them has, whose title says both then', async () => {
    await propose('backend-v0.0.6');
    const { pullRequest, notes } = await propose('', { names: both, plan: bumps });
    assert.deepEqual([pullRequest?.outcome, pullRequest?.number, hub.pulls.length], ['updated', 12, 1]);
    assert.deepEqual([branches(), tags(branch)], [[branch], ['backend-v0.0.7', 'frontend-v0.3.0']]);
    assert.equal(thePull().title, 'chore(prod): bump backend, frontend to 2 tags');
    assert.ok(notes.includes(`${branch} is there for some of this already, so the change is added to it.`));
  });

  it('have one of their own, which each of them goes into later', async () => {
    const first = await propose('', { names: both, plan: bumps });
    assert.deepEqual([first.pullRequest?.outcome, branches()], ['opened', [together]]);
    const before = hub.requests.length;
    const { pullRequest } = await propose('backend-v0.0.8');
    assert.deepEqual([pullRequest?.outcome, pullRequest?.number, hub.pulls.length], ['updated', 12, 1]);
    assert.deepEqual([branches(), tags(together)], [[together], ['backend-v0.0.8', 'frontend-v0.3.0']]);
    assert.ok(hub.requests.length - before <= 6, String(hub.requests.length - before));
  });

  it('are apart again once the one that they had is closed, although its branch is there', async () => {
    await propose('', { names: both, plan: bumps });
    thePull().state = 'closed';
    const { pullRequest, proposal } = await propose('backend-v0.0.6');
    assert.deepEqual([pullRequest?.outcome, pullRequest?.number, proposal.branch], ['opened', 13, branch]);
    assert.deepEqual(tags(branch), ['backend-v0.0.6', 'frontend-v0.2.0']);
  });

  it('have one of their own besides two that are open, which is said', async () => {
    await propose('backend-v0.0.6');
    await propose('', { names: { applications: ['frontend'], environments: ['prod'] }, plan: frontend });
    const { pullRequest, notes } = await propose('', { names: both, plan: bumps });
    assert.deepEqual([pullRequest?.outcome, hub.pulls.length], ['opened', 3]);
    assert.ok(
      notes.includes(`${branch} has some of this too. Merge or close one of the two pull requests first.`),
      notes.join('\n'),
    );
  });
});

describe('A change that is proposed', () => {
  it('has a pull request that says what changes, with the rendered diff and the Flux Kustomization', async () => {
    const release = (image: string, version: string) =>
      Promise.resolve({
        source: `https://github.com/${image.slice('ghcr.io/'.length)}`,
        revision: version === 'backend-v0.0.6' ? '6666666' : '5555555',
      });
    const { pullRequest, notes } = await propose('backend-v0.0.6', { engine, release });
    assert.equal(pullRequest?.outcome, 'opened');
    assert.deepEqual(
      notes.filter((sentence) => !sentence.includes('suspended')),
      [],
    );
    const [pull] = hub.pulls;
    assert.deepEqual([pull?.title, pull?.head.ref, pull?.base], ['chore(prod): bump backend to backend-v0.0.6', branch, 'main']);
    const body = pull?.body ?? '';
    assert.match(
      body,
      /\| `backend` \| `prod` \| `ghcr\.io\/acme\/study-app-api` \| `backend-v0\.0\.5` \| `backend-v0\.0\.6` \|/,
    );
    assert.match(body, /What is new: <https:\/\/github\.com\/acme\/study-app-api\/compare\/5555555\.\.\.6666666>/);
    assert.match(body, /Applied by the Flux Kustomization `flux-system\/apps-prod`\./);
    assert.match(
      body,
      /<details><summary>Rendered manifests<\/summary>[^]*\n-\s+image: ghcr\.io\/acme\/study-app-api:backend-v0\.0\.5\n\+\s+image: ghcr\.io\/acme\/study-app-api:backend-v0\.0\.6\n[^]*<\/details>/,
    );
  });

  it('updates its pull request when it is proposed again', async () => {
    const first = await propose('backend-v0.0.6');
    const again = await propose('backend-v0.0.6');
    assert.deepEqual([again.pullRequest?.outcome, again.proposal.outcome], ['unchanged', 'unchanged']);
    const second = await propose('backend-v0.0.7');
    assert.deepEqual([second.pullRequest?.outcome, second.pullRequest?.number], ['updated', first.pullRequest?.number]);
    assert.deepEqual([hub.pulls.length, hub.pulls[0]?.title], [1, 'chore(prod): bump backend to backend-v0.0.7']);
  });

  it('is pushed and has a compare page where nobody is signed in', async () => {
    const done = await propose('backend-v0.0.6', { token: () => Promise.resolve(undefined) });
    assert.equal(done.pullRequest, undefined);
    const page = new URL(done.comparePage);
    assert.equal(page.origin + page.pathname, `https://github.com/acme/study-app-gitops/compare/main...${branch}`);
    assert.equal(page.searchParams.get('title'), 'chore(prod): bump backend to backend-v0.0.6');
    assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
    assert.equal(hub.requests.length, 0);
  });

  it('says what was done where GitHub refuses, and completes when it is tried again', async () => {
    for (const failing of ['GET', 'POST']) {
      hub.fault = (method) => (method === failing ? { status: 500, body: { message: 'Server Error' } } : undefined);
      const { notes, pullRequest, comparePage } = await propose('backend-v0.0.6');
      assert.equal(pullRequest, undefined);
      assert.match(
        notes.join('\n'),
        /GitHub has trouble of its own \(500\)[^]*is pushed; its pull request can be opened in the browser, or by trying again\./,
      );
      assert.match(comparePage, /^https:\/\/github\.com\//);
    }
    hub.fault = undefined;
    assert.equal((await propose('backend-v0.0.6')).pullRequest?.outcome, 'opened');
    assert.equal(hub.pulls.length, 1);
  });

  it('is pushed where something else answers in the place of GitHub, and says so', async () => {
    const pull = { number: 1, html_url: 'x', title: null, head: { ref: branch, user: { login: 'acme' } } };
    for (const method of ['GET', 'POST'])
      for (const body of ['<html>Sign in</html>', null, {}, [{}], [{ head: null }], [pull]]) {
        hub.fault = (asked) => (asked === method ? { status: method === 'GET' ? 200 : 201, body } : undefined);
        const { notes, pullRequest, comparePage } = await propose('backend-v0.0.6');
        assert.equal(pullRequest, undefined);
        assert.match(notes.join('\n'), /was not GitHub\. Check the proxy settings[^]*is pushed; its pull request can be opened/);
        assert.match(comparePage, /^https:\/\/github\.com\//);
      }
    hub.violations.length = 0;
  });

  it('is refused before anything is pushed where the remote is not on GitHub', async () => {
    const other = await remote.clone('elsewhere');
    remote.git(other, 'remote', 'set-url', 'origin', `${remote.origin}/acme/study-app-gitops.git`);
    await assert.rejects(
      propose('backend-v0.0.6', { folder: other }),
      /Cannot open a pull request: the remote "origin" is not on GitHub\. Add a GitHub remote, or set gitopsCockpit\.github\.remote\./,
    );
    assert.throws(() => remote.git(remote.bare, 'rev-parse', '--verify', '--quiet', branch));
  });

  it('from a fork names the owner of the fork', async () => {
    remote.copy('mira/study-app-gitops');
    const fork = await remote.clone('fork');
    remote.git(fork, 'remote', 'rename', 'origin', 'upstream');
    remote.git(fork, 'remote', 'add', 'origin', 'https://github.com/mira/study-app-gitops.git');
    const done = await propose('backend-v0.0.6', { folder: fork });
    assert.equal(done.pullRequest?.outcome, 'opened');
    assert.deepEqual(hub.pulls[0]?.head, { owner: 'mira', ref: branch });
    assert.match(done.comparePage, /compare\/main\.\.\.mira:gitops-cockpit\/prod\/backend\?/);
    assert.equal((await propose('backend-v0.0.7', { folder: fork })).pullRequest?.outcome, 'updated');
  });

  it('has a summary by a language model above its table where there is one, and says why where there is none', async () => {
    const prompts: string[] = [];
    const summarize = (prompt: string) => {
      prompts.push(prompt);
      return Promise.resolve({ text: 'The backend gets its next patch.' });
    };
    const { text, notes } = await propose('backend-v0.0.6', { engine, summarize });
    assert.match(text.body, /^<!-- .* -->\n> The backend gets its next patch\.\n(?:.*\n)*?\| Application \|/);
    assert.deepEqual(notes, []);
    assert.match(prompts[0] ?? '', /backend in prod: ghcr\.io\/acme\/study-app-api backend-v0\.0\.5 > backend-v0\.0\.6/);
    assert.match(prompts[0] ?? '', /<diff>[^]*\+\s+image: \S+:backend-v0\.0\.6[^]*<\/diff>/);
    const plain = await propose('backend-v0.0.6');
    for (const [none, told] of [
      [() => Promise.resolve({ refusal: 'There is none.' }), 'There is none. The pull request has no summary.'],
      [() => Promise.resolve({ text: ' \n' }), 'The language model wrote nothing. The pull request has no summary.'],
      [() => Promise.reject(new Error('x')), 'The language model gave no answer. The pull request has no summary.'],
    ] as const) {
      const without = await propose('backend-v0.0.6', { summarize: none });
      assert.deepEqual([without.text, without.notes, without.pullRequest?.number], [plain.text, [told], 12]);
    }
  });
});
