/** What applying rendered manifests would change in a cluster, object by object, by dry runs of the cluster itself. */
import pLimit from 'p-limit';
import { dump, loadAll } from 'js-yaml';
import type { Cluster } from '../clients/cluster.ts';
import { dryRunApply } from '../clients/cluster/dryRun.ts';
import { ApiError } from '../clients/cluster/errors.ts';
import { inventoryOf } from '../core/flux/inventory.ts';
import { KUSTOMIZE_GROUP } from '../core/flux/kinds.ts';
import { comparable, fieldsOf, maskedPair } from '../core/kubernetes/comparable.ts';
import type { Json, LiveObject, ObjectReference } from '../core/kubernetes/liveObject.ts';
import { idOf, nameOf, referenceTo, textIn, valueAt } from '../core/kubernetes/liveObject.ts';

export interface ObjectDifference {
  readonly reference: ObjectReference;
  readonly change: 'same' | 'changed' | 'added' | 'removed' | 'refused';
  /** YAML as it is, and as it would be; '' where there is none. Values of Secrets are masked. */
  readonly before: string;
  readonly after: string;
  /** For `refused` why, in the cluster's words; else what limits the comparison, or ''. */
  readonly note: string;
}

export interface CompareOptions {
  /** The Flux Kustomization that applies the manifests: its labels are added, and what it no longer has is `removed`. */
  readonly kustomization?: ObjectReference | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FIELD_MANAGER = 'kustomize-controller';
const AT_ONCE = 8;

/** In the order of the manifests; removed objects come last. @throws ClusterError where the cluster does not answer */
export async function compareWithCluster(
  cluster: Cluster,
  manifests: string,
  options: CompareOptions = {},
): Promise<ObjectDifference[]> {
  const { kustomization, signal } = options;
  const objects = loadAll(manifests)
    .filter(isObject)
    .map((object) => withLabels(object, kustomization));
  const limit = pLimit(AT_ONCE);
  const compared = objects.map((object) => limit(compareObject, cluster, object, signal));
  const results = await Promise.all(compared).finally(() => limit.clearQueue());
  return [...results, ...(await removed(cluster, objects, kustomization, signal))];
}

function isObject(document: unknown): document is LiveObject {
  return textIn(document, 'kind') !== '' && textIn(document, 'metadata', 'name') !== '';
}

function withLabels(object: LiveObject, kustomization: ObjectReference | undefined): LiveObject {
  if (kustomization === undefined) return object;
  const labels = {
    ...object.metadata.labels,
    [`${KUSTOMIZE_GROUP}/name`]: kustomization.name,
    [`${KUSTOMIZE_GROUP}/namespace`]: kustomization.namespace,
  };
  return { ...object, metadata: { ...object.metadata, labels } };
}

async function compareObject(cluster: Cluster, object: LiveObject, signal: AbortSignal | undefined): Promise<ObjectDifference> {
  const reference = referenceTo(object);
  const live = await cluster.get(reference, signal);
  try {
    const after = await dryRunApply(cluster, object, FIELD_MANAGER, signal);
    return difference(reference, live && comparable(live), comparable(after), '');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A namespace that comes with the manifests is not there for a dry run.
    if (error.status === 404 && live === undefined && error.message.includes('namespaces "'))
      return difference(reference, undefined, comparable(object), '');
    if (error.status !== 403 || live === undefined)
      return { reference, change: 'refused', before: '', after: '', note: refusal(reference, error) };
    const manifest = comparable(object);
    const note = 'You may not do a dry run, so only the fields of the manifest are compared.';
    return difference(reference, fieldsOf(manifest, comparable(live)) as Json, manifest, note);
  }
}

/** The cluster quotes what it cannot read, which in a Secret can be a value of it. */
function refusal(reference: ObjectReference, { status, message }: ApiError): string {
  if (reference.group !== '' || reference.kind !== 'Secret' || status === 403) return message;
  return `The cluster refuses ${nameOf(reference)}, and what it says may quote a value: check that its values are texts, and base64 under "data".`;
}

function difference(
  reference: ObjectReference,
  before: Json | undefined,
  after: Json | undefined,
  note: string,
): ObjectDifference {
  const isSame = before !== undefined && after !== undefined && yaml(before) === yaml(after);
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : isSame ? 'same' : 'changed';
  const [shownBefore, shownAfter] = maskedPair(before, after);
  return { reference, change, before: yaml(shownBefore), after: yaml(shownAfter), note };
}

function yaml(value: Json | undefined): string {
  return value === undefined ? '' : dump(value, { noRefs: true, lineWidth: -1, sortKeys: true });
}

/** What the Kustomization applied before, and will delete. */
async function removed(
  cluster: Cluster,
  objects: readonly LiveObject[],
  kustomization: ObjectReference | undefined,
  signal: AbortSignal | undefined,
): Promise<ObjectDifference[]> {
  const owner = kustomization === undefined ? undefined : await cluster.get(kustomization, signal);
  if (owner === undefined || valueAt(owner.spec, 'prune') !== true) return [];
  const kept = new Set(objects.map((object) => idOf(referenceTo(object))));
  const gone = inventoryOf(owner).filter((reference) => !kept.has(idOf(reference)));
  const found = await Promise.all(gone.map(async (reference) => ({ reference, live: await cluster.get(reference, signal) })));
  return found.flatMap(({ reference, live }) =>
    live === undefined ? [] : [difference(reference, comparable(live), undefined, '')],
  );
}
