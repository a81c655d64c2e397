import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { planImageBump } from '../../src/core/change/imageBump.ts';
import { isRefused } from '../../src/core/change/plan.ts';
import type { BuildRoot, ImageUsage } from '../../src/core/repository/model.ts';
import { applyEdits } from '../../src/core/text/textEdit.ts';
import { textOf } from './cases.ts';
import type { ConformanceCase } from './cases.ts';
import { containerKey, repositoryOf, rootOf } from './effectiveImage.ts';

/** The plan changes exactly the expected files, to the byte, and the image is then the expected one. An expected `refusal` is a pattern of its sentence. */
export function checkBump({ files = {}, action, expected }: ConformanceCase): void {
  const repository = repositoryOf(files, action);
  const root = rootOf(repository, action);
  ok(root !== undefined, 'there is no such root');
  const usage = usageOf(root, action);
  ok(usage !== undefined, `there is no such image among ${root.usages.map(containerKey).join(', ')}`);
  const mode = action['mode'] === 'override-in-env' ? 'override' : 'owner';
  const plan = planImageBump(repository, { usage, root, tag: textOf(action, 'tag'), mode });
  if (expected['refusal'] !== undefined) {
    ok(isRefused(plan), 'the bump should be refused');
    match(plan.refusal, new RegExp(textOf(expected, 'refusal')));
    return;
  }
  ok(!isRefused(plan), 'refusal' in plan ? plan.refusal : '');
  const changed = [...plan.files].map(([path, edits]) => [path, applyEdits(files[path] ?? '', edits)] as const);
  deepEqual(Object.fromEntries(changed.filter(([path, text]) => text !== files[path])), expected['files']);
  if (expected['effectiveImage'] === undefined) return;
  const after = rootOf(plan.next, action);
  equal(after && usageOf(after, action)?.reference, expected['effectiveImage']);
}

/** By `container` (Kind/name#container), or by `target` (Kind/name:path of a value of the image). */
export function usageOf(root: BuildRoot, action: ConformanceCase['action']): ImageUsage | undefined {
  const container = textOf(action, 'container');
  if (container !== '') return root.usages.find((usage) => containerKey(usage) === container);
  const [workload = '', path = ''] = textOf(action, 'target').split(':');
  const value = `${path.replace(/^spec\./, '')}.`;
  return root.usages.find((usage) => `${usage.kind}/${usage.workload}` === workload && value.startsWith(`${usage.container}.`));
}
