/**
 * 38 `reusable-workflow-not-found`: a job calls a workflow of this repository that is not there, and GitHub refuses the file that calls it
 * (llm-d/llm-d-async#174). Files are looked up by their paths in the repository, which have slashes on every system (github/vscode-github-actions#68).
 */
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import { byLikeness, likeness } from '../../text/likeness.ts';
import type { ScalarNode } from '../../yaml/node.ts';
import { scalarAt } from '../../yaml/node.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { placeOf } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { workflowsWith } from '../workflowFiles.ts';

export const reusableWorkflowNotFound: Rule = {
  code: 'reusable-workflow-not-found',
  severity: 'error',
  summary: 'A job calls a workflow of this repository that does not exist.',
  *check({ repository }) {
    for (const { file, jobs } of workflowsWith(repository, /\.github[\\/]workflows[\\/]/)) {
      for (const { node } of jobs.values()) {
        const uses = scalarAt(node, 'uses');
        const found = uses && missing(repository, uses, file);
        if (found !== undefined) yield found;
      }
    }
  },
};

function missing(repository: GitOpsRepository, uses: ScalarNode, caller: string): Finding | undefined {
  const path = /^\.\/(\.github\/workflows\/[^@]*)$/.exec(uses.text)?.[1];
  if (path === undefined) return backslashed(repository, uses);
  if (repository.file(path) !== undefined) return undefined;
  const found = sibling(repository, path) ?? nearestPath(repository, path, caller);
  const outcome = `There is no ${path}, so GitHub runs no job of this workflow`;
  const place = placeOf(repository, uses);
  if (found === undefined) return { message: `${outcome}.`, place };
  const hint = `${stem(found) === stem(path) ? 'the file is called' : 'the nearest is'} ${nameOf(found)}`;
  return { message: `${outcome}: ${hint}.`, place, fixes: replacement(repository, uses, found) };
}

/** For GitHub a backslash is a letter like others, so that this is neither a path nor a repository. */
function backslashed(repository: GitOpsRepository, uses: ScalarNode): Finding | undefined {
  const path = /^\.\/(\.github\/workflows\/.*)$/.exec(uses.text.replaceAll('\\', '/'))?.[1];
  if (path === undefined || repository.file(path) === undefined) return undefined;
  return {
    message: `GitHub takes backslashes for letters, so it runs no job of this workflow: write the path with forward slashes, ./${path}.`,
    place: placeOf(repository, uses),
    fixes: replacement(repository, uses, path),
  };
}

function replacement(repository: GitOpsRepository, { source: { file }, start, end, text }: ScalarNode, path: string): Fix[] {
  // Of an alias or a text with escapes, what is written is not what is meant.
  if (repository.file(file)?.text.slice(start, end) !== text) return [];
  return [editFix('replace-path', `Use ./${path}`, [{ type: 'replace', file, start, end, text: `./${path}` }])];
}

/** The file with the other extension. */
function sibling(repository: GitOpsRepository, path: string): string | undefined {
  return ['.yaml', '.yml']
    .map((extension) => path.replace(/\.ya?ml$/, '') + extension)
    .find((other) => repository.file(other) !== undefined);
}

const NEAR = 0.6;

/** The workflow that can be called and whose name is most alike. */
function nearestPath(repository: GitOpsRepository, path: string, caller: string): string | undefined {
  const callable = workflowsWith(repository, /\bworkflow_call\b/).flatMap(({ file, isReusable }) =>
    isReusable && file !== caller ? [file] : [],
  );
  const [nearest] = byLikeness(stem(path), callable.map(stem));
  if (nearest === undefined || likeness(nearest, stem(path)) < NEAR) return undefined;
  return callable.find((other) => stem(other) === nearest);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function stem(path: string): string {
  return nameOf(path).replace(/\.ya?ml$/, '');
}
