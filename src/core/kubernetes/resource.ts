/** How a kind is asked for: which version of its group serves it, and under which name. */
import { groupOf } from './liveObject.ts';

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** `deployments` */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The path of one object, of all in a namespace, or of all in the cluster. */
export function resourcePath({ apiVersion, plural, namespaced }: Resource, namespace = '', name = ''): string {
  const parts = [
    ...(groupOf(apiVersion) === '' ? ['api'] : ['apis']),
    ...apiVersion.split('/'),
    ...(namespaced && namespace !== '' ? ['namespaces', namespace] : []),
    plural,
    ...(name === '' ? [] : [name]),
  ];
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
