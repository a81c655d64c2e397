import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { OutsideError } from '../../../src/clients/errors.ts';
import type { GitHubOptions, PullRequestRequest } from '../../../src/clients/github.ts';
import { GitHub } from '../../../src/clients/github.ts';
import { apiUrlOf } from '../../../src/clients/github/api.ts';
import { pullRequestText } from '../../../src/core/change/pullRequestText.ts';
import { GitHubDescription } from '../../support/github/description.ts';
import type { LocalGitHub } from '../../support/github/server.ts';
import { startLocalGitHub } from '../../support/github/server.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote } from '../../support/localRemote.ts';
import { branch, propose, pushed } from '../../support/proposals.ts';

let description: GitHubDescription;
let remote: LocalRemote;
let hub: LocalGitHub;
const logged: string[] = [];

before(async () => {
  description = await GitHubDescription.load();
  remote = await startLocalRemote();
  const folder = await remote.clone('clone');
  pushed(await propose(folder, 'backend-v0.0.6'));
});
after(() => remote[Symbol.asyncDispose]());
beforeEach(async () => {
  hub = await startLocalGitHub(description, `${remote.root}/git`);
  hub.tokens[remoteToken] = { login: 'mira', scopes: 'repo, read:user' };
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  assert.deepEqual(hub.violations, []);
});

function client(options: Partial<GitHubOptions> = {}): GitHub {
  return new GitHub({
    repository: { host: 'github.com', owner: 'acme', name: 'study-app-gitops' },
    token: () => Promise.resolve(remoteToken),
    apiUrl: hub.apiUrl,
    log: (line) => logged.push(line),
    ...options,
  });
}

const text = (tag: string) =>
  pullRequestText(
    { images: [], fluxKustomizations: [], problems: [], compareLinks: [], renderedDiff: '', summary: '' },
    { application: 'backend', environment: 'prod', tag },
  );
const request = (changes: Partial<PullRequestRequest> = {}): PullRequestRequest => ({
  branch,
  base: 'main',
  text: text('backend-v0.0.6'),
  ...changes,
});

async function refusalOf(promise: Promise<unknown>): Promise<OutsideError> {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OutsideError, String(error));
  assert.doesNotMatch(
    JSON.stringify(error) + error.message + String(error.stack) + String((error.cause as Error | undefined)?.message),
    /ghp_/,
  );
  assert.match(error.message, /^[A-Z].*\.$/);
  assert.doesNotMatch(error.message, /please|failed to|!|Error:/i);
  return error;
}

