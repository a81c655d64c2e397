/**
 * 37 `workflow-output-not-a-tag`: `tags` of docker/metadata-action is a list of full references, one a line (docker/metadata-action#140), and is used where one
 * tag is needed.
 */
import { isMetadataAction } from '../../githubActions/actionOutputs.ts';
import type { OutputRead } from '../../githubActions/outputReads.ts';
import { outputReadsIn } from '../../githubActions/outputReads.ts';
import type { Job, Step, Workflow } from '../../githubActions/workflow.ts';
import { textAt } from '../../yaml/node.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import type { ListUse } from '../listUses.ts';
import { mainUse, useOf } from '../listUses.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { WorkflowAt } from '../workflowFiles.ts';
import { workflowsByPath, workflowsWith } from '../workflowFiles.ts';

export const workflowOutputNotATag: Rule = {
  code: 'workflow-output-not-a-tag',
  severity: 'warning',
  summary: 'A list of image references is used as if it were one tag.',
  *check({ repository }) {
    const called = workflowsByPath(repository);
    for (const workflow of workflowsWith(repository, /docker\/metadata-action@/i)) yield* misuses(workflow, called);
  },
};

/** An output of docker/metadata-action that is a list, as a step or a job hands it on. */
interface TagList {
  readonly step: Step;
  readonly read: OutputRead;
  /** The reads of the job output that it becomes, and nothing else. */
  readonly readers: readonly OutputRead[];
}

function* misuses(workflow: Workflow, called: WorkflowAt): Iterable<Finding> {
  const seen = new Set<number>();
  for (const { step, read, readers } of tagLists(workflow)) {
    const own = wrongUse(step, useWithReaders(read, readers, called));
    const wrong = own === undefined ? readers.filter((reader) => wrongUse(step, useOf(reader, called)) !== undefined) : [read];
    for (const one of wrong) {
      if (seen.has(one.read.range.start)) continue;
      seen.add(one.read.range.start);
      yield finding(workflow, step, one);
    }
  }
}

function tagLists(workflow: Workflow): TagList[] {
  const reads = outputReadsIn(workflow);
  return reads.flatMap((read): TagList[] => {
    const { job } = read.value;
    if (job === undefined || read.context !== 'steps' || read.output.text.toLowerCase() !== 'tags') return [];
    const step = stepOf(job, read);
    if (step === undefined || !isMetadataAction(textAt(step.node, 'uses')) || !isListOfReferences(step)) return [];
    return [{ step, read, readers: readersOf(job, read, reads) }];
  });
}

function stepOf({ stepsById }: Job, { producer }: OutputRead): Step | undefined {
  return stepsById.get(producer.text.toLowerCase())?.[0];
}

/** Where other jobs and callers read the job output that a read is the value of. */
function readersOf(job: Job, { read, value: { keys } }: OutputRead, reads: readonly OutputRead[]): readonly OutputRead[] {
  const [, , around, name = ''] = keys;
  if (!read.isWhole || around !== 'outputs' || keys.length !== 4) return [];
  return reads.filter(
    ({ context, producer, output }) =>
      context !== 'steps' &&
      producer.text.toLowerCase() === job.id.toLowerCase() &&
      output.text.toLowerCase() === name.toLowerCase(),
  );
}

/** A job output with the name of a tag may still be used as a list by all that read it. */
function useWithReaders(read: OutputRead, readers: readonly OutputRead[], called: WorkflowAt): ListUse {
  const use = useOf(read, called);
  if (use !== 'one' || readers.length === 0) return use;
  const uses = mainUse(readers.map((reader) => useOf(reader, called)));
  return uses === 'none' ? use : uses;
}

/** With another separator somebody takes the list apart; without images the tags are bare ones. */
function isListOfReferences({ node }: Step): boolean {
  return textAt(node, 'with', 'sep-tags') === '' && textAt(node, 'with', 'images').trim() !== '';
}

/** A single full reference can go where something is only called a tag, but not where a bare tag is needed. */
function wrongUse(step: Step, use: ListUse): ListUse | undefined {
  if (use === 'tag') return use;
  return use === 'one' && !isSingle(step) ? use : undefined;
}

/** Whether there is one reference at most, whatever the event: one image, and one rule that does not bring `latest` along. */
function isSingle({ node }: Step): boolean {
  const lines = (key: string) =>
    textAt(node, 'with', key)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  const [tags, flavor] = [lines('tags'), lines('flavor')];
  if (lines('images').length !== 1 || tags.length !== 1 || flavor.some((line) => /latest=(?!false)/.test(line))) return false;
  // With `latest=auto`, rules for versions and Git tags bring `latest` along.
  const bringsLatest = /type=(?:semver|pep440|match)|type=ref,event=tag/.test(tags[0] ?? '');
  return !bringsLatest || flavor.some((line) => /latest=false/.test(line));
}

function finding(workflow: Workflow, step: Step, { read, output, context, producer, value }: OutputRead): Finding {
  const list =
    context === 'steps'
      ? `outputs.tags of docker/metadata-action`
      : `${context}.${producer.text}.outputs.${output.text}, made by docker/metadata-action,`;
  const [name = '', around] = value.keys.toReversed();
  const sink = read.isWhole && name !== 'run' ? (name === 'value' ? (around ?? name) : name) : undefined;
  const outcome = sink === undefined ? 'what stands here is no tag' : `${sink} is not one tag`;
  return {
    message: `${list} is a newline-separated list of full image references, so ${outcome}: outputs.version is.`,
    place: { file: workflow.file, ...read.range },
    fixes:
      context === 'steps'
        ? replacement(workflow, output, 'version', 'Use outputs.version')
        : handedOn(workflow, step, producer.text, output),
  };
}

/** Another job reads the version where its own job hands it on as well. */
function handedOn(workflow: Workflow, step: Step, job: string, output: OutputRead['output']): Fix[] {
  const version = outputReadsIn(workflow).find(
    (read) =>
      read.context === 'steps' &&
      read.read.isWhole &&
      read.output.text.toLowerCase() === 'version' &&
      read.value.keys.length === 4 &&
      read.value.keys[2] === 'outputs' &&
      read.value.job?.id.toLowerCase() === job.toLowerCase() &&
      stepOf(read.value.job, read) === step,
  );
  const name = version?.value.keys[3];
  return name === undefined ? [] : replacement(workflow, output, name, `Use outputs.${name}, which is the version`);
}

function replacement({ file }: Workflow, { range }: OutputRead['output'], text: string, title: string): Fix[] {
  return range === undefined ? [] : [editFix('use-version-output', title, [{ type: 'replace', file, ...range, text }])];
}
