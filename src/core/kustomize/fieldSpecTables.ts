/** The fields that transformers change by default (api/internal/konfig/builtinpluginconsts). */
import type { FieldSpec } from './fieldSpec.ts';

/** `path kind group version`, with `-` for any, and `!` before a path that is only set where it exists. */
function specs(lines: string): readonly FieldSpec[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [path = '', kind = '-', group = '-', version = '-'] = line.trim().split(/\s+/);
      const part = (text: string) => (text === '-' ? '' : text);
      const create = !path.startsWith('!');
      return { path: create ? path : path.slice(1), kind: part(kind), group: part(group), version: part(version), create };
    });
}

/** metadatalabels.go */
export const TEMPLATE_LABELS = specs(`
  metadata/labels
  spec/template/metadata/labels ReplicationController - v1
  spec/template/metadata/labels Deployment
  spec/template/metadata/labels ReplicaSet
  spec/template/metadata/labels DaemonSet
  spec/template/metadata/labels StatefulSet apps
  spec/volumeClaimTemplates[]/metadata/labels StatefulSet apps
  spec/template/metadata/labels Job batch
  spec/jobTemplate/metadata/labels CronJob batch
  spec/jobTemplate/spec/template/metadata/labels CronJob batch
`);

const AFFINITY = 'spec/template/spec/affinity';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels';

function schedulingOf(kind: string): string {
  return ['podAffinity', 'podAntiAffinity']
    .flatMap((side) => [PREFERRED, REQUIRED].map((rest) => `!${AFFINITY}/${side}/${rest} ${kind} apps`))
    .concat(`!spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels ${kind} apps`)
    .join('\n');
}

/** commonlabels.go */
export const COMMON_LABELS = [
  ...specs(`
    spec/selector Service - v1
    spec/selector ReplicationController - v1
    spec/selector/matchLabels Deployment
    ${schedulingOf('Deployment')}
    spec/selector/matchLabels ReplicaSet
    spec/selector/matchLabels DaemonSet
    spec/selector/matchLabels StatefulSet apps
    ${schedulingOf('StatefulSet')}
    !spec/selector/matchLabels Job batch
    !spec/jobTemplate/spec/selector/matchLabels CronJob batch
    !spec/selector/matchLabels PodDisruptionBudget policy
    !spec/podSelector/matchLabels NetworkPolicy networking.k8s.io
    !spec/ingress/from/podSelector/matchLabels NetworkPolicy networking.k8s.io
    !spec/egress/to/podSelector/matchLabels NetworkPolicy networking.k8s.io
  `),
  ...TEMPLATE_LABELS,
];

/** commonannotations.go */
export const COMMON_ANNOTATIONS = specs(`
  metadata/annotations
  spec/template/metadata/annotations ReplicationController - v1
  spec/template/metadata/annotations Deployment
  spec/template/metadata/annotations ReplicaSet
  spec/template/metadata/annotations DaemonSet
  spec/template/metadata/annotations StatefulSet
  spec/template/metadata/annotations Job batch
  spec/jobTemplate/metadata/annotations CronJob batch
  spec/jobTemplate/spec/template/metadata/annotations CronJob batch
`);

/** replicas.go */
export const REPLICAS = specs(`
  spec/replicas Deployment
  spec/replicas ReplicationController
  spec/replicas ReplicaSet
  spec/replicas StatefulSet
`);

/** nameprefix.go, namesuffix.go */
export const NAMES = specs('!metadata/name');

/** namespace.go */
export const NAMESPACES = specs(`
  metadata/name Namespace
  spec/service/namespace APIService apiregistration.k8s.io
  !spec/conversion/webhook/clientConfig/service/namespace CustomResourceDefinition apiextensions.k8s.io
`);

/** images.go */
export const IMAGES = specs(`
  spec/containers[]/image
  spec/initContainers[]/image
  spec/volumes[]/image/reference
  spec/template/spec/containers[]/image
  spec/template/spec/initContainers[]/image
  spec/template/spec/volumes[]/image/reference
`);
