/** Where each kind of Flux object says what it has fetched, applied or released. */
import type { LiveObject } from '../kubernetes/liveObject.ts';
import { listIn, textIn } from '../kubernetes/liveObject.ts';

/** As Flux writes it; '' where there is nothing yet. */
export function revisionOf({ kind, status }: LiveObject): string {
  switch (kind) {
    case 'Kustomization':
      return textIn(status, 'lastAppliedRevision');
    case 'HelmRelease': {
      // v2 keeps a history of releases, v2beta1 the revision alone.
      const [release] = listIn(status, 'history');
      return textIn(release, 'chartVersion') || textIn(status, 'lastAppliedRevision');
    }
    case 'ImagePolicy':
      return imageOf(status);
    case 'ImageUpdateAutomation':
      return textIn(status, 'lastPushCommit');
    case 'ImageRepository':
      return '';
    default:
      return textIn(status, 'artifact', 'revision');
  }
}

/** What was tried last, where that is not what is applied. */
export function attemptedRevisionOf(object: LiveObject): string {
  const attempted = textIn(object.status, 'lastAttemptedRevision');
  return attempted === revisionOf(object) ? '' : attempted;
}

/** `app:v1` of a policy; v1 and v1beta2 write its parts, older versions one text. */
function imageOf(status: LiveObject['status']): string {
  const name = textIn(status, 'latestRef', 'name');
  const tag = textIn(status, 'latestRef', 'tag');
  return name === '' ? textIn(status, 'latestImage') : tag === '' ? name : `${name}:${tag}`;
}

/** The Git revision from which an OCI artifact was made, as the artifact's annotation says; else the revision itself. */
export function originRevisionOf({ kind, status }: LiveObject): string {
  const origin =
    kind === 'Kustomization'
      ? textIn(status, 'lastAppliedOriginRevision')
      : textIn(status, 'artifact', 'metadata', 'org.opencontainers.image.revision');
  return origin || revisionOf({ apiVersion: '', kind, metadata: { name: '' }, ...(status === undefined ? {} : { status }) });
}
