/** Messages of commits that this product makes, and how it knows its own again. */
import type { TemplateValues } from '../git/branchName.ts';
import { fillTemplate } from '../git/branchName.ts';
import type { ProposedImage } from './pullRequestText.ts';

export const DEFAULT_COMMIT_TEMPLATE = 'chore({environment}): bump {application} to {tag}';

/** The trailer that marks a commit as made for a proposal. Its value is the branch, so that no other branch is taken for ours. */
export const PROPOSAL_TRAILER = 'Gitops-Cockpit-Proposal';

const MOST_LINES = 50;

/** First line from the template; where several images change, one line for each below. */
export function commitMessage(
  template: string,
  values: TemplateValues,
  images: readonly ProposedImage[],
  branch?: string,
): string {
  const subject =
    oneLine(fillTemplate(template, values, oneLine)) || oneLine(fillTemplate(DEFAULT_COMMIT_TEMPLATE, values, oneLine));
  const lines = images.map(({ image, environment, from, to }) =>
    oneLine(`${image} in ${environment}: ${from || '(none)'} > ${to}`),
  );
  const list = lines.length < 2 ? [] : [...lines.slice(0, MOST_LINES), ...(lines.length > MOST_LINES ? ['...'] : [])];
  const paragraphs = [
    subject,
    list.map((line) => `- ${line}`).join('\n'),
    branch === undefined ? '' : `${PROPOSAL_TRAILER}: ${branch}`,
  ];
  return `${paragraphs.filter((part) => part !== '').join('\n\n')}\n`;
}

/** True for a commit that was made for a proposal on this branch. Hooks may have written more below the trailer. */
export function isProposalCommit(message: string, branch: string): boolean {
  const [, ...paragraphs] = message.trim().split(/\n\s*\n/);
  return paragraphs.some((text) => text.split('\n').some((line) => line.trim() === `${PROPOSAL_TRAILER}: ${branch}`));
}

/** Values for the templates: names of one application and environment, else how many there are. */
export function templateValues(
  images: readonly ProposedImage[],
  named?: { application: string; environment: string },
): TemplateValues {
  const one = (values: readonly string[], many: string): string => {
    const unique = [...new Set(values.filter((value) => value !== ''))];
    return unique.length === 1 ? (unique[0] ?? '') : `${String(unique.length)} ${many}`;
  };
  return {
    application:
      named?.application ??
      one(
        images.map(({ application }) => application),
        'applications',
      ),
    environment:
      named?.environment ??
      one(
        images.map(({ environment }) => environment),
        'environments',
      ),
    tag: one(
      images.map(({ to }) => to),
      'tags',
    ),
  };
}

/** Text from files on one line, without control characters. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}
