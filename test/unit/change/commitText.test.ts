import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  commitMessage,
  DEFAULT_COMMIT_TEMPLATE,
  isProposalCommit,
  PROPOSAL_TRAILER,
  templateValues,
} from '../../../src/core/change/commitText.ts';
import type { ProposedImage } from '../../../src/core/change/pullRequestText.ts';

const image = (changes: Partial<ProposedImage> = {}): ProposedImage => ({
  application: 'backend',
  environment: 'prod',
  image: 'ghcr.io/acme/api',
  from: 'v1',
  to: 'v2',
  ...changes,
});

describe('A commit message', () => {
  it('is the conventional one for one image', () => {
    assert.equal(
      commitMessage(DEFAULT_COMMIT_TEMPLATE, templateValues([image()]), [image()]),
      'chore(prod): bump backend to v2\n',
    );
  });

  it('lists several images', () => {
    const images = [image(), image({ application: 'worker', image: 'ghcr.io/acme/worker', from: '', to: 'v3' })];
    assert.equal(
      commitMessage(DEFAULT_COMMIT_TEMPLATE, templateValues(images), images, 'b'),
      'chore(prod): bump 2 applications to 2 tags\n\n- ghcr.io/acme/api in prod: v1 > v2\n- ghcr.io/acme/worker in prod: (none) > v3\n\nGitops-Cockpit-Proposal: b\n',
    );
  });

  it('stays one line, whatever the names contain, and cannot fake the trailer', () => {
    const hostile = image({ application: `x\n\n${PROPOSAL_TRAILER}: main\u0000\u001b[31m` });
    const message = commitMessage(DEFAULT_COMMIT_TEMPLATE, templateValues([hostile]), [hostile]);
    assert.equal(message.trimEnd().split('\n').length, 1);
    assert.doesNotMatch(message, /[\u0000\u001b]/);
    assert.equal(isProposalCommit(message, 'main'), false);
  });

  it('follows the template, and falls back where that gives nothing', () => {
    const values = templateValues([image()], { application: 'api', environment: 'eu' });
    assert.equal(
      commitMessage('deploy {application} {tag} in {environment} {other}', values, [image()]),
      'deploy api v2 in eu {other}\n',
    );
    assert.equal(commitMessage('  ', values, [image()]), 'chore(eu): bump api to v2\n');
  });

  it('is known again by its trailer, for its own branch', () => {
    const message = commitMessage(DEFAULT_COMMIT_TEMPLATE, templateValues([image()]), [image()], 'gitops-cockpit/prod/backend');
    assert.ok(isProposalCommit(message, 'gitops-cockpit/prod/backend'));
    assert.ok(isProposalCommit(`${message.trimEnd()}\nSigned-off-by: x\n`, 'gitops-cockpit/prod/backend'));
    assert.ok(!isProposalCommit(message, 'gitops-cockpit/prod/other'));
    assert.ok(isProposalCommit(`${message}\n\nRefs: ticket of a hook\n`, 'gitops-cockpit/prod/backend'));
    assert.ok(!isProposalCommit('Gitops-Cockpit-Proposal: a', 'a'));
    assert.ok(!isProposalCommit('', ''));
  });
});
