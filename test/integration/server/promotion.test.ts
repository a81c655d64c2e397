import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bumpTargetsRequest } from '../../../src/protocol.ts';
import type { ChangePlan } from '../../../src/protocol.ts';
import {
  environmentCommitsRequest,
  environmentsRequest,
  planChangeRequest,
  previewIntendedRequest,
  promotionCandidatesRequest,
} from '../../../src/protocol/promotion.ts';
import type { IntendedChange, PromotionCandidates, PromotionScope } from '../../../src/protocol/promotion.ts';
import { timelineRequest } from '../../../src/protocol/timeline.ts';
import type { Timeline } from '../../../src/protocol/timeline.ts';
import { application, entry, imageUpdateAutomation, imagePolicy } from '../../support/environments.ts';
import { createSampleRepository, git } from '../../support/sampleRepository.ts';
import { ServerProcess, uriOf } from '../../support/serverProcess.ts';
import { GitHistory } from '../../support/gitHistory.ts';

const folder = createSampleRepository();
const prodFile = join(folder, 'apps/prod/kustomization.yaml');
const prodText = readFileSync(prodFile, 'utf8');
let server: ServerProcess;
before(async () => {
  server = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: true } });
});
after(async () => await server[Symbol.asyncDispose]());

const everything: PromotionScope = {
  repository: folder,
  from: 'dev',
  to: ['prod'],
  application: null,
  usage: null,
  commit: null,
};

async function candidatesOf(scope: PromotionScope): Promise<PromotionCandidates['candidates']> {
  const answer = await server.connection.sendRequest(promotionCandidatesRequest, scope);
  assert.ok('candidates' in answer, JSON.stringify(answer));
  return answer.candidates;
}

async function planOf(intended: IntendedChange, from = server): Promise<ChangePlan> {
  const plan = await from.connection.sendRequest(planChangeRequest, intended);
  assert.ok('files' in plan, JSON.stringify(plan));
  return plan;
}

async function usageIn(environment: string, from = server): Promise<string> {
  const targets = await from.connection.sendRequest(bumpTargetsRequest);
  return targets.find((target) => target.environment === environment && /backend|api/.test(target.application))?.usage ?? '';
}

test('environments come in the order in which a change moves through them', async () => {
  assert.deepEqual(await server.connection.sendRequest(environmentsRequest), [
    {
      repository: folder,
      name: '',
      environments: [
        { name: 'dev', applications: ['backend', 'flux-system', 'frontend'] },
        { name: 'prod', applications: ['backend', 'frontend'] },
      ],
    },
  ]);
});

test('candidates say what moves where, how it compares, and which are ticked', async () => {
  const found = await candidatesOf(everything);
  assert.deepEqual(
    found.map((candidate) => ({ ...candidate, id: '' })),
    [
      {
        id: '',
        application: 'backend',
        environment: 'prod',
        image: 'study-app-api',
        current: 'backend-v0.0.5',
        wanted: 'backend-v0.0.6',
        direction: 'newer',
        words: '1 patch newer',
        warnings: [],
        isTicked: true,
        obstacle: '',
      },
      {
        id: '',
        application: 'frontend',
        environment: 'prod',
        image: 'study-app-web',
        current: 'frontend-v0.2.0',
        wanted: 'frontend-v0.2.0',
        direction: 'same',
        words: '',
        warnings: [],
        isTicked: false,
        obstacle: 'It runs that already.',
      },
    ],
  );
  const back = await candidatesOf({ ...everything, from: 'prod', to: ['dev'], application: 'backend' });
  assert.deepEqual(
    back.map(({ direction, isTicked, warnings }) => [direction, isTicked, warnings]),
    [['older', false, ['This is a downgrade: backend-v0.0.5 is 1 patch older than backend-v0.0.6.']]],
  );
  const one = await candidatesOf({ ...everything, usage: await usageIn('prod') });
  assert.deepEqual(
    one.map((candidate) => candidate.application),
    ['backend'],
  );
});

