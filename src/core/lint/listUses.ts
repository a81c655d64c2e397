/** What a workflow does with a text that may be a list of image references: whether it needs a tag, or one text, or can do with a list. */
import type { ContextRead } from '../githubActions/contextReads.ts';
import type { Step, WorkflowValue } from '../githubActions/workflow.ts';
import { textAt } from '../yaml/node.ts';
import type { WorkflowAt } from './workflowFiles.ts';

/**
 * `tag`: a bare tag is needed, for it stands behind an image name or becomes a `newTag`. `one`: its name says that it is one tag. `any`: several are fine, or
 * it cannot be told. `none`: it is only shown to people.
 */
export type ListUse = 'tag' | 'one' | 'any' | 'none';

/** What becomes of what is read. `called` gives the workflow of this repository that a job calls. */
export function useOf({ read, value }: ValueRead, called: WorkflowAt): ListUse {
  if (read.isOperand) return 'any';
  const [key = '', around] = value.keys.toReversed();
  if (key === 'run' && value.step !== undefined) return useInScript(value.scalar.text, readPattern(read));
  if (isBehindImage(beforeRead(value, read))) return 'tag';
  if (!read.isWhole) return 'any';
  if (around === 'with' && isTagName(key)) return useOfInput(value, key, called);
  if (around === 'env' && isTagName(key) && /^\w+$/.test(key)) return useOfVariable(value, key);
  return isOutputOf(value) && isTagName(around === 'outputs' ? key : (around ?? '')) ? 'one' : 'any';
}

export interface ValueRead {
  readonly read: ContextRead;
  readonly value: WorkflowValue;
}

/** The use that decides among several: where one can do with a list, the others are for their authors to judge. */
export function mainUse(uses: readonly ListUse[]): ListUse {
  return (['any', 'tag', 'one'] as const).find((use) => uses.includes(use)) ?? 'none';
}

/** Names such as `tag`, `image_tag`, `IMAGE_TAG`, `newTag` and `version`, and none such as `tags`. */
function isTagName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const last = words.at(-1) ?? '';
  return /^(?:image|docker|container|new)?tag$/.test(last) || last === 'version' || (last === 'name' && words.at(-2) === 'tag');
}

function isOutputOf({ keys }: WorkflowValue): boolean {
  const isOfJob = keys.length === 4 && keys[0] === 'jobs' && keys[2] === 'outputs';
  return isOfJob || (keys[1] === 'workflow_call' && keys[2] === 'outputs' && keys[4] === 'value');
}

/** An input of a workflow here is what that workflow makes of it; of all others the name has to do. */
function useOfInput({ job, step }: WorkflowValue, input: string, called: WorkflowAt): ListUse {
  const path = step === undefined ? textAt(job?.node, 'uses') : '';
  const workflow = path.startsWith('./') ? called(path.slice(2)) : undefined;
  if (workflow === undefined) return 'one';
  const reads = workflow.values.flatMap((value) =>
    value.reads
      .filter(({ names: [context, name] }) => context?.text === 'inputs' && name?.text === input)
      .map((read) => ({ read, value })),
  );
  // Its own calls of other workflows are taken by their names.
  const use = mainUse(reads.map((read) => useOf(read, () => undefined)));
  return use === 'none' ? 'one' : use;
}

/** A variable is what the scripts make of it that see it; a program that reads it could do anything. */
function useOfVariable({ job, step }: WorkflowValue, name: string): ListUse {
  const steps: readonly Step[] = step === undefined ? (job?.steps ?? []) : [step];
  const uses = steps.map(({ node }) => textAt(node, 'run')).filter((script) => script.includes(name));
  return shown(mainUse(uses.map((script) => useInScript(script, variablePattern(name)))));
}

/** Of a name that a shell can read. */
function variablePattern(name: string): RegExp {
  return new RegExp(`\\$\\{?${name}\\b\\}?|\\b(?:strenv|env)\\(${name}\\)`);
}

/** What is only shown is no use that could be wrong. */
function shown(use: ListUse): ListUse {
  return use === 'none' ? 'any' : use;
}

/** `variables` are those on the way here. */
function useInScript(script: string, pattern: RegExp, variables: readonly string[] = []): ListUse {
  // Lines that go on are one.
  const lines = script.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return mainUse(
    lines.flatMap((line): ListUse[] => {
      const found = pattern.exec(line);
      if (found === null || /^\s*#/.test(line)) return [];
      if (line.length > LONGEST_LINE) return ['any'];
      const before = line.slice(0, found.index);
      const [, variable] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=['"]?$/.exec(before) ?? [];
      // A variable that is set once is what the other lines make of it.
      if (variable === undefined || variables.length > 3) return [useInLine(line, before)];
      if (variables.includes(variable)) return [];
      return [shown(useInScript(script, variablePattern(variable), [...variables, variable]))];
    }),
  );
}

const LONGEST_LINE = 2_000;

/** Loops, and programs that take texts apart. */
const TAKES_APART = /\b(?:for|while|xargs|tr|cut|awk|grep|head|tail|sort|jq|read|readarray|mapfile|IFS)\b|<<</;
/** `newTag: `, `image.tag=`, `.tag = "`. */
const SETS_TAG = /\bnewTag\b[^\n]*$|\.tag['"]?\s*=\s*['"\\]*$/;
/** `kubectl set image deployment/api api=`, `-var="image_tag=`. */
const SETS_ONE = /\b(?:kustomize\s+edit|kubectl)\b.*\bset\s+image\b.*=['"]?$|\s-[\w-]+[ =]['"]?[\w.-]*tag=['"]?$/i;

function useInLine(line: string, before: string): ListUse {
  const isWritten = /[>|]/.test(line) && !line.includes('GITHUB_STEP_SUMMARY');
  if (/^\s*(?:echo|printf)\b/.test(line) && !isWritten) return 'none';
  if (TAKES_APART.test(line)) return 'any';
  if (SETS_TAG.test(before) || isBehindImage(before)) return 'tag';
  return SETS_ONE.test(before) ? 'one' : 'any';
}

/** Whether the text ends with an image name and a colon: `ghcr.io/acme/api:`, `$IMAGE:`, `${{ env.IMAGE }}:`. */
function isBehindImage(before: string): boolean {
  return /(?:[\w.-]\/[\w.-]+|\$\w+|\})['"]?:['"]?$/.test(before);
}

/** What stands before it in its line. */
function beforeRead({ scalar }: WorkflowValue, read: ContextRead): string {
  const found = readPattern(read).exec(scalar.text);
  return found === null ? '' : scalar.text.slice(scalar.text.lastIndexOf('\n', found.index) + 1, found.index);
}

function readPattern({ names }: ContextRead): RegExp {
  const [first, ...others] = names.map(({ text }) => text.replaceAll(/[^\w-]/g, '\\$&'));
  return new RegExp(
    `\\$\\{\\{\\s*${first ?? ''}${others.map((name) => `(?:\\s*\\.\\s*|\\[')${name}(?:'\\])?`).join('')}\\s*\\}\\}`,
  );
}
