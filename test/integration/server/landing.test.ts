// Changes that are landed through the server, as an editor asks for it: real git with a remote over HTTP, and the local GitHub.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { CancellationTokenSource, WorkDoneProgress } from 'vscode-languageserver-protocol/node';
import { bumpTargetsRequest, planBumpRequest } from '../../../src/protocol.ts';
import {
  deleteBranchRequest,
  mergedProposalsRequest,
  mergeQuestionRequest,
  mergeRequest,
  planRevertRequest,
  proposalsRequest,
  tagEditsRequest,
} from '../../../src/protocol/changes.ts';
import type { FetchAnswer, FetchParams } from '../../../src/protocol/client.ts';
import { fetchRequest, gitHubTokenRequest, summaryRequest } from '../../../src/protocol/client.ts';
import { mergedRolloutsRequest } from '../../../src/protocol/objects.ts';
import type { Landable, Proposed } from '../../../src/protocol/proposal.ts';
import { commitRequest, landingsRequest, proposeRequest } from '../../../src/protocol/proposal.ts';
import { GitHubDescription } from '../../support/github/description.ts';
import type { LocalGitHub } from '../../support/github/server.ts';
import { startLocalGitHub } from '../../support/github/server.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote, userState } from '../../support/localRemote.ts';
import { startRegistry } from '../../support/registry.ts';
import { branch, tagOf } from '../../support/proposals.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';

let description: GitHubDescription;
let remote: LocalRemote;
let hub: LocalGitHub;
let folder = '';
let clones = 0;
const file = () => join(folder, 'apps/prod/kustomization.yaml');

before(async () => {
  description = await GitHubDescription.load();
  remote = await startLocalRemote();
});
after(() => remote[Symbol.asyncDispose]());
beforeEach(async () => {
  hub = await startLocalGitHub(description, `${remote.root}/git`);
  hub.tokens[remoteToken] = { login: 'mira' };
  folder = await remote.clone(`clone-${String((clones += 1))}`);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  assert.deepEqual(hub.violations, []);
  for (const name of [branch, 'gitops-cockpit/dev/backend']) remote.git(remote.bare, 'update-ref', '-d', `refs/heads/${name}`);
});

interface Asked {
  readonly tokens: { host: string; mayAsk: boolean }[];
  readonly fetched: string[];
  readonly steps: string[];
  readonly messages: string[];
}

/** A client that is signed in, or not, and whose network has a GitHub. */
async function start(token: string | null = remoteToken, settings: object = {}): Promise<ServerProcess & { asked: Asked }> {
  const offers = { gitHubToken: true, fetch: true, summary: true };
  const server = await ServerProcess.indexed({
    folders: [folder],
    initializationOptions: { trusted: true, offers, settings: settings as never },
  });
  const asked: Asked = { tokens: [], fetched: [], steps: [], messages: [] };
  server.connection.onRequest(gitHubTokenRequest, (params) => {
    asked.tokens.push(params);
    return token;
  });
  server.connection.onRequest(fetchRequest, (params) => {
    asked.fetched.push(`${params.method} ${params.url}`);
    return localFetch(params);
  });
  server.connection.onProgress(WorkDoneProgress.type, 'token', (step) => {
    if (step.kind === 'report') asked.steps.push(step.message ?? '');
  });
  server.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
    asked.messages.push(message);
  });
  return Object.assign(server, { asked });
}

async function localFetch({ url, method, headers, body }: FetchParams): Promise<FetchAnswer> {
  const response = await fetch(url.replace('https://api.github.com', hub.apiUrl), { method, headers, body });
  const content = Buffer.from(await response.arrayBuffer()).toString('base64');
  return { status: response.status, headers: Object.fromEntries(response.headers), body: content };
}

async function plan(server: ServerProcess, tag: string, environment = 'prod'): Promise<Landable> {
  const targets = await server.connection.sendRequest(bumpTargetsRequest);
  const usage = targets.find((target) => target.application === 'backend' && target.environment === environment)?.usage ?? '';
  const planned = await server.connection.sendRequest(planBumpRequest, { usage, tag, mode: 'owner' });
  assert.ok(!('refusal' in planned));
  return { kind: 'plan', ...planned };
}

async function propose(server: ServerProcess, change: Landable): Promise<Proposed> {
  const done = await server.connection.sendRequest(proposeRequest, { change, workDoneToken: 'token' });
  assert.ok(!('refusal' in done), 'refusal' in done ? done.refusal : '');
  return done;
}