test('a plan makes the ticked moves, fits the open document, and is previewed without being written', async () => {
  const candidates = (await candidatesOf(everything)).filter(({ isTicked }) => isTicked).map(({ id }) => id);
  const intended: IntendedChange = { kind: 'promotion', scope: everything, candidates };
  const text = `# a comment\n${prodText}`;
  await server.openDocument(prodFile, text);
  const plan = await planOf(intended);
  assert.equal(plan.title, 'Promote backend to prod');
  assert.deepEqual(
    plan.files.map(({ uri, version, textHash, edits }) => [uri, version, textHash, edits.map(({ newText }) => newText)]),
    [[uriOf(prodFile), 1, createHash('sha256').update(text).digest('hex'), ['backend-v0.0.6']]],
  );
  assert.match(plan.diff, /^-\s+newTag: backend-v0\.0\.5\n\+\s+newTag: backend-v0\.0\.6\n/m);
  assert.deepEqual(plan.changes, [{ application: 'backend', environment: 'prod', from: 'backend-v0.0.5', to: 'backend-v0.0.6' }]);
  assert.deepEqual(
    plan.roots.map(({ directory }) => directory),
    ['apps/prod'],
  );
  await server.closeDocument(prodFile);
  const preview = await server.connection.sendRequest(previewIntendedRequest, {
    intended,
    root: plan.roots[0]?.root ?? '',
    reveal: false,
  });
  assert.equal(preview.title, 'apps/prod: Promote backend to prod (2 images)');
  assert.match(preview.before, /study-app-api:backend-v0\.0\.5/);
  assert.match(preview.after, /study-app-api:backend-v0\.0\.6/);
  assert.equal(readFileSync(prodFile, 'utf8'), prodText);
});

test('a plan is refused where what runs has changed since the candidates were told', async () => {
  const candidates = (await candidatesOf(everything)).filter(({ isTicked }) => isTicked).map(({ id }) => id);
  await server.openDocument(prodFile, prodText.replace('backend-v0.0.5', 'backend-v0.0.4'));
  assert.deepEqual(await server.connection.sendRequest(planChangeRequest, { kind: 'promotion', scope: everything, candidates }), {
    refusal: 'What runs has changed meanwhile. Choose again what to promote.',
  });
  await server.closeDocument(prodFile);
});

test('what an environment ran in a commit can be promoted, and so can its commits be listed', async () => {
  const commits = await server.connection.sendRequest(environmentCommitsRequest, { repository: folder, environment: 'dev' });
  assert.ok(Array.isArray(commits), JSON.stringify(commits));
  assert.match(commits[0]?.subject ?? '', /^chore\(dev\): bump backend to backend-v0\.0\.6/);
  const earlier = commits.find(({ subject }) => subject.includes('backend-v0.0.4'))?.hash ?? '';
  const found = await candidatesOf({ ...everything, application: 'backend', commit: earlier });
  assert.deepEqual(
    found.map(({ wanted, direction }) => [wanted, direction]),
    [['backend-v0.0.4', 'older']],
  );
  assert.deepEqual(await server.connection.sendRequest(promotionCandidatesRequest, { ...everything, commit: 'nowhere' }), {
    refusal: 'There is no commit "nowhere" here. Name a branch, a tag or the hash of a commit.',
  });
});

test('an image goes back to what it ran before', async () => {
  const usage = await usageIn('prod');
  const timeline = await server.connection.sendRequest(timelineRequest, { usage, limit: 100, lead: false });
  assert.ok('runs' in timeline, JSON.stringify(timeline));
  const earlier = timeline.runs[1]?.version ?? '';
  const plan = await planOf({ kind: 'rollback', usage, version: earlier, automation: 'keep' });
  assert.equal(plan.title, `Roll back backend in prod to ${earlier}`);
  assert.deepEqual(
    plan.changes.map(({ environment, to }) => [environment, to]),
    [['prod', earlier]],
  );
  const refused = await server.connection.sendRequest(planChangeRequest, {
    kind: 'rollback',
    usage,
    version: 'backend-v0.0.5',
    automation: 'keep',
  });
  assert.deepEqual(refused, { refusal: 'prod runs backend-v0.0.5 already. Nothing has to change.' });
});

