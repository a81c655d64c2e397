/** Where a workflow reads outputs of its jobs and steps. */
import type { ContextRead, ReadName } from './contextReads.ts';
import type { Workflow, WorkflowValue } from './workflow.ts';

/** `needs.build.outputs.tag`, `steps.meta.outputs.tags`, or `jobs.build.outputs.tag` in what a workflow hands to its callers. */
export interface OutputRead {
  readonly context: 'needs' | 'steps' | 'jobs';
  /** Id of the job or step. */
  readonly producer: ReadName;
  readonly output: ReadName;
  readonly read: ContextRead;
  readonly value: WorkflowValue;
}

const known = new WeakMap<Workflow, readonly OutputRead[]>();

/** Where names are written out; `needs.*.outputs` and `needs[matrix.job].outputs` read what only the run knows. */
export function outputReadsIn(workflow: Workflow): readonly OutputRead[] {
  let found = known.get(workflow);
  if (found === undefined)
    known.set(workflow, (found = workflow.values.flatMap((value) => value.reads.flatMap((read) => outputRead(value, read)))));
  return found;
}

function outputRead(value: WorkflowValue, read: ContextRead): OutputRead[] {
  const [context, producer, outputs, output] = read.names;
  const name = context?.text.toLowerCase();
  if (name !== 'needs' && name !== 'steps' && name !== 'jobs') return [];
  if (producer === undefined || outputs?.text.toLowerCase() !== 'outputs' || output === undefined) return [];
  return [{ context: name, producer, output, read, value }];
}
