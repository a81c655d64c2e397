/** Flux objects as their files say, read from located trees. */
import type { ArtifactCopy } from '../repository/model.ts';
import { resolvePath } from '../repository/files.ts';
import type { Resource } from '../kustomize/resource.ts';
import type { MapNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, itemsAt, textAt } from '../yaml/node.ts';

export function isFluxKustomization(resource: { apiVersion: string; kind: string }): boolean {
  return resource.kind === 'Kustomization' && resource.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/');
}

export function isHelmRelease(resource: { apiVersion: string; kind: string }): boolean {
  return resource.kind === 'HelmRelease' && resource.apiVersion.startsWith('helm.toolkit.fluxcd.io/');
}

/** `spec.path` below the artifact root, as filepath-securejoin reads it: `..` cannot leave, backslashes are ordinary characters. */
export function directoryOf(path: string): string {
  return (
    resolvePath(
      '.',
      path
        .split('/')
        .filter((part) => part !== '')
        .join('/'),
    ) ?? secureJoin(path)
  );
}

function secureJoin(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

/** What a Kustomization, HelmRelease or automation reads from. */
export interface SourceReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export function sourceReferenceOf(tree: MapNode, namespace: string): SourceReference {
  const reference = getIn(tree, 'spec', 'sourceRef');
  return {
    kind: textAt(reference, 'kind') || 'GitRepository',
    name: textAt(reference, 'name'),
    namespace: textAt(reference, 'namespace') || namespace,
  };
}

/**
 * The copies of the artifact that an ArtifactGenerator composes under this name, as far as they come from sources that `isThisRepository` accepts
 * (source.extensions.fluxcd.io, `copy: from: "@alias/apps/base/**" to: "@artifact/base/"`). undefined: another generator, or another source takes part.
 */
export function artifactCopies(
  generator: Resource,
  artifact: string,
  isThisRepository: (source: SourceReference) => boolean,
): ArtifactCopy[] | undefined {
  const spec = getIn(generator.tree, 'spec');
  const aliases = new Map(
    itemsAt(spec, 'sources').map((source) => [
      textAt(source, 'alias'),
      {
        kind: textAt(source, 'kind'),
        name: textAt(source, 'name'),
        namespace: textAt(source, 'namespace') || generator.namespace,
      },
    ]),
  );
  const definition = itemsAt(spec, 'artifacts').find((item) => textAt(item, 'name') === artifact);
  if (definition === undefined) return undefined;
  const copies: ArtifactCopy[] = [];
  for (const copy of itemsAt(definition, 'copy')) {
    const from = /^@([^/]+)\/(.*)$/.exec(textAt(copy, 'from'));
    const to = /^@artifact\/?(.*)$/.exec(textAt(copy, 'to'));
    const source = aliases.get(from?.[1] ?? '');
    if (from === null || to === null || source === undefined || !isThisRepository(source)) return undefined;
    const directory = directoryOf((from[2] ?? '').replace(/\/?\*\*?$/, ''));
    copies.push({ from: directory, to: directoryOf(to[1] ?? '') });
  }
  return copies;
}

/** The plain-text values of a ConfigMap or Secret by key; undefined for a value that is encrypted. */
export function valuesOf(resource: Resource): ReadonlyMap<string, { text: string | undefined; node: YamlNode }> {
  const values = new Map<string, { text: string | undefined; node: YamlNode }>();
  const encrypted = get(resource.tree, 'sops') !== undefined;
  const read = (key: 'data' | 'stringData', decode: boolean) => {
    const data = get(resource.tree, key);
    if (data?.kind !== 'map') return;
    for (const [name, { value }] of data.entries) {
      if (value.kind !== 'scalar') continue;
      const secret = encrypted || value.text.startsWith('ENC[');
      values.set(name, { text: secret ? undefined : decode ? base64(value.text) : value.text, node: value });
    }
  };
  read('data', resource.kind === 'Secret');
  read('stringData', false);
  return values;
}

function base64(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
