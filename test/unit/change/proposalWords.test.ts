import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProposalFacts } from '../../../src/core/change/proposalWords.ts';
import { proposalLines, proposalSummary } from '../../../src/core/change/proposalWords.ts';

const ready: ProposalFacts = {
  isDraft: false,
  base: 'main',
  mergeable: 'yes',
  isAutoMergeOn: false,
  reviews: { approved: [], changesRequested: [], requested: [] },
  checks: { passed: [], failed: [], pending: [] },
};
const words = (facts: Partial<ProposalFacts>) => {
  const all = { ...ready, ...facts };
  return [proposalSummary(all).text, ...proposalLines(all).map(({ tone, text }) => `${tone}: ${text}`)];
};

describe('A pull request in words', () => {
  it('is ready where nothing is in the way', () =>
    assert.deepEqual(words({}), ['ready to merge', 'ready: can be merged into main']));
  it('says first what fails, then what is waited for', () => {
    const checks = { passed: ['lint'], failed: [], pending: ['build'] };
    const reviews = { approved: [], changesRequested: ['tom'], requested: [] };
    assert.deepEqual(words({ checks }), [
      '1 of 2 checks passed',
      'waiting: 1 of 2 checks passed',
      'ready: can be merged into main',
    ]);
    assert.equal(words({ checks, reviews })[0], 'tom wants changes');
    assert.equal(words({ checks: { ...checks, failed: ['a', 'b'] }, reviews })[0], '2 checks failed: a and b');
  });
  it('tells a draft, a conflict, and a merge that GitHub does by itself', () => {
    assert.equal(words({ isDraft: true, mergeable: 'blocked' })[0], 'is a draft');
    assert.equal(words({ mergeable: 'conflict' })[0], 'conflicts with main');
    assert.equal(words({ mergeable: 'behind' })[0], 'is behind main');
    assert.equal(words({ mergeable: 'blocked' })[0], 'may not be merged yet');
    assert.equal(words({ mergeable: 'blocked', isAutoMergeOn: true })[0], 'merges by itself when it may');
    assert.equal(words({ mergeable: 'unknown' })[0], 'GitHub still computes whether it can be merged');
  });
  it('says who approved, and for whom it waits', () => {
    const reviews = { approved: ['tom', 'eva'], changesRequested: [], requested: ['ben'] };
    assert.equal(words({ reviews })[1], 'ready: approved by tom and eva');
    assert.equal(words({ reviews: { ...reviews, approved: [] } })[0], 'waits for ben to review');
  });
});