test('a rollback that image automation would undo pins the line, or suspends the automation, in the same change', async () => {
  using history = new GitHistory();
  const files = (tag: string) => ({
    ...application('api', 'acme/api', {
      prod: entry('acme/api', `newTag: ${tag} # {"$imagepolicy": "flux-system:api:tag"}`),
    }),
    'flux/policy.yaml': imagePolicy('api', 'acme/api', 'policy:', '  semver:', "    range: '>=0.0.0'"),
    'flux/automation.yaml': imageUpdateAutomation(
      'prod',
      './apps/api/prod',
      'sourceRef:',
      '  kind: GitRepository',
      '  name: flux-system',
    ),
    'flux/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [policy.yaml, automation.yaml]\n',
  });
  history.write(files('1.0.0')).commit('first').write(files('1.1.0')).commit('second');
  await using other = await ServerProcess.indexed({ folders: [history.folder], initializationOptions: { trusted: true } });
  const usage = await usageIn('prod', other);
  const timeline = (await other.connection.sendRequest(timelineRequest, { usage, limit: 100, lead: false })) as Timeline;
  assert.deepEqual(timeline.automation, { setter: 'flux-system:api:tag', automations: ['flux-system/prod'] });
  const rollback = { kind: 'rollback', usage, version: '1.0.0' } as const;
  const pinned = await planOf({ ...rollback, automation: 'pin' }, other);
  assert.match(pinned.diff, /^\+ {2}newTag: 1\.0\.0$/m);
  const suspended = await planOf({ ...rollback, automation: 'suspend' }, other);
  assert.deepEqual(suspended.files.map(({ uri }) => uri).sort(), [
    uriOf(join(history.folder, 'apps/api/prod/kustomization.yaml')),
    uriOf(join(history.folder, 'flux/automation.yaml')),
  ]);
  assert.match(suspended.diff, /^\+ {2}suspend: true$/m);
  const kept = await planOf({ ...rollback, automation: 'keep' }, other);
  assert.ok(
    kept.warnings.some((warning) => warning.includes('will set this back within a minute')),
    kept.warnings.join('\n'),
  );
});

test('rows say which application and environment they stand for', async () => {
  const scopes = async (groupBy: 'application' | 'environment') =>
    (await server.children({ groupBy })).map(({ scope: { application: app, environment } }) => [app, environment]);
  // Over JSON, what is undefined is not there.
  assert.deepEqual(await scopes('application'), [
    ['backend', undefined],
    ['flux-system', undefined],
    ['frontend', undefined],
  ]);
  assert.deepEqual(await scopes('environment'), [
    [undefined, 'dev'],
    [undefined, 'prod'],
  ]);
});

test('an untrusted folder is promoted without git, and git is not asked', async () => {
  const before = git(folder, ['rev-parse', 'HEAD']).trim();
  await using untrusted = await ServerProcess.indexed({ folders: [folder], initializationOptions: { trusted: false } });
  assert.ok('candidates' in (await untrusted.connection.sendRequest(promotionCandidatesRequest, everything)));
  assert.deepEqual(await untrusted.connection.sendRequest(promotionCandidatesRequest, { ...everything, commit: before }), {
    refusal: 'Git is not asked in a folder that is not trusted. Trust the folder first.',
  });
});

test('wrong parameters are told', async () => {
  const ask = async (method: string, params: unknown) => {
    try {
      return await server.connection.sendRequest(method, params);
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(
    await ask('gitopsCockpit/promotionCandidates', { ...everything, to: 'prod' }),
    'The parameter "to" has to be a list of texts.',
  );
  assert.equal(
    await ask('gitopsCockpit/planChange', { kind: 'bump' }),
    'The parameters have to be an object whose "kind" is one of promotion, rollback.',
  );
  assert.equal(
    await ask('gitopsCockpit/planChange', { kind: 'promotion', scope: { ...everything, from: 1 }, candidates: [] }),
    'The parameters have to be an object whose "scope" is an object whose "from" is a text.',
  );
  assert.equal(
    await ask('gitopsCockpit/timeline', { usage: '', limit: 0, lead: false }),
    'The parameter "limit" has to be a number above 0.',
  );
});
