/**
 * Which lists of which objects merge by a key: those for which Kubernetes' own schema says so, as of Kubernetes 1.21 (kyaml openapi/kubernetesapi/v1_21_2).
 * All others, and all of kinds and versions that the schema does not have, are replaced as a whole. Parts of objects that hold no such list are left out, and
 * so is `status`.
 */

export interface FieldSchema {
  /** The type of the value, or of the items; undefined where nothing below merges by a key. */
  readonly type: TypeSchema | undefined;
  /** Keys by which the items merge; none for lists of scalars; undefined where the list is replaced. */
  readonly keys: readonly string[] | undefined;
}

export type TypeSchema = ReadonlyMap<string, FieldSchema>;

/** Of what the schema does not have. */
export const NO_SCHEMA: FieldSchema = { type: undefined, keys: undefined };

/** A type in each line, with its fields: `field:Type`, or `field(key,key):Type` for a list that merges. */
const TYPES = `
ObjectMeta finalizers() ownerReferences(uid)
Container env(name) ports(containerPort,protocol) volumeDevices(devicePath) volumeMounts(mountPath)
EphemeralContainer env(name) volumeDevices(devicePath) volumeMounts(mountPath)
PersistentVolumeClaimTemplate metadata:ObjectMeta
EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
Volume ephemeral:EphemeralVolumeSource
PodSpec containers(name):Container initContainers(name):Container ephemeralContainers(name):EphemeralContainer volumes(name):Volume hostAliases(ip) imagePullSecrets(name) topologySpreadConstraints(topologyKey,whenUnsatisfiable)
PodTemplateSpec metadata:ObjectMeta spec:PodSpec
Templated template:PodTemplateSpec
JobTemplateSpec metadata:ObjectMeta spec:Templated
CronJobSpec jobTemplate:JobTemplateSpec
ServiceSpec ports(port,protocol)
NodeSpec podCIDRs()
CSINodeSpec drivers(name)
Object metadata:ObjectMeta
Workload metadata:ObjectMeta spec:Templated
CronJob metadata:ObjectMeta spec:CronJobSpec
Pod metadata:ObjectMeta spec:PodSpec
PodTemplate metadata:ObjectMeta template:PodTemplateSpec
Service metadata:ObjectMeta spec:ServiceSpec
ServiceAccount metadata:ObjectMeta secrets(name)
Node metadata:ObjectMeta spec:NodeSpec
CSINode metadata:ObjectMeta spec:CSINodeSpec
Webhooks metadata:ObjectMeta webhooks(name)
`;

/** The type of each kind, by API version. */
const KINDS = `
v1 Pod:Pod PodTemplate:PodTemplate ReplicationController:Workload Service:Service ServiceAccount:ServiceAccount Node:Node
v1 Binding ConfigMap Endpoints Event LimitRange Namespace PersistentVolume PersistentVolumeClaim ResourceQuota Secret
apps/v1 DaemonSet:Workload Deployment:Workload ReplicaSet:Workload StatefulSet:Workload ControllerRevision
batch/v1 CronJob:CronJob Job:Workload
batch/v1beta1 CronJob:CronJob
storage.k8s.io/v1 CSINode:CSINode CSIDriver StorageClass VolumeAttachment
storage.k8s.io/v1beta1 CSINode:CSINode CSIDriver CSIStorageCapacity StorageClass VolumeAttachment
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration:Webhooks ValidatingWebhookConfiguration:Webhooks
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration:Webhooks ValidatingWebhookConfiguration:Webhooks
apiextensions.k8s.io/v1 CustomResourceDefinition
apiextensions.k8s.io/v1beta1 CustomResourceDefinition
apiregistration.k8s.io/v1 APIService
apiregistration.k8s.io/v1beta1 APIService
autoscaling/v1 HorizontalPodAutoscaler
autoscaling/v2beta1 HorizontalPodAutoscaler
autoscaling/v2beta2 HorizontalPodAutoscaler
certificates.k8s.io/v1 CertificateSigningRequest
certificates.k8s.io/v1beta1 CertificateSigningRequest
coordination.k8s.io/v1 Lease
coordination.k8s.io/v1beta1 Lease
discovery.k8s.io/v1 EndpointSlice
discovery.k8s.io/v1beta1 EndpointSlice
events.k8s.io/v1 Event
events.k8s.io/v1beta1 Event
extensions/v1beta1 Ingress
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema PriorityLevelConfiguration
networking.k8s.io/v1 Ingress IngressClass NetworkPolicy
networking.k8s.io/v1beta1 Ingress IngressClass
node.k8s.io/v1 RuntimeClass
node.k8s.io/v1beta1 RuntimeClass
policy/v1 PodDisruptionBudget
policy/v1beta1 PodDisruptionBudget PodSecurityPolicy
rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
rbac.authorization.k8s.io/v1beta1 ClusterRole ClusterRoleBinding Role RoleBinding
scheduling.k8s.io/v1 PriorityClass
scheduling.k8s.io/v1beta1 PriorityClass
`;

const types = new Map<string, TypeSchema>();
for (const line of TYPES.trim().split('\n')) {
  const [name = '', ...fields] = line.split(' ');
  types.set(name, new Map(fields.map(fieldOf)));
}

function fieldOf(text: string): readonly [string, FieldSchema] {
  const [, name = '', keys, type = ''] = /^(\w+)(?:\(([\w,]*)\))?(?::(\w+))?$/.exec(text) ?? [];
  return [name, { type: types.get(type), keys: keys?.split(',').filter((key) => key !== '') }];
}

const kinds = new Map<string, TypeSchema | undefined>();
for (const line of KINDS.trim().split('\n')) {
  const [apiVersion = '', ...names] = line.split(' ');
  for (const name of names) {
    const [kind = '', type = 'Object'] = name.split(':');
    kinds.set(`${apiVersion} ${kind}`, types.get(type));
  }
}

/** The schema of a kind, undefined where there is none. */
export function mergeSchemaOf(apiVersion: string, kind: string): TypeSchema | undefined {
  return kinds.get(`${apiVersion} ${kind}`);
}