describe('The ways to land a change', () => {
  it('begin with the policy of the environment, and each says what it will do', async () => {
    await using server = await start();
    const choices = await server.connection.sendRequest(landingsRequest, await plan(server, 'backend-v0.0.6'));
    assert.deepEqual(
      choices.map(({ landing, branch: on, does, obstacle, careful }) => [landing, on, does, obstacle, careful]),
      [
        ['pullRequest', branch, `pushes ${branch} to origin`, '', ['prod']],
        ['edit', '', '', '', ['prod']],
        ['commit', 'main', 'these lines alone, and pushes nothing', '', ['prod']],
      ],
    );
    const inDev = await server.connection.sendRequest(landingsRequest, await plan(server, 'backend-v0.0.7', 'dev'));
    assert.deepEqual(
      inDev.map(({ landing }) => landing),
      ['edit', 'commit', 'pullRequest'],
    );
  });

  it('follow the settings of the repository, and those of the editor over them', async () => {
    writeFileSync(join(folder, '.gitops-cockpit.yaml'), 'environments:\n  policy: {dev: pullRequest, prod: commit}\n');
    await using server = await start(remoteToken, { environments: { policy: { prod: 'edit' } } });
    const first = async (environment: string, tag: string) =>
      (await server.connection.sendRequest(landingsRequest, await plan(server, tag, environment)))[0]?.landing;
    assert.deepEqual([await first('dev', 'backend-v0.0.7'), await first('prod', 'backend-v0.0.6')], ['pullRequest', 'edit']);
  });

  it('say why one of them is not possible here', async () => {
    remote.git(folder, 'remote', 'set-url', 'origin', 'https://gitlab.com/acme/app.git');
    remote.git(folder, 'checkout', '--quiet', '--detach');
    await using server = await start();
    const choices = await server.connection.sendRequest(landingsRequest, await plan(server, 'backend-v0.0.6'));
    assert.deepEqual(
      choices.map(({ landing, obstacle }) => [landing, obstacle]),
      [
        ['pullRequest', 'The remote "origin" is not on GitHub.'],
        ['edit', ''],
        ['commit', 'No branch is checked out, so a commit would be on none.'],
      ],
    );
  });

  it('are edits alone in a folder that is not trusted, where nothing else is done either', async () => {
    await using server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: false } });
    const change = await plan(server, 'backend-v0.0.6');
    const choices = await server.connection.sendRequest(landingsRequest, change);
    assert.deepEqual(
      choices.map(({ landing }) => landing),
      ['edit'],
    );
    for (const request of [commitRequest, proposeRequest] as const)
      assert.deepEqual(await server.connection.sendRequest(request as typeof commitRequest, { change, workDoneToken: 'token' }), {
        refusal: 'Nothing is committed or pushed in a folder that is not trusted. Trust it first.',
      });
  });
});

