// A GitHub on this machine: the part of its REST API that we use, checked against GitHub's own description request by request, over real bare
// repositories that are served by Git itself.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitHubDescription } from './description.ts';
import type { StoredPull } from './pullRequests.ts';
import { GitRepositories } from './pullRequests.ts';

export interface GitHubRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMilliseconds?: number;
}

/** Answers in place of GitHub's usual ones; undefined leaves it to the usual one. */
export type Fault = (method: string, path: string) => Answer | undefined;

type Template = Record<string, unknown>;
type Handler = (values: Readonly<Record<string, string>>, query: URLSearchParams, body: Template) => Answer;

export interface LocalGitHub extends AsyncDisposable {
  readonly apiUrl: string;
  /** All requests, in order; a 304 among them. */
  readonly requests: GitHubRequest[];
  /** What did not hold by GitHub's description. Tests assert that it is empty. */
  readonly violations: string[];
  readonly pulls: StoredPull[];
  readonly checkRuns: { name: string; status: string; conclusion: string | null }[];
  readonly statuses: { context: string; state: string }[];
  tokens: Record<string, { readonly login: string; readonly scopes?: string }>;
  fault: Fault | undefined;
  hasDrafts: boolean;
  hasAutoMerge: boolean;
  labels: readonly string[];
}

