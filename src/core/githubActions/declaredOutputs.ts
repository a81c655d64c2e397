/** The outputs that a step or a job has, where its files tell all of them. */
import type { ScalarNode } from '../yaml/node.ts';
import { textAt } from '../yaml/node.ts';
import { outputsOfAction } from './actionOutputs.ts';
import { outputsOfScript } from './scriptOutputs.ts';
import type { Job, OutputKeys, Step, Workflow } from './workflow.ts';
import { outputKeys, workflowOutputKeys } from './workflow.ts';

export interface KnownOutput {
  readonly name: string;
  /** The key that declares it; undefined for what an action or a script sets. */
  readonly key: ScalarNode | undefined;
}

/** By name in lower case: the names of contexts have no case. */
export type KnownOutputs = ReadonlyMap<string, KnownOutput>;

const known = new WeakMap<Step, { readonly outputs: KnownOutputs | undefined }>();

/** undefined where a step may set outputs that cannot be seen: in a program that it runs, or in an action that we do not know. */
export function outputsOfStep(step: Step): KnownOutputs | undefined {
  let found = known.get(step);
  if (found === undefined) {
    const names = namesOf(step);
    const outputs = names && new Map(names.map((name) => [name.toLowerCase(), { name, key: undefined }]));
    known.set(step, (found = { outputs }));
  }
  return found.outputs;
}

function namesOf({ node, shell }: Step): readonly string[] | undefined {
  if (node.entries.has('uses')) return outputsOfAction(textAt(node, 'uses'));
  // Without a name it is bash, or PowerShell on Windows, whose scripts name the file with the outputs in another way.
  return shell === '' || /^(?:ba)?sh(?:\s|$)/.test(shell) ? outputsOfScript(textAt(node, 'run')) : undefined;
}

/**
 * The outputs that jobs which need this one can read; undefined where they are not known. `called` gives the workflow of this repository that a job calls,
 * where there is one that can be read.
 */
export function outputsOfJob({ node }: Job, called: (path: string) => Workflow | undefined): KnownOutputs | undefined {
  const path = textAt(node, 'uses');
  if (path === '') return declared(outputKeys(node));
  const workflow = path.startsWith('./') ? called(path.slice(2)) : undefined;
  return workflow?.isReusable === true ? declared(workflowOutputKeys(workflow)) : undefined;
}

function declared(keys: OutputKeys | undefined): KnownOutputs | undefined {
  return keys && new Map([...keys].map(([name, { key }]) => [name, { name: key.text, key }]));
}
