/** Back to a version that ran before: tag and digest of that time together, and what keeps image automation from undoing it. */
import type { ImageUpdateAutomation } from '../inventory/imageAutomation.ts';
import { automationsWriting, imageAutomation } from '../inventory/imageAutomation.ts';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { applyEdits, isRefusal } from '../text/textEdit.ts';
import { listed } from '../text/listed.ts';
import { suspendEdits, unmarkEdits } from './automationEdits.ts';
import { editsBetween } from './compose.ts';
import { planEnvironmentChanges } from './environmentChanges.ts';
import { isReached } from './imageChanges.ts';
import { sameRoot, usagesByKey } from './outcome.ts';
import type { ChangePlan, Refused } from './plan.ts';
import type { Version } from './version.ts';
import { describeVersion } from './version.ts';
import { automationSentence, movingTagSentence, suspendedSentence } from './warnings.ts';
import { isMutableTag } from '../oci/tagScheme.ts';

export interface Rollback {
  /** The containers that go back together: one image in one environment. */
  readonly images: readonly PlacedImage[];
  readonly version: Version;
  /**
   * What happens to image automation that writes the line: nothing, `pin` takes its marker off the line, `suspend` suspends the ImageUpdateAutomation in
   * Git. (A suspended ImagePolicy keeps its latest tag, and the automation goes on writing that.)
   */
  readonly automation: 'keep' | 'pin' | 'suspend';
}

/** What image automation does to the line, for the choice. */
export interface UndoingAutomation {
  /** As in the marker: `flux-system:backend:tag`. */
  readonly setter: string;
  /** The automations of this repository that write it; empty where they are somewhere else, so that only `pin` helps. */
  readonly automations: readonly Pick<ImageUpdateAutomation, 'namespace' | 'name' | 'file'>[];
}

/** undefined where nothing would undo a rollback of these images. */
export function undoingAutomation(repository: GitOpsRepository, images: readonly PlacedImage[]): UndoingAutomation | undefined {
  const marked = images.find(({ usage }) => usage.setter !== undefined);
  const setter = marked?.usage.setter;
  if (marked === undefined || setter === undefined) return undefined;
  const file = (marked.usage.tagOwner ?? marked.usage.owner)?.file ?? '';
  const [namespace = ''] = setter.split(':');
  return { setter, automations: automationsWriting(imageAutomation(repository), namespace, file) };
}

/** Never throws, and writes nothing. */
export function planRollback(
  repository: GitOpsRepository,
  inventory: Inventory,
  { images, version, automation }: Rollback,
): ChangePlan | Refused {
  const environments = new Set(images.map(({ environment }) => environment));
  const wanted = images.map(({ root, usage }) => ({ root, usage, version }));
  const { refused, ...plan } = planEnvironmentChanges(repository, inventory, wanted, environments);
  const [first] = refused;
  if (first !== undefined) return { refusal: first.refusal };
  const isThere = images.every(({ usage }) => isReached(usage, version));
  const undoing = undoingAutomation(repository, images);
  if (isThere && (undoing === undefined || automation === 'keep'))
    return { refusal: `${[...environments].join(', ')} runs ${describeVersion(version)} already. Nothing has to change.` };
  if (undoing === undefined || automation === 'keep')
    return { ...plan, warnings: [...plan.warnings, ...warningsFor(images, version, undoing)] };
  return withAutomation(repository, plan, { images, version, automation }, undoing);
}

function withAutomation(
  repository: GitOpsRepository,
  plan: ChangePlan,
  rollback: Rollback,
  undoing: UndoingAutomation,
): ChangePlan | Refused {
  const { images, version, automation } = rollback;
  if (automation === 'suspend' && undoing.automations.length === 0)
    return { refusal: `No ImageUpdateAutomation of this repository writes this line. Pin the image instead.` };
  const edits =
    automation === 'pin'
      ? unmarkEdits(
          plan.next,
          images.flatMap((image) => usageIn(plan.next, image) ?? []),
        )
      : suspendEdits(plan.next, automationsIn(plan.next, undoing));
  if (isRefusal(edits)) return { refusal: `Image automation cannot be stopped by this change: ${edits.reason}.` };
  const texts = new Map<string, string>();
  for (const [path, own] of edits) {
    const text = applyEdits(plan.next.file(path)?.text ?? '', own);
    if (typeof text === 'string') texts.set(path, text);
  }
  const next = plan.next.with(texts);
  const reached = images.map((image) => usageIn(next, image));
  const isStopped =
    automation === 'pin'
      ? reached.every((usage) => usage !== undefined && usage.setter === undefined)
      : automationsIn(next, undoing).every(({ suspended }) => suspended);
  if (!isStopped || !reached.every((usage) => usage !== undefined && isReached(usage, version)))
    return { refusal: 'Image automation cannot be stopped by this change. Open the line and take its marker away there.' };
  const files = new Map(plan.files);
  for (const path of texts.keys()) files.set(path, editsBetween(repository.file(path)?.text ?? '', next.file(path)?.text ?? ''));
  const others = listed(undoing.automations.map(({ namespace, name }) => `${namespace}/${name}`));
  const stopped =
    automation === 'pin'
      ? `Image automation no longer writes this line: put the marker ${undoing.setter} back to update it again.`
      : `${others} updates no image until it is resumed; it may set this one once more before Flux applies this change.`;
  return { ...plan, files, next, warnings: [...plan.warnings, stopped, ...warningsFor(images, version, undefined)] };
}

function automationsIn(repository: GitOpsRepository, { automations }: UndoingAutomation): ImageUpdateAutomation[] {
  return imageAutomation(repository).automations.filter((one) =>
    automations.some(({ namespace, name, file }) => one.namespace === namespace && one.name === name && one.file === file),
  );
}

function usageIn(repository: GitOpsRepository, { root, usage }: PlacedImage) {
  const key = [...usagesByKey(root)].find(([, one]) => one === usage)?.[0];
  const now = sameRoot(repository, root);
  return key === undefined || now === undefined ? undefined : usagesByKey(now).get(key);
}

function warningsFor(images: readonly PlacedImage[], version: Version, undoing: UndoingAutomation | undefined): string[] {
  const warnings: string[] = [];
  if (version.digest === '' && isMutableTag(version.tag)) warnings.push(movingTagSentence(version.tag || 'latest'));
  if (undoing !== undefined) warnings.push(automationSentence(undoing.setter));
  const suspended = images.flatMap(({ root }) => root.deployedBy.filter((flux) => flux.suspended));
  return [...warnings, ...new Set(suspended.map(suspendedSentence))];
}