describe('A pull request', () => {
  it('is opened with everything in at most six requests', async () => {
    const opened = await client().openPullRequest(
      request({
        draft: true,
        labels: ['gitops'],
        reviewers: ['tomas', 'acme/platform'],
        autoMerge: 'squash',
        copilotReview: true,
      }),
    );
    assert.deepEqual([opened.outcome, opened.number, opened.notes], ['opened', 12, []]);
    assert.equal(opened.url, 'https://github.com/acme/study-app-gitops/pull/12');
    assert.ok(hub.requests.length <= 6, `${String(hub.requests.length)} requests`);
    const [pull] = hub.pulls;
    assert.deepEqual(
      [pull?.title, pull?.draft, pull?.labels, pull?.reviewers, pull?.teams, pull?.autoMerge],
      [
        'chore(prod): bump backend to backend-v0.0.6',
        true,
        ['gitops'],
        ['tomas', 'copilot-pull-request-reviewer[bot]'],
        ['platform'],
        'squash',
      ],
    );
  });

  it('is found again and updated in place, with what people wrote kept', async () => {
    await client().openPullRequest(request());
    const [pull] = hub.pulls;
    assert.ok(pull);
    pull.body += '\n\n- [x] told the team';
    assert.equal((await client().openPullRequest(request())).outcome, 'unchanged');
    const updated = await client().openPullRequest(request({ text: text('backend-v0.0.7') }));
    assert.deepEqual([updated.outcome, updated.number, hub.pulls.length], ['updated', 12, 1]);
    assert.match(pull.body, /told the team$/);
    assert.match(pull.title, /backend-v0\.0\.7$/);
    pull.title = 'My own title';
    await client().openPullRequest(request({ text: text('backend-v0.0.8') }));
    assert.equal(pull.title, 'My own title');
  });

  it('that somebody else opens meanwhile is updated, not opened twice', async () => {
    let isFirst = true;
    hub.fault = (method, path) => {
      if (method !== 'GET' || !path.endsWith('/pulls') || !isFirst) return undefined;
      isFirst = false;
      return { status: 200, body: [] };
    };
    await client().openPullRequest(request());
    isFirst = true;
    assert.equal((await client().openPullRequest(request({ text: text('backend-v0.0.9') }))).outcome, 'updated');
    assert.equal(hub.pulls.length, 1);
  });

  it('is never a second one where somebody aimed the first at another branch', async () => {
    await client().openPullRequest(request());
    Object.assign(hub.pulls[0] ?? {}, { base: 'release' });
    assert.match((await refusalOf(client().openPullRequest(request()))).message, /^Pull request #12 of \S+ goes into release/);
    assert.equal(hub.pulls.length, 1);
  });

  it('stands even where GitHub does not grant its extras', async () => {
    Object.assign(hub, { hasDrafts: false, hasAutoMerge: false });
    const { notes, outcome } = await client().openPullRequest(
      request({ draft: true, labels: ['nope'], reviewers: ['nobody'], autoMerge: 'merge' }),
    );
    assert.equal(outcome, 'opened');
    assert.equal(notes.length, 4);
    assert.match(
      notes.join('\n'),
      /no draft pull requests[^]*adding the labels: name is invalid[^]*Reviews may only be requested[^]*auto-merge on: Auto merge is not allowed/,
    );
  });

  it('is read with its reviews, checks and mergeability; a second look costs nothing', async () => {
    const github = client();
    const { number } = await github.openPullRequest(request());
    hub.pulls[0]?.reviews.push(
      { login: 'tomas', state: 'APPROVED' },
      { login: 'tomas', state: 'COMMENTED' },
      { login: 'ines', state: 'CHANGES_REQUESTED' },
    );
    hub.checkRuns.push(
      { name: 'build', status: 'completed', conclusion: 'success' },
      { name: 'e2e', status: 'in_progress', conclusion: null },
      { name: 'lint', status: 'completed', conclusion: 'failure' },
    );
    hub.statuses.push({ context: 'ci/legacy', state: 'success' });
    hub.requests.length = 0;
    const state = await github.readPullRequest(number);
    assert.deepEqual(
      { ...state, head: '' },
      {
        number: 12,
        url: 'https://github.com/acme/study-app-gitops/pull/12',
        title: 'chore(prod): bump backend to backend-v0.0.6',
        state: 'open',
        isDraft: false,
        head: '',
        branch,
        base: 'main',
        mergeable: 'yes',
        isAutoMergeOn: false,
        methods: ['merge', 'squash', 'rebase'],
        isOwnBranch: true,
        reviews: { approved: ['tomas'], changesRequested: ['ines'], requested: [] },
        checks: { passed: ['build', 'ci/legacy'], failed: ['lint'], pending: ['e2e'] },
      },
    );
    assert.deepEqual(await github.readPullRequest(number), state);
    assert.deepEqual(
      hub.requests.map(({ status }) => status),
      [200, 200, 200, 200, 304, 304, 304, 304],
    );
    await assert.rejects(client().readPullRequest(99), /GitHub finds nothing for reading pull request #99/);
  });

  it('is merged as it was looked at, and its branch deleted once', async () => {
    const github = client();
    const main = remote.git(remote.bare, 'rev-parse', 'main');
    const tip = remote.git(remote.bare, 'rev-parse', branch);
    for (const method of ['merge', 'squash', 'rebase'] as const) {
      const { number } = await github.openPullRequest(request());
      const state = await github.readPullRequest(number);
      assert.match(
        (await refusalOf(github.merge({ ...state, head: '0'.repeat(40) }, method))).message,
        /has changed since you looked at it/,
      );
      const { commit } = await github.merge(state, method);
      assert.equal(remote.git(remote.bare, 'rev-parse', 'main'), commit);
      assert.equal((await github.readPullRequest(number)).state, 'merged');
      await github.deleteBranch(branch);
      await github.deleteBranch(branch);
      assert.throws(() => remote.git(remote.bare, 'rev-parse', '--verify', '--quiet', branch));
      remote.git(remote.bare, 'update-ref', 'refs/heads/main', main);
      remote.git(remote.bare, 'update-ref', `refs/heads/${branch}`, tip);
    }
    const { number } = await github.openPullRequest(request());
    hub.checkRuns.push({ name: 'build', status: 'queued', conclusion: null });
    const refused = await refusalOf(github.merge(await github.readPullRequest(number), 'merge'));
    assert.equal(
      refused.message,
      'GitHub does not merge pull request #12 yet: Required status check "build" is expected. See its checks and reviews.'.replace(
        '#12',
        `#${String(number)}`,
      ),
    );
  });
});

describe('GitHub refuses with one sentence', () => {
  const cases: [
    name: string,
    answer: { status: number; message: string; headers?: Record<string, string> },
    problem: string,
    words: RegExp,
  ][] = [
    ['a revoked token', { status: 401, message: 'Bad credentials' }, 'sign-in', /no longer accepts your sign-in\. Sign in again/],
    [
      'single sign-on',
      {
        status: 403,
        message: 'Resource protected by organization SAML enforcement.',
        headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?x=1' },
      },
      'sign-in',
      /Authorise your sign-in at https:\/\/github\.com\/orgs\/acme\/sso\?x=1, then try again/,
    ],
    [
      'a missing scope',
      { status: 404, message: 'Not Found', headers: { 'x-oauth-scopes': 'read:user', 'x-accepted-oauth-scopes': 'repo' } },
      'permission',
      /Your sign-in lacks repo, which opening a pull request in acme\/study-app-gitops needs/,
    ],
    [
      'a missing right',
      { status: 403, message: 'Resource not accessible by integration' },
      'permission',
      /does not allow .*: Resource not accessible by integration\./,
    ],
    [
      'the limit of requests',
      {
        status: 403,
        message: 'API rate limit exceeded',
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.floor(new Date(2030, 0, 1, 14, 5).getTime() / 1000)),
        },
      },
      'rate-limit',
      /no more requests from you until 14:05\./,
    ],
    [
      'a secondary limit',
      { status: 429, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '60' } },
      'rate-limit',
      /until \d\d:\d\d\./,
    ],
    ['its own trouble', { status: 502, message: 'Bad Gateway' }, 'unreachable', /trouble of its own \(502\)/],
    ['a repository that is gone', { status: 404, message: 'Not Found' }, 'not-found', /finds nothing for opening a pull request/],
    [
      'a request it does not understand',
      { status: 422, message: 'Validation Failed' },
      'refused',
      /GitHub refused .*: Validation Failed\./,
    ],
  ];
  for (const [name, { status, message, headers }, problem, words] of cases) {
    it(name, async () => {
      hub.fault = () => ({
        status,
        body: { message, documentation_url: 'https://docs.github.com', ...(status === 422 ? { errors: [] } : {}) },
        ...(headers === undefined ? {} : { headers }),
      });
      const error = await refusalOf(client().openPullRequest(request()));
      assert.equal(error.problem, problem);
      assert.match(error.message, words);
    });
  }

  it('nobody signed in, and no connection', async () => {
    assert.match(
      (await refusalOf(client({ token: () => Promise.resolve(undefined) }).openPullRequest(request()))).message,
      /Nobody is signed in/,
    );
    assert.equal((await refusalOf(client({ apiUrl: 'http://127.0.0.1:9' }).openPullRequest(request()))).problem, 'unreachable');
  });

  it('reading is tried twice where a gateway has trouble, writing is not', async () => {
    let faults = 0;
    hub.fault = (method) =>
      method === 'GET' && faults++ === 0 ? { status: 503, body: { message: 'Service Unavailable' } } : undefined;
    assert.equal((await client().openPullRequest(request())).outcome, 'opened');
    hub.fault = (method) => (method === 'PATCH' ? { status: 503, body: { message: 'Service Unavailable' } } : undefined);
    hub.requests.length = 0;
    await refusalOf(client().openPullRequest(request({ text: text('x') })));
    assert.equal(hub.requests.filter(({ method }) => method === 'PATCH').length, 1);
  });

  it('a slow answer can be cancelled', async () => {
    hub.fault = () => ({ status: 200, body: [], delayMilliseconds: 20_000 });
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(new Error('cancelled')), 50);
    const started = performance.now();
    await assert.rejects(client().openPullRequest(request(), cancel.signal), /cancelled/);
    assert.ok(performance.now() - started < 2000);
  });
});

describe('The API', () => {
  it('of an enterprise server is found by its host', () => {
    assert.deepEqual(['github.com', 'acme.ghe.com', 'git.acme.example'].map(apiUrlOf), [
      'https://api.github.com',
      'https://api.acme.ghe.com',
      'https://git.acme.example/api/v3',
    ]);
  });
  it('is asked through the fetch that is given', async () => {
    const addresses: string[] = [];
    const own: typeof fetch = (input, init) => {
      addresses.push(input instanceof Request ? input.url : input.toString());
      return fetch(input, init);
    };
    await client({ fetch: own }).pullRequestsOf(branch, undefined);
    assert.equal(addresses.length, 2);
  });
  it('leaves no token in the log', () => {
    assert.ok(logged.length > 20);
    assert.doesNotMatch(logged.join('\n'), /ghp_|authorization/i);
  });
});
