/** Objects by name: sources, policies and releases of Flux, ConfigMaps and Secrets, those of generators too. */
import { foldKeys } from '../kustomize/foldKeys.ts';
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import { placeOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import { commonDepth } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { itemsAt, scalarAt } from '../yaml/node.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { objectsOfDocument } from './documentObjects.ts';
import type { ObjectName } from './mention.ts';

interface Candidate {
  readonly namespace: string;
  readonly name: ScalarNode;
}

/** The names of the objects that a name stands for, where they are written. `near`: the file that names them. */
export function findObjects(repository: GitOpsRepository, wanted: ObjectName, near: string): Place[] {
  return finderOf(repository, wanted)(wanted.namespace, near);
}

/**
 * As `findObjects` for one kind and name. Clusters have objects of the same name: those that are written nearest count, and those of another namespace only
 * where there is none of the wanted one.
 */
export function finderOf(
  repository: GitOpsRepository,
  wanted: Pick<ObjectName, 'kind' | 'name'>,
): (namespace: string, near: string) => Place[] {
  const candidates = candidatesFor(repository, wanted);
  return (wantedNamespace, near) => {
    const inNamespace = candidates.filter(({ namespace }) => isSameNamespace(namespace, wantedNamespace));
    const fitting = inNamespace.length > 0 ? inNamespace : candidates;
    const depth = ({ name }: Candidate) => commonDepth(name.source.file, near);
    const nearest = Math.max(...fitting.map(depth));
    return fitting.filter((candidate) => depth(candidate) === nearest).map(({ name }) => placeOf(repository, name));
  };
}

/** Layers can give a namespace to what is written without one. */
export function isSameNamespace(a: string, b: string): boolean {
  return a === b || a === '' || b === '';
}

function candidatesFor(repository: GitOpsRepository, { kind, name }: Pick<ObjectName, 'kind' | 'name'>): Candidate[] {
  if (kind === 'ConfigMap' || kind === 'Secret')
    return [...writtenObjects(repository, kind, name), ...generatedObjects(repository, kind, name)];
  if (kind === 'ExternalArtifact') return composedArtifacts(repository, name);
  return [...repository.fluxObjects.values()].flat().flatMap((object) => {
    const scalar = object.kind === kind && object.name === name ? scalarAt(object.tree, 'metadata', 'name') : undefined;
    return scalar === undefined ? [] : [{ namespace: object.namespace, name: scalar }];
  });
}

function writtenObjects(repository: GitOpsRepository, kind: string, name: string): Candidate[] {
  const found: Candidate[] = [];
  for (const file of repository.files()) {
    if (!file.text.includes(name)) continue;
    for (const document of file.documents) {
      if (document.kindHint !== kind || !document.text.includes(name)) continue;
      for (const { name: own, namespace, tree } of objectsOfDocument(document)) {
        const scalar = own === name ? scalarAt(tree, 'metadata', 'name') : undefined;
        if (scalar !== undefined) found.push({ namespace, name: scalar });
      }
    }
  }
  return found;
}

function generatedObjects(repository: GitOpsRepository, kind: 'ConfigMap' | 'Secret', name: string): Candidate[] {
  const found: Candidate[] = [];
  const read = (entry: MapNode, usual: string): void => {
    const fields = foldKeys(entry);
    const [own, namespace] = ['name', 'namespace'].map((key) => fields.get(key)?.value);
    if (own?.kind === 'scalar' && own.text === name)
      found.push({ namespace: namespace?.kind === 'scalar' ? namespace.text : usual, name: own });
  };
  for (const file of repository.kustomizations.values()) {
    if (!file.text.includes(name)) continue;
    const { configMaps, secrets, namespace } = parseKustomizationFile(file);
    for (const entry of kind === 'ConfigMap' ? configMaps : secrets) read(entry, namespace);
  }
  return found;
}

/** Artifacts have the names that their generators give them. */
function composedArtifacts(repository: GitOpsRepository, name: string): Candidate[] {
  const generators = [...repository.fluxObjects.values()].flat().filter(({ kind }) => kind === 'ArtifactGenerator');
  return generators.flatMap(({ tree, namespace }) =>
    itemsAt(tree, 'spec', 'artifacts').flatMap((artifact) => {
      const scalar = scalarAt(artifact, 'name');
      return scalar?.text === name ? [{ namespace, name: scalar }] : [];
    }),
  );
}
