/** A GitHub Actions workflow: its jobs, their steps, and what their expressions read. */
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';
import { isMapping, isScalar, isSequence } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { RepositoryFile } from '../repository/files.ts';
import { groupBy } from '../text/groupBy.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, itemsAt, textAt } from '../yaml/node.ts';
import type { ContextRead } from './contextReads.ts';
import { readsOf } from './contextReads.ts';
import { readWorkflowTemplate } from './template.ts';

export interface Workflow {
  readonly file: string;
  readonly root: MapNode;
  /** Whether other workflows can call it. */
  readonly isReusable: boolean;
  /** By id in lower case, for the names of contexts have no case. */
  readonly jobs: ReadonlyMap<string, Job>;
  /** Every scalar that is no key, with what its expressions read. */
  readonly values: readonly WorkflowValue[];
}

export interface Job {
  readonly id: string;
  readonly key: ScalarNode;
  readonly node: MapNode;
  /** Ids of the jobs whose results it can read. */
  readonly needs: readonly string[];
  readonly steps: readonly Step[];
  /** Those that have ids, by id in lower case: one each, or GitHub refuses the file when it runs. */
  readonly stepsById: ReadonlyMap<string, readonly Step[]>;
}

export interface Step {
  /** '' where it has none. */
  readonly id: string;
  readonly node: MapNode;
  /** Of its script: its own, that of its job or that of the workflow; '' where none is named. */
  readonly shell: string;
}

export interface WorkflowValue {
  /** From the top of the file to the value; items of lists by their position. */
  readonly keys: readonly string[];
  readonly scalar: ScalarNode;
  /** The job and the step that it belongs to. */
  readonly job: Job | undefined;
  readonly step: Step | undefined;
  readonly reads: readonly ContextRead[];
}

/** Names that a job or a workflow declares as its outputs, by name in lower case. */
export type OutputKeys = ReadonlyMap<string, MapEntry>;

/** True for the files in which GitHub looks for workflows. */
export function isWorkflowPath(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** undefined where GitHub would refuse the file, or where it is more than one document. Never throws. */
export function parseWorkflow({ path, text, documents }: RepositoryFile): Workflow | undefined {
  const [document] = documents;
  // Our own parser refuses nesting and aliases that would keep the other one busy for minutes.
  if (document === undefined || documents.length > 1 || document.problem !== undefined || document.root?.kind !== 'map')
    return undefined;
  const template = readWorkflowTemplate(path, text);
  if (template === undefined) return undefined;
  const { root } = document;
  const jobs = jobsOf(root);
  const values: WorkflowValue[] = [];
  const isSound = collectValues(template, root, { text, jobs, values }, [], undefined, undefined);
  return isSound ? { file: path, root, isReusable: isCallable(get(root, 'on')), jobs, values } : undefined;
}

/** The outputs that a mapping declares under `outputs`; undefined where a key of them is an expression. */
export function outputKeys(node: YamlNode | undefined): OutputKeys | undefined {
  const outputs = get(node, 'outputs');
  const entries = outputs?.kind === 'map' ? [...outputs.entries.values()] : [];
  if (entries.some(({ key }) => key.text.includes('${{'))) return undefined;
  return new Map(entries.map((entry) => [entry.key.text.toLowerCase(), entry]));
}

/** The outputs that a workflow hands to its callers. */
export function workflowOutputKeys({ root }: Workflow): OutputKeys | undefined {
  return outputKeys(getIn(root, 'on', 'workflow_call'));
}

function isCallable(on: YamlNode | undefined): boolean {
  switch (on?.kind) {
    case 'scalar':
      return on.text === 'workflow_call';
    case 'sequence':
      return on.items.some((item) => item.kind === 'scalar' && item.text === 'workflow_call');
    case 'map':
      return on.entries.has('workflow_call');
    default:
      return false;
  }
}

function jobsOf(root: MapNode): Map<string, Job> {
  const found = new Map<string, Job>();
  const jobs = get(root, 'jobs');
  if (jobs?.kind !== 'map') return found;
  for (const [id, { key, value }] of jobs.entries) {
    if (value.kind !== 'map') continue;
    const needs = get(value, 'needs');
    const names = needs?.kind === 'sequence' ? needs.items : needs === undefined ? [] : [needs];
    const shell = textAt(value, 'defaults', 'run', 'shell') || textAt(root, 'defaults', 'run', 'shell');
    const steps = itemsAt(value, 'steps').flatMap((step): Step[] =>
      step.kind === 'map' ? [{ id: textAt(step, 'id'), node: step, shell: textAt(step, 'shell') || shell }] : [],
    );
    found.set(id.toLowerCase(), {
      id,
      key,
      node: value,
      needs: names.flatMap((name) => (name.kind === 'scalar' ? name.text : [])),
      steps,
      stepsById: groupBy(
        steps.filter((step) => step.id !== ''),
        (step) => step.id.toLowerCase(),
      ),
    });
  }
  return found;
}

interface Reading {
  readonly text: string;
  readonly jobs: ReadonlyMap<string, Job>;
  readonly values: WorkflowValue[];
}

/**
 * Walks the two trees of a file side by side: GitHub's knows the expressions, ours knows the places. What is only in one of them is passed over. False
 * where an expression does not parse.
 */
function collectValues(
  token: TemplateToken,
  node: YamlNode,
  reading: Reading,
  keys: readonly string[],
  job: Job | undefined,
  step: Step | undefined,
): boolean {
  if (isMapping(token)) {
    if (node.kind !== 'map') return true;
    for (const pair of token) {
      const name = String(pair.key);
      const value = node.entries.get(name)?.value;
      const own = keys.length === 1 && keys[0] === 'jobs' ? reading.jobs.get(name.toLowerCase()) : job;
      if (value !== undefined && !collectValues(pair.value, value, reading, [...keys, name], own, step)) return false;
    }
  } else if (isSequence(token)) {
    if (node.kind !== 'sequence') return true;
    const isSteps = keys.length === 3 && keys[2] === 'steps';
    let index = 0;
    for (const item of token) {
      const value = node.items[index];
      const own = isSteps ? job?.steps[index] : step;
      if (value !== undefined && !collectValues(item, value, reading, [...keys, String(index)], job, own)) return false;
      index++;
    }
  } else if (isScalar(token) && node.kind === 'scalar') {
    const isCondition = keys.at(-1) === 'if' && (keys.length === 3 || (keys.length === 5 && step !== undefined));
    const reads = readsOf(reading.text, node, token, isCondition);
    if (reads === undefined) return false;
    reading.values.push({ keys, scalar: node, job, step, reads });
  }
  return true;
}