describe('A pull request through the server', () => {
  it('links what is new in the application, where its registry says what images are built from and may be asked', async () => {
    await using registry = await startRegistry();
    const name = `${registry.host}/acme/study-app-api`;
    const commits = { 'backend-v0.0.5': '5'.repeat(40), 'backend-v0.0.6': '6'.repeat(40) };
    for (const [tag, revision] of Object.entries(commits))
      await registry.push('acme/study-app-api', [tag], {
        platforms: ['linux/amd64'],
        labels: {
          'org.opencontainers.image.source': 'https://github.com/acme/study-app',
          'org.opencontainers.image.revision': revision,
        },
      });
    const main = remote.git(remote.bare, 'rev-parse', 'main');
    for (const path of ['apps/base/backend/deployment.yaml', 'apps/prod/kustomization.yaml', 'apps/dev/kustomization.yaml'])
      writeFileSync(join(folder, path), readFileSync(join(folder, path), 'utf8').replaceAll('ghcr.io/acme/study-app-api', name));
    remote.git(folder, 'commit', '--quiet', '--all', '--message', 'chore: a registry of our own');
    await remote.online(folder, 'push', '--quiet', 'origin', 'main');
    try {
      for (const [enabled, wanted] of [
        [false, /^(?![^]*What is new)/],
        [
          true,
          new RegExp(`What is new: <https://github\\.com/acme/study-app/compare/${'5'.repeat(40)}\\.\\.\\.${'6'.repeat(40)}>`),
        ],
      ] as const) {
        await using server = await start(remoteToken, { registry: { enabled } });
        await propose(server, await plan(server, 'backend-v0.0.6'));
        assert.match(hub.pulls[0]?.body ?? '', wanted);
        assert.equal(
          server.asked.fetched.some((asked) => asked.includes(registry.host)),
          enabled,
        );
      }
      await registry[Symbol.asyncDispose]();
      await using server = await start(remoteToken, { registry: { enabled: true } });
      await propose(server, await plan(server, 'backend-v0.0.6'));
      assert.doesNotMatch(hub.pulls[0]?.body ?? '', /What is new/, 'a registry that does not answer costs the link alone');
    } finally {
      remote.git(remote.bare, 'update-ref', 'refs/heads/main', main);
    }
  });

  it('is opened while files, index and branches stay as they are, and tells its steps', async () => {
    await using server = await start();
    const state = userState(folder);
    const done = await propose(server, await plan(server, 'backend-v0.0.6'));
    assert.deepEqual(done.pullRequest, { number: 12, url: hub.pulls[0] && done.pullRequest?.url, outcome: 'opened' });
    assert.deepEqual([done.branch, done.base], [branch, 'main']);
    assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
    assert.match(hub.pulls[0]?.body ?? '', /Rendered manifests/);
    assert.deepEqual(userState(folder), state);
    assert.deepEqual(server.asked.steps.at(0), 'Fetching from origin');
    assert.deepEqual(server.asked.steps.at(-1), 'Opening the pull request');
    // Two requests of GitHub: is there one, and open it. The person is asked at most once.
    assert.equal(server.asked.fetched.length, 2);
    assert.deepEqual([...new Set(server.asked.tokens.map(({ host }) => host))], ['github.com']);
    assert.deepEqual(
      server.asked.tokens.map(({ mayAsk }) => mayAsk),
      [true, false, false],
    );
    assert.ok(!JSON.stringify(server.asked.messages).includes(remoteToken));
  });

  it('has a summary only by the setting', async () => {
    for (const [summary, wanted] of [
      [false, /^<!-- .* -->\n\| Application/],
      [true, /^<!-- .* -->\n> One patch\./],
    ] as const) {
      await using server = await start(remoteToken, { pullRequest: { summary } });
      let asked = 0;
      server.connection.onRequest(summaryRequest, ({ prompt }) => {
        asked += 1;
        assert.match(prompt, /backend-v0\.0\.6/);
        return { text: 'One patch.' };
      });
      await propose(server, await plan(server, 'backend-v0.0.6'));
      assert.match(hub.pulls[0]?.body ?? '', wanted);
      assert.equal(asked, summary ? 1 : 0);
    }
  });

  it('takes the line alone from a file with other edits that are not saved, and updates the one that is open', async () => {
    await using server = await start();
    const text = readFileSync(file(), 'utf8');
    await server.openDocument(file(), text.replace('count: 2', 'count: 3'));
    await propose(server, await plan(server, 'backend-v0.0.6'));
    const shown = remote.git(remote.bare, 'diff', '--unified=0', 'main', branch);
    assert.deepEqual(
      shown.split('\n').filter((line) => /^[-+] /.test(line)),
      ['-    newTag: backend-v0.0.5', '+    newTag: backend-v0.0.6'],
    );
    const again = await propose(server, await plan(server, 'backend-v0.0.7'));
    assert.deepEqual([again.pullRequest?.number, again.pullRequest?.outcome, hub.pulls.length], [12, 'updated', 1]);
  });

  it('gives the compare page, with everything filled in, to those who are not signed in', async () => {
    await using server = await start(null);
    const done = await propose(server, await plan(server, 'backend-v0.0.6'));
    assert.equal(done.pullRequest, null);
    const page = new URL(done.comparePage);
    assert.equal(page.pathname, `/acme/study-app-gitops/compare/main...${branch}`);
    assert.equal(page.searchParams.get('title'), 'chore(prod): bump backend to backend-v0.0.6');
    assert.deepEqual(server.asked.fetched, []);
  });

  it('is refused where the file is another one now', async () => {
    await using server = await start();
    const change = await plan(server, 'backend-v0.0.6');
    await server.openDocument(file(), readFileSync(file(), 'utf8').replace('count: 2', 'count: 3'));
    assert.deepEqual(await server.connection.sendRequest(proposeRequest, { change, workDoneToken: 'token' }), {
      refusal: 'The files changed after this was planned. Nothing was changed. Plan it again.',
    });
    assert.equal(hub.pulls.length, 0);
  });

  it('is cancelled on the way, and leaves nothing behind', async () => {
    await using server = await start();
    const change = await plan(server, 'backend-v0.0.6');
    const state = userState(folder);
    const source = new CancellationTokenSource();
    remote.beforePush = () => {
      source.cancel();
      return undefined;
    };
    try {
      await assert.rejects(server.connection.sendRequest(proposeRequest, { change, workDoneToken: 'token' }, source.token), {
        code: -32800,
      });
    } finally {
      remote.beforePush = undefined;
    }
    assert.deepEqual(userState(folder), state);
    assert.equal(hub.pulls.length, 0);
    await propose(server, await plan(server, 'backend-v0.0.6'));
  });

  it('offers to sign in again where GitHub does not take the token', async () => {
    await using server = await start('ghp_outOfDate0123456789abcdefghijKLMNOPQR');
    const change = await plan(server, 'backend-v0.0.6');
    const done = await propose(server, change);
    assert.equal(done.pullRequest, null);
    assert.match(done.notes.join(' '), /GitHub no longer accepts your sign-in/);
    assert.ok(!JSON.stringify([done, server.asked.messages]).includes('outOfDate'));
  });
});

