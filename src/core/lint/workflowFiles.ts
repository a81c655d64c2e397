/** The workflows of a repository, parsed once for each version of their files, and only where a rule may have something to say about them. */
import type { Workflow } from '../githubActions/workflow.ts';
import { isWorkflowPath, parseWorkflow } from '../githubActions/workflow.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { perFile } from './memo.ts';

export const workflowFiles = perFile((file): RepositoryFile[] => (isWorkflowPath(file.path) ? [file] : []));

/** Those whose text matches, without those that GitHub would refuse: what is wrong there is for others to say. */
export function workflowsWith(repository: GitOpsRepository, text: RegExp): Workflow[] {
  return workflowFiles(repository).flatMap((file) => (text.test(file.text) ? (workflowOf(file) ?? []) : []));
}

/** The workflow at a path; undefined where there is none that can be read. */
export type WorkflowAt = (path: string) => Workflow | undefined;

export function workflowsByPath(repository: GitOpsRepository): WorkflowAt {
  return (path) => {
    const file = isWorkflowPath(path) ? repository.file(path) : undefined;
    return file && workflowOf(file);
  };
}

const known = new WeakMap<RepositoryFile, { readonly workflow: Workflow | undefined }>();

function workflowOf(file: RepositoryFile): Workflow | undefined {
  let found = known.get(file);
  if (found === undefined) known.set(file, (found = { workflow: parseWorkflow(file) }));
  return found.workflow;
}
