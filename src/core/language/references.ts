/** Everything that speaks of what stands at a place. */
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { setterMarkers } from '../lint/automation.ts';
import { placeOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { compareText } from '../text/compareText.ts';
import { containersOf } from './definition.ts';
import { distinct } from './distinct.ts';
import type { Mention, ObjectName } from './mention.ts';
import { mentionAt, mentionsIn } from './mentions.ts';
import { finderOf, isSameNamespace } from './objects.ts';
import { builds, fluxDirectory, pathsOfFile, placesListing, placesOfRoot } from './paths.ts';
import { findPolicy, placeOfName } from './policies.ts';
import { imagesOfMention } from './reach.ts';
import { valuesOfVariable, variableAt, variablesIn } from './variables.ts';
import type { Variable } from './variables.ts';
import { writtenAt } from './writtenAt.ts';

interface Found {
  /** What is referred to, where it is written. */
  readonly declaration: readonly Place[];
  readonly references: readonly Place[];
}

/** By file and place. `withDeclaration`: the thing itself as well, first. */
export function referencesAt(
  repository: GitOpsRepository,
  inventory: Inventory,
  file: RepositoryFile,
  offset: number,
  withDeclaration: boolean,
): Place[] {
  const mention = mentionAt(file, offset);
  const variable = variableAt(file, offset);
  const found = variable !== undefined ? ofVariable(repository, variable) : mention && find(repository, inventory, mention);
  if (found === undefined) return [];
  const declaration = distinct(found.declaration);
  const isDeclaration = (place: Place) => declaration.some((own) => own.file === place.file && own.start === place.start);
  const references = distinct(found.references)
    .filter((place) => !isDeclaration(place))
    .sort((a, b) => compareText(a.file, b.file) || a.start - b.start);
  return withDeclaration ? [...declaration, ...references] : references;
}

function find(repository: GitOpsRepository, inventory: Inventory, mention: Mention): Found {
  const { place } = mention;
  switch (mention.type) {
    case 'entry':
      return { declaration: [], references: containersOf(repository, imagesOfMention(repository, inventory, mention)) };
    case 'image':
    case 'value':
      return { declaration: [place], references: writersOf(repository, imagesOfMention(repository, inventory, mention)) };
    case 'path': {
      const path = mention.role === 'flux' ? (fluxDirectory(repository, mention) ?? mention.path) : mention.path;
      return ofPath(repository, repository.file(path) === undefined ? [path] : pathsOfFile(path));
    }
    case 'kustomization':
      return ofPath(repository, pathsOfFile(place.file));
    case 'marker': {
      const { policy } = mention.marker;
      return policy === undefined ? { declaration: [], references: [] } : ofPolicy(repository, policy);
    }
    case 'object':
      return ofObject(repository, mention.object, place.file);
    case 'identity': {
      const { object } = mention;
      const { references: listing } = ofPath(repository, pathsOfFile(place.file));
      const named = object.kind === 'ImagePolicy' ? ofPolicy(repository, object) : ofObject(repository, object, place.file);
      return { ...named, references: [...named.references, ...listing] };
    }
  }
}

/** Everything that wrote the references, or tried to. */
function writersOf(repository: GitOpsRepository, images: readonly PlacedImage[]): Place[] {
  return images.flatMap(({ usage }) => {
    const owners = usage.layers.flatMap((layer) => layer.owners);
    const silent = usage.entries.filter((entry) => !owners.some((owner) => owner.entry === entry));
    return [
      ...owners.flatMap((owner) => writtenAt(repository, owner) ?? []),
      ...silent.flatMap(({ name }) => (name === undefined ? [] : [placeOf(repository, name)])),
    ];
  });
}

/** What lists a path, and the roots that use it. */
function ofPath(repository: GitOpsRepository, paths: readonly string[]): Found {
  const listing = placesListing(repository, paths);
  const roots = repository.roots.filter((root) =>
    repository.buildsOf(root).some((build) => paths.some((path) => builds(build, path))),
  );
  const listed = new Set(listing.map(({ file }) => file));
  // A file that lists it says already that it uses it.
  const users = roots
    .flatMap((root) => placesOfRoot(repository, root))
    .filter(({ file, start }) => start > 0 || !listed.has(file));
  return { declaration: [], references: [...listing, ...users] };
}

/** What names an object and means this one, of all that have its name. */
function ofObject(repository: GitOpsRepository, object: ObjectName, near: string): Found {
  const find = finderOf(repository, object);
  const declaration = find(object.namespace, near);
  const isMeant = (namespace: string, file: string): boolean =>
    declaration.length === 0
      ? isSameNamespace(namespace, object.namespace)
      : find(namespace, file).some((place) => declaration.some((own) => own.file === place.file && own.start === place.start));
  const references: Place[] = [];
  for (const path of repository.fluxObjects.keys()) {
    const file = repository.file(path);
    for (const mention of file === undefined ? [] : mentionsIn(file)) {
      if (mention.type !== 'object' || mention.object.kind !== object.kind || mention.object.name !== object.name) continue;
      if (isMeant(mention.object.namespace, path)) references.push(mention.place);
    }
  }
  return { declaration, references };
}

/** The policy, and every marker that names it. */
function ofPolicy(repository: GitOpsRepository, { namespace, name }: Pick<ObjectName, 'namespace' | 'name'>): Found {
  const policy = findPolicy(repository, { namespace, name });
  const place = policy && placeOfName(repository, policy);
  const markers = setterMarkers(repository).filter(
    (marker) => marker.policy?.name === name && isSameNamespace(marker.policy.namespace, namespace),
  );
  return {
    declaration: place === undefined ? [] : [place],
    references: markers.map(({ file, start, end }) => ({ file, start, end })),
  };
}

/** Every use of the variable by the Flux Kustomizations that substitute it here. */
function ofVariable(repository: GitOpsRepository, variable: Variable): Found {
  const values = valuesOfVariable(repository, variable);
  const files = new Set(values.flatMap(({ root }) => [...root.used]));
  const references: Place[] = [];
  for (const path of files) {
    const file = repository.file(path);
    for (const other of file === undefined ? [] : variablesIn(file))
      if (other.name === variable.name) references.push(other.place);
  }
  return { declaration: values.flatMap(({ place }) => place ?? []), references };
}