describe('A commit through the server', () => {
  it('is made on the branch that is checked out, with the lines alone', async () => {
    await using server = await start();
    const done = await server.connection.sendRequest(commitRequest, {
      change: await plan(server, 'backend-v0.0.6'),
      workDoneToken: 'token',
    });
    assert.ok(!('refusal' in done));
    assert.equal(done.branch, 'main');
    assert.equal(remote.git(folder, 'log', '-1', '--format=%s'), 'chore(prod): bump backend to backend-v0.0.6');
    assert.equal(remote.git(folder, 'status', '--porcelain'), '');
  });

  it('is refused where the file has edits that are not saved, and says so beforehand', async () => {
    await using server = await start();
    await server.openDocument(file(), readFileSync(file(), 'utf8').replace('count: 2', 'count: 3'));
    const change = await plan(server, 'backend-v0.0.6');
    const sentence = 'apps/prod/kustomization.yaml has edits that are not saved. Save or undo them, then commit.';
    const choices = await server.connection.sendRequest(landingsRequest, change);
    assert.equal(choices.find(({ landing }) => landing === 'commit')?.obstacle, sentence);
    const refused = await server.connection.sendRequest(commitRequest, { change, workDoneToken: 'token' });
    assert.deepEqual(refused, { refusal: sentence });
  });
});

describe('Tags that are not committed', () => {
  const edited = (text: string) => text.replace('backend-v0.0.5', 'backend-v0.0.6').replace('count: 2', 'count: 3');

  it('are listed, and one of them goes back without the other edits of its file', async () => {
    await using server = await start();
    assert.deepEqual(await server.connection.sendRequest(tagEditsRequest), []);
    const text = readFileSync(file(), 'utf8');
    await server.openDocument(file(), edited(text));
    const [row, ...others] = await server.connection.sendRequest(tagEditsRequest);
    assert.deepEqual(
      [row?.application, row?.environment, row?.from, row?.to],
      ['backend', 'prod', 'backend-v0.0.5', 'backend-v0.0.6'],
    );
    assert.deepEqual(others, []);
    const reverted = await server.connection.sendRequest(planRevertRequest, { edits: [row?.id ?? ''] });
    assert.ok(!('refusal' in reverted));
    assert.deepEqual(
      reverted.files.map(({ uri, edits }) => [uri, edits.map(({ newText }) => newText)]),
      [[uriOf(file()), ['    newTag: backend-v0.0.5\n']]],
    );
  });

  it('become a pull request that has nothing else of the file', async () => {
    await using server = await start();
    writeFileSync(file(), edited(readFileSync(file(), 'utf8')));
    await server.filesChanged(file());
    const [row] = await server.connection.sendRequest(tagEditsRequest);
    const state = userState(folder);
    await propose(server, { kind: 'edits', edits: [row?.id ?? ''] });
    assert.equal(tagOf(remote.bare, branch), 'backend-v0.0.6');
    assert.doesNotMatch(remote.git(remote.bare, 'show', `${branch}:apps/prod/kustomization.yaml`), /count: 3/);
    assert.deepEqual(userState(folder), state);
  });
});

