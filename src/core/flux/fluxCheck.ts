/** Is Flux well in a cluster? Its controllers, the versions of its API, and what its version does differently. */
import { compareVersions, parseVersion } from '../oci/versioning/semver.ts';
import { kustomizeSplit } from '../oci/imageReference.ts';
import { firstLine } from '../kubernetes/conditionMessage.ts';
import type { LiveObject } from '../kubernetes/liveObject.ts';
import type { ObjectStatus } from '../kubernetes/objectStatus.ts';
import { statusOf } from '../kubernetes/objectStatus.ts';
import { imagesOf, workloadStatus } from '../kubernetes/workloadStatus.ts';
import type { KindOfObject } from './kinds.ts';
import { HELM_GROUP, IMAGE_GROUP, KUSTOMIZE_GROUP, SOURCE_GROUP } from './kinds.ts';

export interface FluxController {
  readonly name: string;
  readonly namespace: string;
  /** `v1.9.4`, from the image's tag; '' where that is no version. */
  readonly version: string;
  readonly status: ObjectStatus;
}

export interface ServedKind extends KindOfObject {
  /** The one that is used first. */
  readonly versions: readonly string[];
}

export interface FluxFinding {
  readonly severity: 'error' | 'warning' | 'information';
  readonly text: string;
}

export interface FluxCheck {
  readonly kubernetes: string;
  readonly controllers: readonly FluxController[];
  readonly kinds: readonly ServedKind[];
  readonly findings: readonly FluxFinding[];
}

/** Whose deployment reconciles the kinds of a group. */
const CONTROLLERS: Readonly<Record<string, readonly string[]>> = {
  [SOURCE_GROUP]: ['source-controller'],
  [KUSTOMIZE_GROUP]: ['kustomize-controller'],
  [HELM_GROUP]: ['helm-controller'],
  [IMAGE_GROUP]: ['image-reflector-controller', 'image-automation-controller'],
};

/** What a controller did before a version (image-semantics.md). */
const CHANGES: readonly { readonly controller: string; readonly before: string; readonly text: string }[] = [
  {
    controller: 'kustomize-controller',
    before: '1.9.4',
    text: 'an entry of spec.images replaces the entry of that name in the kustomization file; from 1.9.4 on they are merged, as previews here show',
  },
  {
    controller: 'kustomize-controller',
    before: '1.9.0',
    text: 'a variable of postBuild without a value becomes empty; from 1.9 on the build fails, as previews here do',
  },
];

/** `deployments` are those that say that they are a part of Flux; undefined where the user may not see them. */
export function fluxCheck(
  kubernetes: string,
  deployments: readonly LiveObject[] | undefined,
  kinds: readonly ServedKind[],
): FluxCheck {
  const controllers = deployments?.map(controllerOf) ?? [];
  const missing = deployments === undefined ? [UNSEEN] : missingFindings(kinds, controllers);
  return {
    kubernetes,
    controllers,
    kinds,
    findings: [...(kinds.length === 0 ? [] : missing), ...kindFindings(kinds), ...controllers.flatMap(controllerFindings)],
  };
}

const UNSEEN: FluxFinding = {
  severity: 'information',
  text: 'You may not list deployments in the namespace of Flux, so nothing is known of its controllers and their versions.',
};

function controllerOf(deployment: LiveObject): FluxController {
  const { name, namespace = '', labels } = deployment.metadata;
  const tag = kustomizeSplit(imagesOf(deployment)[0]?.image ?? '').tag;
  return {
    name: labels?.['app.kubernetes.io/component'] ?? name,
    namespace,
    version: parseVersion(tag) === undefined ? '' : tag,
    status: workloadStatus(deployment) ?? statusOf('Unknown', '', ''),
  };
}

function missingFindings(kinds: readonly ServedKind[], controllers: readonly FluxController[]): FluxFinding[] {
  const missing = Object.entries(CONTROLLERS).flatMap(([group, names]) => {
    const served = kinds.filter((kind) => kind.group === group);
    if (served.length === 0) return [];
    return names.filter((name) => !controllers.some((controller) => controller.name === name));
  });
  return missing.map((name) => ({
    severity: 'warning',
    text: `No deployment of ${name} was found, so nobody may be looking at its objects.`,
  }));
}

function kindFindings(kinds: readonly ServedKind[]): FluxFinding[] {
  if (kinds.length === 0)
    return [{ severity: 'error', text: 'Flux is not installed in this cluster: it serves none of its kinds.' }];
  const old = kinds.filter(({ kind, versions }) => !versions.includes('v1') && !versions.includes('v2') && STABLE.has(kind));
  if (old.length === 0) return [];
  const served = old.map(({ kind, versions }) => `${kind} in ${versions[0] ?? ''}`).join(', ');
  return [{ severity: 'information', text: `This cluster serves ${served}: Flux is older than 2.0, or not updated wholly.` }];
}

/** Kinds that Flux 2.3 and later serve as stable. */
const STABLE = new Set(['GitRepository', 'HelmRepository', 'HelmChart', 'Bucket', 'Kustomization', 'HelmRelease']);

function controllerFindings({ name, namespace, version, status }: FluxController): FluxFinding[] {
  const findings: FluxFinding[] = [];
  if (status.state !== 'Ready')
    findings.push({
      severity: status.state === 'Progressing' ? 'warning' : 'error',
      text: `${name} in ${namespace} is not ready: ${firstLine(status.message).replace(/\.$/, '')}.`,
    });
  const own = parseVersion(version);
  for (const change of CHANGES) {
    const limit = parseVersion(change.before);
    if (change.controller !== name || own === undefined || limit === undefined || compareVersions(own, limit) >= 0) continue;
    findings.push({ severity: 'information', text: `${name} ${version}: ${change.text}.` });
  }
  return findings;
}
