/** What is kept in memory of the objects of a cluster: a pod of 12 kB is 1 kB of what anybody is shown. */
import type { Json, LiveObject, ObjectMetadata } from './liveObject.ts';
import { listIn, textIn, valueAt } from './liveObject.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export function trimmed(object: LiveObject): LiveObject {
  const { apiVersion, kind, spec, status } = object;
  return {
    apiVersion,
    kind,
    metadata: trimmedMetadata(object.metadata),
    ...(spec === undefined ? {} : { spec: trimmedSpec(kind, spec) }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Without the book-keeping of field owners, and without the copy of the whole object (of Secrets too) that kubectl leaves in it. */
export function trimmedMetadata(metadata: ObjectMetadata): ObjectMetadata {
  const { managedFields: _fields, annotations, ...rest } = metadata as ObjectMetadata & { managedFields?: unknown };
  if (annotations === undefined) return rest;
  const { [LAST_APPLIED]: _applied, ...others } = annotations;
  return { ...rest, annotations: others };
}

function trimmedSpec(kind: string, spec: Json): Json {
  if (kind === 'Pod') return trimmedPod(spec);
  if (kind === 'CronJob') {
    const template = valueAt(spec, 'jobTemplate', 'spec', 'template', 'spec');
    return { ...spec, jobTemplate: { spec: { template: { spec: trimmedPod(template) } } } };
  }
  const template = valueAt(spec, 'template', 'spec');
  return template === undefined ? spec : { ...spec, template: { spec: trimmedPod(template) } };
}

function trimmedPod(spec: unknown): Json {
  const containers = (field: string) =>
    listIn(spec, field).map((container) => ({
      name: textIn(container, 'name'),
      image: textIn(container, 'image'),
      restartPolicy: textIn(container, 'restartPolicy'),
    }));
  return {
    nodeName: textIn(spec, 'nodeName'),
    containers: containers('containers'),
    initContainers: containers('initContainers'),
  };
}