describe('Pull requests that are open', () => {
  it('are listed with what matters most, and asked again they cost GitHub nothing', async () => {
    await using server = await start();
    await propose(server, await plan(server, 'backend-v0.0.6'));
    hub.checkRuns.push({ name: 'build', status: 'completed', conclusion: 'failure' });
    hub.pulls[0]?.reviews.push({ login: 'tom', state: 'APPROVED' });
    const { rows, cause } = await server.connection.sendRequest(proposalsRequest, { mayAsk: false });
    assert.equal(cause, null);
    assert.deepEqual(
      rows.map(({ number, title, summary, lines }) => [number, title, summary.text, lines.map(({ text }) => text)]),
      [
        [
          12,
          'chore(prod): bump backend to backend-v0.0.6',
          '1 check failed: build',
          ['1 check failed: build', 'approved by tom', 'can be merged into main'],
        ],
      ],
    );
    hub.requests.length = 0;
    await server.connection.sendRequest(proposalsRequest, { mayAsk: false });
    assert.deepEqual(
      hub.requests.map(({ status }) => status),
      [304, 304, 304, 304, 304],
    );
  });

  it('are not asked for while GitHub takes no requests', async () => {
    await using server = await start();
    const reset = String(Math.ceil(Date.now() / 1000) + 600);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    hub.fault = () => ({ status: 403, body: { message: 'API rate limit exceeded', documentation_url: '' }, headers });
    const first = await server.connection.sendRequest(proposalsRequest, { mayAsk: false });
    assert.equal(first.cause, 'unreachable');
    assert.match(first.message, /^GitHub takes no more requests from you until \d\d:\d\d\./);
    const count = hub.requests.length;
    assert.deepEqual(await server.connection.sendRequest(proposalsRequest, { mayAsk: false }), first);
    assert.equal(hub.requests.length, count);
  });

  it('say why there are none', async () => {
    const causeOf = async (server: ServerProcess) =>
      (await server.connection.sendRequest(proposalsRequest, { mayAsk: false })).cause;
    {
      await using server = await start(null);
      assert.equal(await causeOf(server), 'not-signed-in');
      assert.deepEqual(server.asked.tokens, [{ host: 'github.com', mayAsk: false }]);
    }
    remote.git(folder, 'remote', 'set-url', 'origin', 'https://gitlab.com/acme/app.git');
    await using server = await start();
    assert.equal(await causeOf(server), 'no-remote');
  });

  it('are merged after a question that knows the environments by the files, and the branch is deleted', async () => {
    await using server = await start();
    await propose(server, await plan(server, 'backend-v0.0.6'));
    const question = await server.connection.sendRequest(mergeQuestionRequest, { repository: folder, number: 12 });
    assert.ok(!('refusal' in question));
    assert.deepEqual(
      [question.base, question.branch, question.environments, question.methods],
      ['main', branch, ['prod'], ['merge', 'squash', 'rebase']],
    );
    const asked = { repository: folder, number: 12, head: question.head, method: 'squash' } as const;
    const moved = await server.connection.sendRequest(mergeRequest, { ...asked, head: '0'.repeat(40) });
    assert.deepEqual(moved, { refusal: 'Pull request #12 has changed since you looked at it. Look at it again, then merge.' });
    const merged = await server.connection.sendRequest(mergeRequest, asked);
    assert.ok(!('refusal' in merged));
    assert.equal(tagOf(remote.bare, 'main'), 'backend-v0.0.6');
    // What has to run is what its commit changed, which this clone gets without any of its refs changing.
    const state = userState(folder);
    const rollouts = await server.connection.sendRequest(mergedRolloutsRequest, {
      repository: folder,
      commit: merged.commit,
      base: 'main',
    });
    assert.ok(!('refusal' in rollouts), JSON.stringify(rollouts));
    assert.deepEqual(
      rollouts.map(({ version, environment, targets }) => [
        version,
        environment,
        targets.map(({ commit, branches, image, kustomization }) => [commit, branches, image, kustomization.name]),
      ]),
      [['backend-v0.0.6', 'prod', [[merged.commit, ['main'], 'ghcr.io/acme/study-app-api:backend-v0.0.6', 'apps-prod']]]],
    );
    assert.deepEqual(userState(folder), state);
    const lately = await server.connection.sendRequest(mergedProposalsRequest);
    assert.deepEqual(lately, [
      {
        number: 12,
        url: 'https://github.com/acme/study-app-gitops/pull/12',
        commit: merged.commit,
        base: 'main',
        repository: folder,
        label: 'backend in prod',
      },
    ]);
    hub.pulls[0]!.mergedAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
    assert.deepEqual(await server.connection.sendRequest(mergedProposalsRequest), []);
    const nowhere = { repository: folder, commit: 'f'.repeat(40), base: 'main' };
    const unknown = await server.connection.sendRequest(mergedRolloutsRequest, nowhere);
    assert.deepEqual(unknown, { refusal: 'main of the remote does not have the merged commit fffffff yet. Try again.' });
    const again = await server.connection.sendRequest(mergeQuestionRequest, { repository: folder, number: 12 });
    assert.deepEqual(again, { refusal: 'Pull request #12 is merged. Nothing is left to merge.' });
    await server.connection.sendRequest(deleteBranchRequest, { repository: folder, branch });
    assert.equal(remote.git(remote.bare, 'for-each-ref', `refs/heads/${branch}`), '');
  });
});
