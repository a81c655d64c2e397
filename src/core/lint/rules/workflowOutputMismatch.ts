/** 36 `workflow-output-mismatch`: an output that nobody declares is an empty text (docs.github.com, "Contexts": what does not exist is an empty string). */
import type { KnownOutput, KnownOutputs } from '../../githubActions/declaredOutputs.ts';
import { outputsOfJob, outputsOfStep } from '../../githubActions/declaredOutputs.ts';
import type { OutputRead } from '../../githubActions/outputReads.ts';
import { outputReadsIn } from '../../githubActions/outputReads.ts';
import type { ReadName } from '../../githubActions/contextReads.ts';
import type { Job, Workflow, WorkflowValue } from '../../githubActions/workflow.ts';
import { byLikeness, likeness } from '../../text/likeness.ts';
import { listed } from '../../text/listed.ts';
import type { ScalarNode } from '../../yaml/node.ts';
import { scalarAt, textAt } from '../../yaml/node.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import type { Finding, RelatedPlace } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { WorkflowAt } from '../workflowFiles.ts';
import { workflowsByPath, workflowsWith } from '../workflowFiles.ts';

export const workflowOutputMismatch: Rule = {
  code: 'workflow-output-mismatch',
  severity: 'error',
  summary: 'A workflow reads an output that does not exist, which is an empty text.',
  *check({ repository }) {
    const called = workflowsByPath(repository);
    for (const workflow of workflowsWith(repository, /\boutputs\b/i)) {
      // An alias brings the same text to several places.
      const seen = new Set<number>();
      for (const read of outputReadsIn(workflow)) {
        const { start } = read.read.range;
        const found = seen.has(start) ? undefined : mismatch(workflow, read, called);
        if (found === undefined) continue;
        seen.add(start);
        yield found;
      }
    }
  },
};

function mismatch(workflow: Workflow, read: OutputRead, called: WorkflowAt): Finding | undefined {
  const { job } = read.value;
  const id = read.producer.text.toLowerCase();
  switch (read.context) {
    case 'steps': {
      if (job === undefined) return undefined;
      const [step, ...others] = job.stepsById.get(id) ?? [];
      if (step === undefined) return strangeStep(workflow, read, job);
      if (others.length > 0) return undefined;
      const action = textAt(step.node, 'uses').split('@')[0] ?? '';
      const who = action === '' ? `Step ${step.id}` : `Step ${step.id} (${action})`;
      return undeclared(workflow, read, who, outputsOfStep(step), scalarAt(step.node, 'id'));
    }
    case 'needs': {
      const producer = workflow.jobs.get(id);
      if (job === undefined) return undefined;
      if (!job.needs.some((name) => name.toLowerCase() === id)) return notNeeded(workflow, read, job, producer);
      return producer && undeclared(workflow, read, `Job ${producer.id}`, outputsOfJob(producer, called), producer.key);
    }
    case 'jobs': {
      const producer = workflow.jobs.get(id);
      if (producer === undefined) return strangeJob(workflow, read);
      return undeclared(workflow, read, `Job ${producer.id}`, outputsOfJob(producer, called), producer.key);
    }
  }
}

function undeclared(
  workflow: Workflow,
  read: OutputRead,
  who: string,
  outputs: KnownOutputs | undefined,
  at: ScalarNode | undefined,
): Finding | undefined {
  const wanted = read.output.text;
  if (outputs === undefined || outputs.has(wanted.toLowerCase())) return undefined;
  const names = byMeaning(read, [...outputs.values()]);
  const [first] = names;
  const hint =
    first === undefined ? 'it has none' : isNear(read, first.name) ? `the nearest is ${first.name}` : `it has ${listOf(names)}`;
  const related = first?.key ?? at;
  return {
    message: `${who} has no output "${wanted}", so ${emptied(read)} is empty: ${hint}.`,
    place: { file: workflow.file, ...read.read.range },
    related: related === undefined ? [] : [declaration(related, first?.key === undefined ? who : `its output ${first.name}`)],
    fixes: names.slice(0, MOST_FIXES).flatMap(({ name }) => renaming(workflow, read.output, name)),
  };
}

function strangeStep(workflow: Workflow, read: OutputRead, job: Job): Finding {
  const nearest = nearestId(
    read.producer.text,
    job.steps.flatMap(({ id }) => (id === '' ? [] : [id])),
  );
  const hint = nearest === undefined ? '' : `: the nearest is ${nearest}`;
  return {
    message: `No step of job ${job.id} has the id "${read.producer.text}", so ${emptied(read)} is empty${hint}.`,
    place: { file: workflow.file, ...read.read.range },
    fixes: nearest === undefined ? [] : renaming(workflow, read.producer, nearest),
  };
}

