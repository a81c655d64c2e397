/** What the repository knows of image automation: policies and automations as they are rendered. */
import { renderedAutomationObjects } from '../inventory/imageAutomation.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { textAt } from '../yaml/node.ts';
import { directoryOf } from '../flux/objects.ts';
import type { SetterMarker } from '../flux/setters.ts';
import { settersIn } from '../flux/setters.ts';
import { perFile } from './memo.ts';

export interface AutomationObjects {
  readonly policies: readonly PolicyName[];
  readonly automations: readonly Automation[];
  /** False where names or namespaces of policies are only known in the cluster. */
  readonly isComplete: boolean;
}

interface PolicyName {
  readonly namespace: string;
  readonly name: string;
}

interface Automation extends PolicyName {
  /** `spec.update.path` as written. */
  readonly path: string;
  readonly directory: string;
}

const known = new WeakMap<GitOpsRepository, AutomationObjects>();

export function automationObjects(repository: GitOpsRepository): AutomationObjects {
  let objects = known.get(repository);
  if (objects === undefined) known.set(repository, (objects = collect(repository)));
  return objects;
}

function collect(repository: GitOpsRepository): AutomationObjects {
  const objects = [...renderedAutomationObjects(repository)];
  const policies = objects.filter(({ kind }) => kind === 'ImagePolicy').map(({ namespace, name }) => ({ namespace, name }));
  const automations = objects
    .filter(({ kind }) => kind === 'ImageUpdateAutomation')
    .map(({ namespace, name, tree }) => {
      const path = textAt(tree, 'spec', 'update', 'path');
      return { namespace, name, path, directory: directoryOf(path) };
    });
  return {
    policies,
    automations,
    isComplete: policies.every(({ namespace, name }) => namespace !== '' && !`${namespace}${name}`.includes('$')),
  };
}

/** All markers of the repository, with the comments that Flux reads. */
export const setterMarkers: (repository: GitOpsRepository) => readonly SetterMarker[] = perFile((file) =>
  settersIn(file).flatMap((marker) => asComment(file.text, marker)),
);

/** A comment starts at the first # of its line: one in front of the value makes a comment of all of it, one behind it belongs to the marker's. */
function asComment(text: string, marker: SetterMarker): SetterMarker[] {
  const { start, target, block } = marker;
  const lineStart = text.lastIndexOf('\n', start) + 1;
  if (/^[ \t]*#/.test(text.slice(lineStart, start))) return [];
  if (block !== undefined) return [marker];
  const from = Math.max(lineStart, target?.value.kind === 'scalar' ? target.value.end : lineStart);
  const first = /(?:^|[ \t])#/.exec(text.slice(from, start));
  return first === null ? [marker] : [{ ...marker, start: from + first.index + first[0].length - 1, policy: undefined }];
}

/** Automations that write the policies of a namespace. */
export function automationsOf({ automations }: AutomationObjects, namespace: string): readonly Automation[] {
  return automations.filter((automation) => automation.namespace === namespace);
}

export function isBelow(file: string, directory: string): boolean {
  return directory === '.' || file.startsWith(`${directory}/`);
}
