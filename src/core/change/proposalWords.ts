/** How far a pull request is, in words. */
import { listedBriefly } from '../text/listed.ts';

/** What the words are made of; GitHub's own state of a pull request is one. */
export interface ProposalFacts {
  readonly isDraft: boolean;
  readonly base: string;
  readonly mergeable: 'yes' | 'conflict' | 'blocked' | 'behind' | 'unknown';
  readonly isAutoMergeOn: boolean;
  readonly reviews: {
    readonly approved: readonly string[];
    readonly changesRequested: readonly string[];
    readonly requested: readonly string[];
  };
  readonly checks: {
    readonly passed: readonly string[];
    readonly failed: readonly string[];
    readonly pending: readonly string[];
  };
}

export type ProposalTone = 'failed' | 'waiting' | 'ready';

export interface ProposalLine {
  readonly tone: ProposalTone;
  readonly text: string;
}

/** One line for checks, one for reviews, one for the merge; the first that fails says most. */
export function proposalLines(facts: ProposalFacts): ProposalLine[] {
  return [checksLine(facts.checks), reviewsLine(facts.reviews), mergeLine(facts)].filter((line) => line !== undefined);
}

/** What matters most: what fails, else what is waited for, else that it can be merged. */
export function proposalSummary(facts: ProposalFacts): ProposalLine {
  const lines = proposalLines(facts);
  const at = (tone: ProposalTone) => lines.find((line) => line.tone === tone);
  return at('failed') ?? at('waiting') ?? { tone: 'ready', text: 'ready to merge' };
}

function checksLine({ passed, failed, pending }: ProposalFacts['checks']): ProposalLine | undefined {
  const all = passed.length + failed.length + pending.length;
  if (all === 0) return undefined;
  if (failed.length > 0) return { tone: 'failed', text: `${count(failed.length, 'check')} failed: ${listedBriefly(failed)}` };
  if (pending.length > 0) return { tone: 'waiting', text: `${String(passed.length)} of ${count(all, 'check')} passed` };
  return { tone: 'ready', text: `${count(all, 'check')} passed` };
}

function reviewsLine({ approved, changesRequested, requested }: ProposalFacts['reviews']): ProposalLine | undefined {
  if (changesRequested.length > 0) return { tone: 'failed', text: `${listedBriefly(changesRequested)} wants changes` };
  if (approved.length > 0) return { tone: 'ready', text: `approved by ${listedBriefly(approved)}` };
  return requested.length > 0 ? { tone: 'waiting', text: `waits for ${listedBriefly(requested)} to review` } : undefined;
}

function mergeLine({ isDraft, mergeable, base, isAutoMergeOn }: ProposalFacts): ProposalLine {
  if (isDraft) return { tone: 'waiting', text: 'is a draft' };
  switch (mergeable) {
    case 'conflict':
      return { tone: 'failed', text: `conflicts with ${base}` };
    case 'behind':
      return { tone: 'waiting', text: `is behind ${base}` };
    case 'blocked':
      return { tone: 'waiting', text: isAutoMergeOn ? 'merges by itself when it may' : 'may not be merged yet' };
    case 'unknown':
      return { tone: 'waiting', text: 'GitHub still computes whether it can be merged' };
    case 'yes':
      return { tone: 'ready', text: `can be merged into ${base}` };
  }
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${String(number)} ${what}s`;
}
