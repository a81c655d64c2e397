/** How kustomize names objects: group, version, kind, name and namespace, now and before (kyaml resid, api/internal/utils/makeResIds.go). */

export interface ResourceIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** A group, version and kind to select by; '' selects everything. */
export interface KindSelector {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

export function isOfKind({ apiVersion, kind }: ResourceIdentity, wanted: KindSelector): boolean {
  return (
    (wanted.kind === '' || wanted.kind === kind) &&
    (wanted.group === '' || wanted.group === groupOf(apiVersion)) &&
    (wanted.version === '' || wanted.version === versionOf(apiVersion))
  );
}

/** Kinds that kustomize knows to have no namespace (kyaml openapi.go, precomputedIsNamespaceScoped); all others count as having one. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set(
  Object.entries({
    'admissionregistration.k8s.io': 'v1 v1beta1: MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    'apiextensions.k8s.io': 'v1 v1beta1: CustomResourceDefinition',
    'apiregistration.k8s.io': 'v1 v1beta1: APIService',
    'certificates.k8s.io': 'v1 v1beta1: CertificateSigningRequest',
    'flowcontrol.apiserver.k8s.io': 'v1beta1: FlowSchema PriorityLevelConfiguration',
    'networking.k8s.io': 'v1 v1beta1: IngressClass',
    'node.k8s.io': 'v1 v1beta1: RuntimeClass',
    policy: 'v1beta1: PodSecurityPolicy',
    'rbac.authorization.k8s.io': 'v1 v1beta1: ClusterRole ClusterRoleBinding',
    'scheduling.k8s.io': 'v1 v1beta1: PriorityClass',
    'storage.k8s.io': 'v1 v1beta1: CSIDriver StorageClass VolumeAttachment CSINode',
    '': 'v1: ComponentStatus Namespace Node NodeProxyOptions PersistentVolume',
  }).flatMap(([group, text]) => {
    const [versions = '', kinds = ''] = text.split(': ');
    return versions
      .split(' ')
      .flatMap((version) => kinds.split(' ').map((kind) => `${group === '' ? version : `${group}/${version}`} ${kind}`));
  }),
);

/** Most kinds are not among these, and no text has to be made to know that. */
const CLUSTER_SCOPED_KINDS: ReadonlySet<string> = new Set([...CLUSTER_SCOPED].map((key) => key.slice(key.indexOf(' ') + 1)));

export function isClusterScoped(apiVersion: string, kind: string): boolean {
  return CLUSTER_SCOPED_KINDS.has(kind) && CLUSTER_SCOPED.has(`${apiVersion} ${kind}`);
}

/** The namespace of objects without one. */
const DEFAULT_NAMESPACE = 'default';
const NO_NAMESPACE = '_non_namespaceable_';

/** The namespace that comparisons are made with. */
export function effectiveNamespace({ apiVersion, kind, namespace }: ResourceIdentity): string {
  if (isClusterScoped(apiVersion, kind)) return NO_NAMESPACE;
  return namespace === '' ? DEFAULT_NAMESPACE : namespace;
}

/** Equal for objects that kustomize takes for the same. */
export function identityKey(identity: ResourceIdentity): string {
  // Joined, not concatenated: it is a key of many sets, and V8 keeps all parts of a text that was concatenated.
  return [identity.apiVersion, identity.kind, effectiveNamespace(identity), identity.name].join(' ');
}

/** Former identities have the namespace that counted then, so that cluster scope plays no part (kyaml resid.go, Equals). */
export function isSameIdentity(a: ResourceIdentity, b: ResourceIdentity): boolean {
  return (
    a.name === b.name && a.kind === b.kind && a.apiVersion === b.apiVersion && effectiveNamespace(a) === effectiveNamespace(b)
  );
}