function notNeeded(workflow: Workflow, read: OutputRead, job: Job, producer: Job | undefined): Finding {
  const nearest = producer === undefined ? nearestId(read.producer.text, job.needs) : undefined;
  const hint = nearest === undefined ? '' : `: the nearest is ${nearest}`;
  return {
    message: `Job ${job.id} does not name ${read.producer.text} in its needs, so ${emptied(read)} is empty${hint}.`,
    place: { file: workflow.file, ...read.read.range },
    related: producer === undefined ? [] : [declaration(producer.key, `Job ${producer.id}`)],
    fixes: nearest === undefined ? [] : renaming(workflow, read.producer, nearest),
  };
}

function strangeJob(workflow: Workflow, read: OutputRead): Finding {
  const nearest = nearestId(
    read.producer.text,
    [...workflow.jobs.values()].map(({ id }) => id),
  );
  const hint = nearest === undefined ? '' : `: the nearest is ${nearest}`;
  return {
    message: `There is no job "${read.producer.text}" here, so ${emptied(read)} is empty${hint}.`,
    place: { file: workflow.file, ...read.read.range },
    fixes: nearest === undefined ? [] : renaming(workflow, read.producer, nearest),
  };
}

const MOST_FIXES = 3;
const MOST_LISTED = 5;
/** Comparing more of them takes too long, and nobody has so many. */
const MOST_NAMES = 100;
const NEAR = 0.6;

function isNear({ output }: OutputRead, name: string): boolean {
  return likeness(output.text, name) >= NEAR;
}

/** Names like the wanted one first. Where none is like it, that of the key that takes the value: `image: ${{ needs.build.outputs.app }}`. */
function byMeaning(read: OutputRead, outputs: readonly KnownOutput[]): KnownOutput[] {
  const sorted = byLikeness(
    read.output.text,
    outputs.slice(0, MOST_NAMES).map(({ name }) => name),
  ).flatMap((wanted) => outputs.find(({ name }) => name === wanted) ?? []);
  const [first] = sorted;
  if (first === undefined || isNear(read, first.name)) return sorted;
  const key = sinkOf(read.value)?.name ?? '';
  const meant = sorted.find(({ name }) => likeness(name, key) === 1);
  return meant === undefined ? sorted : [meant, ...sorted.filter((one) => one !== meant)];
}

function listOf(outputs: readonly KnownOutput[]): string {
  const names = outputs.map(({ name }) => name);
  const more = names.length - MOST_LISTED;
  return listed(more > 1 ? [...names.slice(0, MOST_LISTED), `${String(more)} more`] : names);
}

function nearestId(wanted: string, ids: readonly string[]): string | undefined {
  const [nearest] = byLikeness(wanted, ids.slice(0, MOST_NAMES));
  return nearest !== undefined && likeness(wanted, nearest) >= NEAR ? nearest : undefined;
}

/** In words, what has no text because of it. */
function emptied({ read, value }: OutputRead): string {
  const sink = read.isWhole ? sinkOf(value) : undefined;
  return sink === undefined ? 'this' : `the ${sink.kind} ${sink.name}`;
}

function sinkOf({ keys }: WorkflowValue): { readonly kind: string; readonly name: string } | undefined {
  const [name = '', around, ...others] = keys.toReversed();
  if (around === 'with') return { kind: 'input', name };
  if (around === 'env') return { kind: 'variable', name };
  if (around === 'outputs' && others.length === 2) return { kind: 'output', name };
  return name === 'value' && others[0] === 'outputs' ? { kind: 'output', name: around ?? '' } : undefined;
}

function declaration({ source: { file }, start, end }: ScalarNode, message: string): RelatedPlace {
  return { place: { file, start, end }, message };
}

/** Writes another name. Behind a dot it has to be an identifier. */
function renaming({ file }: Workflow, { range, isBracketed }: ReadName, name: string): Fix[] {
  const isWritable = isBracketed ? /^[^'"\\]*$/.test(name) : /^[A-Za-z_][\w-]*$/.test(name);
  if (range === undefined || !isWritable) return [];
  return [editFix('replace-output', `Use ${name}`, [{ type: 'replace', file, ...range, text: name }])];
}
