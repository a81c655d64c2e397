/** ImagePolicies: what a marker of image automation names. */
import { automationObjects, automationsOf, isBelow } from '../lint/automation.ts';
import { placeOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import type { SetterMarker, SetterPolicy } from '../flux/setters.ts';
import type { Resource } from '../kustomize/resource.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { getIn, scalarAt, textAt } from '../yaml/node.ts';

/** What there is to say of a marker. */
export interface MarkerDescription {
  /** `flux-system/backend`, '' for a comment that is no marker. */
  readonly policy: string;
  readonly writes: 'image' | 'tag' | 'name' | 'digest';
  /** The repository that it scans, '' where that is not known. */
  readonly image: string;
  /** `semver >=1.0.0`, `alphabetical desc`; '' where the policy is not in the repository. */
  readonly order: string;
  /** Pattern that tags have to match, '' for any tag. */
  readonly filter: string;
  /** The policy's name where it is written. */
  readonly place: Place | undefined;
  /** One sentence on why nothing may write the line; '' where something does. */
  readonly doubt: string;
  /** What writes the line, such as `flux-system/apps`. */
  readonly automations: readonly string[];
}

export function describeMarker(repository: GitOpsRepository, { file, policy, block }: SetterMarker): MarkerDescription {
  const nothing = { policy: '', writes: 'image', image: '', order: '', filter: '', place: undefined, automations: [] } as const;
  if (block !== undefined)
    return { ...nothing, doubt: 'Inside a block scalar this marker is text and no comment, so nothing reads it.' };
  if (policy === undefined)
    return {
      ...nothing,
      doubt: 'Image automation does not read this comment: it is not of the form {"$imagepolicy": "namespace:name"}.',
    };
  const resource = findPolicy(repository, policy);
  const automations = automationsOf(automationObjects(repository), policy.namespace).filter(({ directory }) =>
    isBelow(file, directory),
  );
  return {
    policy: `${policy.namespace}/${policy.name}`,
    writes: policy.field === '' ? 'image' : policy.field,
    image: resource === undefined ? '' : scannedImage(repository, resource),
    order: resource === undefined ? '' : orderOf(resource),
    filter: resource === undefined ? '' : textAt(resource.tree, 'spec', 'filterTags', 'pattern'),
    place: resource && placeOfName(repository, resource),
    doubt: resource === undefined ? `This repository has no ImagePolicy ${policy.namespace}/${policy.name}.` : '',
    automations: automations.map(({ namespace, name }) => `${namespace}/${name}`),
  };
}

/** The policy as it is written; its namespace may come from a layer above. */
export function findPolicy(
  repository: GitOpsRepository,
  { namespace, name }: Pick<SetterPolicy, 'namespace' | 'name'>,
): Resource | undefined {
  const named = [...repository.fluxObjects.values()]
    .flat()
    .filter((object) => object.kind === 'ImagePolicy' && object.name === name);
  return named.find((object) => object.namespace === namespace) ?? named.find((object) => object.namespace === '');
}

export function placeOfName(repository: GitOpsRepository, { tree }: Resource): Place | undefined {
  const name = scalarAt(tree, 'metadata', 'name');
  return name && placeOf(repository, name);
}

function orderOf({ tree }: Resource): string {
  const policy = getIn(tree, 'spec', 'policy');
  for (const kind of ['alphabetical', 'numerical']) {
    const order = getIn(policy, kind);
    if (order !== undefined) return `${kind} ${textAt(order, 'order') || 'asc'}`;
  }
  const range = textAt(policy, 'semver', 'range');
  return range === '' ? '' : `semver ${range}`;
}

function scannedImage(repository: GitOpsRepository, policy: Resource): string {
  const name = textAt(policy.tree, 'spec', 'imageRepositoryRef', 'name');
  const namespace = textAt(policy.tree, 'spec', 'imageRepositoryRef', 'namespace') || policy.namespace;
  const repositories = [...repository.fluxObjects.values()]
    .flat()
    .filter((object) => object.kind === 'ImageRepository' && object.name === name);
  const found = repositories.find((object) => object.namespace === namespace) ?? repositories[0];
  return found === undefined ? '' : textAt(found.tree, 'spec', 'image');
}
