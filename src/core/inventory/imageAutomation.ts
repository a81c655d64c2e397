/** Flux's image automation as it is rendered: policies that order the tags of an image, and automations that write them. */
import { directoryOf } from '../flux/objects.ts';
import type { Resource } from '../kustomize/resource.ts';
import { repositoryKey } from '../oci/imageReference.ts';
import type { TagFilter, TagPolicy } from '../oci/versioning/imagePolicy.ts';
import { latestTag } from '../oci/versioning/imagePolicy.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageUsage } from '../repository/model.ts';
import type { YamlNode } from '../yaml/node.ts';
import { get, getIn, textAt } from '../yaml/node.ts';

export interface ImagePolicy {
  readonly namespace: string;
  readonly name: string;
  /** The image that its ImageRepository scans, '' where that is not in this repository. */
  readonly image: string;
  readonly policy: TagPolicy;
  readonly filter: TagFilter | undefined;
  /** `semver >=1.0.0`, `alphabetical asc`, `numerical desc`. */
  readonly rule: string;
}

export interface ImageUpdateAutomation {
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  readonly tree: YamlNode;
  /** Where it writes, '.' for the whole repository. */
  readonly directory: string;
  readonly suspended: boolean;
}

export interface ImageAutomation {
  readonly policies: readonly ImagePolicy[];
  readonly automations: readonly ImageUpdateAutomation[];
}

const known = new WeakMap<GitOpsRepository, ImageAutomation>();

export function imageAutomation(repository: GitOpsRepository): ImageAutomation {
  let automation = known.get(repository);
  if (automation === undefined) known.set(repository, (automation = collect(repository)));
  return automation;
}

/** Objects of image automation with the names that the layers above give them; as written where nothing renders their file. */
export function* renderedAutomationObjects(repository: GitOpsRepository): Iterable<Resource> {
  const written = [...repository.fluxObjects.values()].flat().filter(isOfAutomation);
  if (written.length === 0) return;
  const rendered = new Set<string>();
  for (const root of repository.roots)
    for (const build of repository.buildsOf(root).slice(0, 1))
      for (const resource of build.layer.resources) {
        if (!isOfAutomation(resource)) continue;
        rendered.add(resource.file);
        yield resource;
      }
  for (const resource of written) if (!rendered.has(resource.file)) yield resource;
}

const KINDS = new Set(['ImagePolicy', 'ImageRepository', 'ImageUpdateAutomation']);

function isOfAutomation({ apiVersion, kind }: Resource): boolean {
  return apiVersion.startsWith('image.toolkit.fluxcd.io/') && KINDS.has(kind);
}

function collect(repository: GitOpsRepository): ImageAutomation {
  const objects = [...renderedAutomationObjects(repository)];
  const scanned = new Map(
    objects.flatMap(({ kind, namespace, name, tree }) =>
      kind === 'ImageRepository' ? [[`${namespace}/${name}`, textAt(tree, 'spec', 'image')]] : [],
    ),
  );
  const policies = objects.filter(({ kind }) => kind === 'ImagePolicy').flatMap((object) => policyOf(object, scanned) ?? []);
  const automations = objects
    .filter(({ kind }) => kind === 'ImageUpdateAutomation')
    .map(({ namespace, name, file, tree }) => ({
      namespace,
      name,
      file,
      tree,
      directory: directoryOf(textAt(tree, 'spec', 'update', 'path')),
      suspended: textAt(tree, 'spec', 'suspend') === 'true',
    }));
  return { policies, automations };
}

function policyOf({ namespace, name, tree }: Resource, scanned: ReadonlyMap<string, string>): ImagePolicy | undefined {
  const reference = getIn(tree, 'spec', 'imageRepositoryRef');
  const repository = `${textAt(reference, 'namespace') || namespace}/${textAt(reference, 'name')}`;
  const choice = getIn(tree, 'spec', 'policy');
  const filter = getIn(tree, 'spec', 'filterTags');
  const policy = tagPolicyOf(choice);
  if (policy === undefined) return undefined;
  const extract = textAt(filter, 'extract');
  return {
    namespace,
    name,
    image: scanned.get(repository) ?? '',
    ...policy,
    filter: filter === undefined ? undefined : { pattern: textAt(filter, 'pattern'), ...(extract === '' ? {} : { extract }) },
  };
}

function tagPolicyOf(choice: YamlNode | undefined): Pick<ImagePolicy, 'policy' | 'rule'> | undefined {
  if (get(choice, 'semver') !== undefined) {
    const range = textAt(choice, 'semver', 'range');
    return range.includes('${') ? undefined : { policy: { semver: { range } }, rule: `semver ${range}` };
  }
  for (const kind of ['numerical', 'alphabetical'] as const) {
    if (get(choice, kind) === undefined) continue;
    const order = textAt(choice, kind, 'order') || 'asc';
    return { policy: { [kind]: { order } }, rule: `${kind} ${order}` };
  }
  return undefined;
}

/**
 * The policy that says which tag of an image is the latest: that of the marker on its deciding line, else the only one whose ImageRepository scans it.
 * Several that scan it are for several environments, and nothing says which is for this one.
 */
export function policyFor({ policies }: ImageAutomation, usage: ImageUsage): ImagePolicy | undefined {
  const [namespace, name] = usage.setter?.split(':') ?? [];
  const marked = policies.find((policy) => policy.namespace === namespace && policy.name === name);
  if (marked !== undefined) return marked;
  const key = repositoryKey(usage.name);
  const [only, another] = policies.filter(({ image }) => image !== '' && repositoryKey(image) === key);
  return another === undefined ? only : undefined;
}

export type PolicyOrder =
  { readonly result: 'newer' | 'older' | 'equal' } | { readonly result: 'incomparable'; readonly refused: readonly string[] };

/** How `a` stands to `b` in the order of a policy; `refused`: which of them it never takes. */
export function compareByPolicy({ policy, filter }: ImagePolicy, a: string, b: string): PolicyOrder {
  const refused = [a, b].filter((tag) => 'problem' in latestTag(policy, filter, [tag]));
  if (refused.length > 0) return { result: 'incomparable', refused };
  // Of equal ones the place in the list decides.
  const [one, other] = [latestTag(policy, filter, [a, b]), latestTag(policy, filter, [b, a])];
  if ('problem' in one || 'problem' in other) return { result: 'incomparable', refused };
  if (a === b || one.latest !== other.latest) return { result: 'equal' };
  return { result: one.latest === a ? 'newer' : 'older' };
}

/** Automations that write the policies of a namespace into a file, and are not suspended. */
export function automationsWriting(
  { automations }: ImageAutomation,
  policyNamespace: string,
  file: string,
): readonly ImageUpdateAutomation[] {
  return automations.filter(
    ({ namespace, directory, suspended }) =>
      !suspended && namespace === policyNamespace && (directory === '.' || file.startsWith(`${directory}/`)),
  );
}