export async function startLocalGitHub(description: GitHubDescription, root: string): Promise<LocalGitHub> {
  const repositories = new GitRepositories(root);
  const state = {
    requests: [] as GitHubRequest[],
    violations: [] as string[],
    pulls: [] as StoredPull[],
    checkRuns: [] as LocalGitHub['checkRuns'],
    statuses: [] as LocalGitHub['statuses'],
    tokens: {} as LocalGitHub['tokens'],
    fault: undefined as Fault | undefined,
    hasDrafts: true,
    hasAutoMerge: true,
    labels: ['gitops'] as readonly string[],
  };

  const headOf = (pull: StoredPull): string =>
    (pull.lastHead =
      (pull.state === 'open' ? repositories.commit(headRepository(pull), pull.head.ref) : undefined) ?? pull.lastHead);
  const headRepository = (pull: StoredPull): string => `${pull.head.owner}/${pull.repository.split('/')[1] ?? ''}`;
  const user = (login: string): Template => ({ ...(description.example('pull-request') as { user: Template }).user, login });

  const rendered = (pull: StoredPull, example: string): Template => {
    const template = description.example(example) as Template | Template[];
    const value = (Array.isArray(template) ? template[0] : template) as Template & Record<'head' | 'base', Template>;
    const label = (value['labels'] as Template[])[0];
    const head = headOf(pull);
    const base = repositories.commit(pull.repository, pull.base) ?? '';
    const isConflict = repositories.mergeTree(pull.repository, base, head) === undefined;
    return {
      ...value,
      number: pull.number,
      node_id: `PR_${String(pull.number)}`,
      html_url: `https://github.com/${pull.repository}/pull/${String(pull.number)}`,
      title: pull.title,
      body: pull.body,
      draft: pull.draft,
      state: pull.state,
      head: {
        ...value.head,
        ref: pull.head.ref,
        label: `${pull.head.owner}:${pull.head.ref}`,
        sha: head,
        user: user(pull.head.owner),
      },
      base: { ...value.base, ref: pull.base, sha: base },
      labels: pull.labels.map((name) => ({ ...label, name })),
      requested_reviewers: pull.reviewers.map(user),
      requested_teams: [],
      auto_merge:
        pull.autoMerge === null
          ? null
          : { enabled_by: user('mira'), merge_method: pull.autoMerge, commit_title: '', commit_message: '' },
      merge_commit_sha: pull.mergeCommit,
      merged_at: pull.mergedAt,
      ...(example === 'pull-request'
        ? {
            merged: pull.merged,
            mergeable: pull.merged ? null : !isConflict,
            mergeable_state: isConflict ? 'dirty' : pull.draft ? 'draft' : 'clean',
          }
        : {}),
    };
  };
  const problem = (status: number, message: string, errors?: readonly Template[]): Answer => ({
    status,
    body: { message, documentation_url: 'https://docs.github.com/rest', ...(errors === undefined ? {} : { errors }) },
  });
  const find = (values: Readonly<Record<string, string>>): StoredPull | undefined =>
    state.pulls.find(({ number }) => number === Number(values['pull_number'] ?? values['issue_number']));
  const name = (values: Readonly<Record<string, string>>): string => `${values['owner'] ?? ''}/${values['repo'] ?? ''}`;

  const handlers: Readonly<Record<string, Handler>> = {
    // VS Code asks for it after a sign-in to GitHub Enterprise.
    'meta/get': () => ({ status: 200, body: { verifiable_password_authentication: false } }),
    'pulls/list': (values, query) => {
      const wanted = state.pulls.filter(
        (pull) =>
          pull.repository === name(values) &&
          (query.get('state') === 'all' || pull.state === (query.get('state') ?? 'open')) &&
          (query.get('head') === null || query.get('head') === `${pull.head.owner}:${pull.head.ref}`) &&
          (query.get('base') === null || query.get('base') === pull.base),
      );
      return { status: 200, body: wanted.map((pull) => rendered(pull, 'pull-request-simple-items')) };
    },
    'pulls/create': (values, _, body) => {
      const [ref = '', owner = values['owner'] ?? ''] = String(body['head']).split(':').reverse();
      const invalid = (message: string) =>
        problem(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
      if (body['draft'] === true && !state.hasDrafts)
        return problem(422, 'Draft pull requests are not supported in this repository.');
      const isOpen = state.pulls.some(
        (pull) =>
          pull.state === 'open' && pull.head.ref === ref && pull.head.owner === owner && pull.base === String(body['base']),
      );
      if (isOpen) return invalid(`A pull request already exists for ${owner}:${ref}.`);
      const head = repositories.commit(`${owner}/${values['repo'] ?? ''}`, ref);
      if (head === undefined)
        return problem(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
      if (head === repositories.commit(name(values), String(body['base'])))
        return invalid(`No commits between ${String(body['base'])} and ${ref}`);
      const pull: StoredPull = {
        number: 12 + state.pulls.length,
        repository: name(values),
        title: String(body['title']),
        body: textOf(body['body'], ''),
        draft: body['draft'] === true,
        head: { owner, ref },
        base: String(body['base']),
        state: 'open',
        merged: false,
        mergeCommit: null,
        mergedAt: null,
        labels: [],
        reviewers: [],
        teams: [],
        autoMerge: null,
        reviews: [],
        lastHead: head,
      };
      state.pulls.push(pull);
      return { status: 201, body: rendered(pull, 'pull-request') };
    },
    'pulls/update': (values, _, body) => {
      const pull = find(values);
      if (pull === undefined) return problem(404, 'Not Found');
      if (typeof body['title'] === 'string') pull.title = body['title'];
      if (typeof body['body'] === 'string') pull.body = body['body'];
      return { status: 200, body: rendered(pull, 'pull-request') };
    },
    'pulls/get': (values) => {
      const pull = find(values);
      return pull === undefined ? problem(404, 'Not Found') : { status: 200, body: rendered(pull, 'pull-request') };
    },
    'pulls/list-files': (values) => {
      const pull = find(values);
      if (pull === undefined) return problem(404, 'Not Found');
      const [file] = description.example('diff-entry-items') as Template[];
      const range = `${repositories.commit(pull.repository, pull.base) ?? ''}...${headOf(pull)}`;
      const paths = repositories.git(pull.repository, 'diff', '--name-only', range).split('\n');
      return { status: 200, body: paths.map((filename) => ({ ...file, filename })) };
    },
    'pulls/list-reviews': (values) => {
      const [review] = description.example('pull-request-review-items') as Template[];
      const reviews = find(values)?.reviews ?? [];
      return {
        status: 200,
        body: reviews.map(({ login, state: own }, id) => ({ ...review, id: id + 1, state: own, user: user(login) })),
      };
    },
    'pulls/request-reviewers': (values, _, body) => {
      const pull = find(values);
      if (pull === undefined) return problem(403, 'Forbidden');
      const people = (body['reviewers'] ?? []) as string[];
      if (people.includes('nobody')) return problem(422, 'Reviews may only be requested from collaborators.');
      pull.reviewers.push(...people);
      pull.teams.push(...((body['team_reviewers'] ?? []) as string[]));
      return { status: 201, body: rendered(pull, 'pull-request-review-request') };
    },
    'pulls/merge': (values, _, body) => {
      const pull = find(values);
      if (pull === undefined) return problem(404, 'Not Found');
      const head = headOf(pull);
      if (body['sha'] !== undefined && body['sha'] !== head)
        return problem(409, 'Head branch was modified. Review and try the merge again.');
      const base = repositories.commit(pull.repository, pull.base) ?? '';
      const isReady = !pull.draft && state.checkRuns.every(({ conclusion }) => conclusion === 'success');
      if (repositories.mergeTree(pull.repository, base, head) === undefined || !isReady)
        return problem(405, isReady ? 'Pull Request is not mergeable' : 'Required status check "build" is expected.');
      pull.mergeCommit = repositories.merge(
        pull,
        head,
        textOf(body['merge_method'], 'merge'),
        `${pull.title} (#${String(pull.number)})`,
      );
      Object.assign(pull, { state: 'closed', merged: true, mergedAt: new Date().toISOString() });
      return { status: 200, body: { sha: pull.mergeCommit, merged: true, message: 'Pull Request successfully merged' } };
    },
    'issues/add-labels': (values, _, body) => {
      const pull = find(values);
      if (pull === undefined) return problem(404, 'Not Found');
      const added = (body['labels'] ?? []) as string[];
      const unknown = added.find((label) => !state.labels.includes(label));
      if (unknown !== undefined)
        return problem(422, 'Validation Failed', [{ resource: 'Label', field: 'name', code: 'invalid' }]);
      pull.labels.push(...added);
      const [label] = description.example('label-items') as Template[];
      return { status: 200, body: pull.labels.map((own) => ({ ...label, name: own })) };
    },
    'checks/list-for-ref': () => {
      const { check_runs: [run] = [] } = description.example('check-run-paginated') as { check_runs?: Template[] };
      const runs = state.checkRuns.map((own, id) => ({ ...run, ...own, id: id + 1 }));
      return { status: 200, body: { total_count: runs.length, check_runs: runs } };
    },
    'repos/get-combined-status-for-ref': (values) => {
      const example = description.example('combined-commit-status') as Template & { statuses: Template[] };
      const statuses = state.statuses.map((own) => ({ ...example.statuses[0], ...own }));
      return { status: 200, body: { ...example, sha: values['ref'], statuses, total_count: statuses.length } };
    },
    'git/delete-ref': (values) => {
      const ref = (values['ref'] ?? '').replace(/^heads\//, '');
      if (repositories.commit(name(values), ref) === undefined) return problem(422, 'Reference does not exist');
      repositories.git(name(values), 'update-ref', '-d', `refs/heads/${ref}`);
      return { status: 204 };
    },
  };

  const graphql = (body: Template): Answer => {
    const { id, mergeMethod } = (body['variables'] ?? {}) as { id?: string; mergeMethod?: string };
    const pull = state.pulls.find(({ number }) => `PR_${String(number)}` === id);
    if (!String(body['query']).includes('enablePullRequestAutoMerge') || pull === undefined)
      return { status: 200, body: { errors: [{ message: 'Could not resolve to a node.' }] } };
    if (!state.hasAutoMerge)
      return {
        status: 200,
        body: {
          data: { enablePullRequestAutoMerge: null },
          errors: [{ message: 'Auto merge is not allowed for this repository' }],
        },
      };
    pull.autoMerge = String(mergeMethod).toLowerCase();
    return { status: 200, body: { data: { enablePullRequestAutoMerge: { clientMutationId: null } } } };
  };

  const answer = (request: IncomingMessage, url: URL, body: Template | undefined): Answer => {
    const method = request.method ?? 'GET';
    const violation = (text: string): void => void state.violations.push(`${method} ${url.pathname}: ${text}`);
    const [, token = ''] = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const known = state.tokens[token];
    const route = url.pathname === '/graphql' ? undefined : description.find(method, url.pathname);
    if (url.pathname !== '/graphql' && route === undefined) {
      violation('GitHub has no such operation');
      return problem(404, 'Not Found');
    }
    if (request.headers['user-agent'] === undefined) violation('GitHub refuses requests without a user agent');
    const wrong = route === undefined ? undefined : description.requestProblem(route.operation, url.searchParams, body);
    if (wrong !== undefined) violation(wrong);
    const usual = (): Answer => {
      if (known === undefined) return problem(401, 'Bad credentials');
      if (route === undefined) return graphql(body ?? {});
      const handler = handlers[route.operation.operationId];
      if (handler === undefined) throw new Error(`The local GitHub does not know ${route.operation.operationId}.`);
      return handler(route.values, url.searchParams, body ?? {});
    };
    const given = state.fault?.(method, url.pathname) ?? usual();
    const scopes = known?.scopes === undefined ? {} : { 'x-oauth-scopes': known.scopes };
    const result = { ...given, headers: { ...scopes, ...given.headers } };
    const problemOfAnswer =
      route === undefined ? undefined : description.responseProblem(route.operation, result.status, result.body);
    if (problemOfAnswer !== undefined) violation(`answers ${problemOfAnswer}`);
    return result;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const given = answer(request, url, text === '' ? undefined : (JSON.parse(text) as Template));
    if (given.delayMilliseconds !== undefined) await new Promise((resolve) => setTimeout(resolve, given.delayMilliseconds));
    const body = given.body === undefined ? '' : JSON.stringify(given.body);
    const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
    const isSame = request.method === 'GET' && given.status === 200 && request.headers['if-none-match'] === etag;
    const status = isSame ? 304 : given.status;
    state.requests.push({ method: request.method ?? '', path: url.pathname, status });
    const headers = request.method === 'GET' && given.status === 200 ? { etag } : {};
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers, ...given.headers });
    response.end(isSame || status === 204 ? undefined : body);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      state.violations.push(String(error));
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    apiUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
