/** kustomize writes Kind.version.group/name.namespace, with [noGrp] and [noNs] for what is not set. */
export function objectName(id: string): string {
  const [type = '', name = ''] = id.split('/');
  const parts = name.split('.');
  const namespace = parts.pop();
  return `${type.split('.')[0]} ${namespace === '[noNs]' ? '' : `${namespace}/`}${parts.join('.')}`;
}
