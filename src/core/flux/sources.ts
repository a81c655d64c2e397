/** Which source a Flux Kustomization reads from, and whether that is this repository (image-semantics.md A.0). */
import type { Resource } from '../kustomize/resource.ts';
import type { ArtifactCopy } from '../repository/model.ts';
import type { FileTree } from '../repository/view.ts';
import { ArtifactView } from '../repository/artifact.ts';
import { ComposedView } from '../repository/view.ts';
import type { FileView } from '../repository/files.ts';
import { commonDepth } from '../repository/files.ts';
import { compareText } from '../text/compareText.ts';
import { textAt } from '../yaml/node.ts';
import type { SourceReference } from './objects.ts';
import { artifactCopies, directoryOf, isFluxKustomization, sourceReferenceOf } from './objects.ts';

/** Where the path of a Flux Kustomization leads. */
export interface Location {
  readonly directory: string;
  /** `spec.ignore` of the source, '' where it has none. */
  readonly ignore: string;
  readonly artifact: readonly ArtifactCopy[] | undefined;
  /** False where the artifact only looks like a part of this repository, so that a missing path proves nothing. */
  readonly certain: boolean;
}

/** All sources of a repository as written. */
export class Sources {
  private readonly objects: readonly Resource[];
  private readonly generators: readonly Resource[];
  private readonly tree: FileTree;
  private readonly ownUrls: ReadonlySet<string>;
  private readonly views = new Map<string, FileView>();
  private suffixes: ReadonlyMap<string, string | undefined> | undefined;

  constructor(flux: ReadonlyMap<string, readonly Resource[]>, tree: FileTree, remoteUrls: readonly string[]) {
    const { objects, generators, bootstrapUrls } = sourceObjects(flux);
    this.objects = objects;
    this.generators = generators;
    this.tree = tree;
    this.ownUrls = new Set((remoteUrls.length > 0 ? remoteUrls.map(normaliseUrl) : bootstrapUrls).filter((url) => url !== ''));
  }

  /** undefined: the path belongs to another repository, or cannot be known. */
  locate(path: string, source: SourceReference, near: string): Location | undefined {
    if (path.includes('${')) return undefined;
    const directory = directoryOf(path);
    if (source.kind === 'ExternalArtifact') return this.locateArtifact(directory, source, near);
    if (source.kind === 'GitRepository') {
      const object = this.find(source);
      const certain = this.isThisRepository(source, object);
      const plausible =
        (object === undefined || this.ownUrls.size === 0) && directory !== '.' && this.tree.isDirectory(directory);
      return certain || plausible
        ? { directory, ignore: object === undefined ? '' : textAt(object.tree, 'spec', 'ignore'), artifact: undefined, certain }
        : undefined;
    }
    // An OCI artifact or a bucket is often made of this repository or of one of its directories.
    if (directory === '.') return undefined;
    const match = this.tree.isDirectory(directory) ? directory : this.uniqueSuffix(directory);
    return match === undefined ? undefined : { directory: match, ignore: '', artifact: undefined, certain: false };
  }

  /** Several clusters can compose artifacts of the same name: the generator that is written nearest to the Flux Kustomization counts. */
  private locateArtifact(directory: string, source: SourceReference, near: string): Location | undefined {
    const nearest = this.generators.toSorted((a, b) => commonDepth(b.file, near) - commonDepth(a.file, near));
    for (const generator of nearest) {
      const copies = artifactCopies(
        generator,
        source.name,
        (from) => from.kind === 'GitRepository' && this.isThisRepository(from, this.find(from)),
      );
      if (copies === undefined) continue;
      return { directory, ignore: '', artifact: copies, certain: true };
    }
    return undefined;
  }

  private find(source: SourceReference): Resource | undefined {
    const named = this.objects.filter(({ kind, name }) => kind === source.kind && name === source.name);
    return named.find(({ namespace }) => namespace === source.namespace) ?? named[0];
  }

  private isThisRepository(source: SourceReference, object: Resource | undefined): boolean {
    if (object === undefined) return source.name === 'flux-system';
    const url = normaliseUrl(textAt(object.tree, 'spec', 'url'));
    if (this.ownUrls.size === 0) return source.name === 'flux-system';
    if (!this.ownUrls.has(url)) return url.includes('${') && source.name === 'flux-system';
    return this.isOwnBranch(object, url);
  }

  /** Another branch of the same repository is another tree. */
  private isOwnBranch(object: Resource, url: string): boolean {
    const branch = textAt(object.tree, 'spec', 'ref', 'branch');
    if (object.name === 'flux-system' || branch === '') return true;
    const own = this.objects.filter(
      ({ kind, name, tree }) =>
        kind === 'GitRepository' && name === 'flux-system' && normaliseUrl(textAt(tree, 'spec', 'url')) === url,
    );
    return own.length === 0 || own.some(({ tree }) => textAt(tree, 'spec', 'ref', 'branch') === branch);
  }

  /** The files of the artifact that a location is in, in this snapshot. */
  view({ ignore, artifact }: Location): FileView {
    const key = artifact === undefined ? ignore : JSON.stringify([ignore, artifact]);
    let view = this.views.get(key);
    if (view === undefined) {
      const plain = ArtifactView.of(this.tree, ignore);
      view = artifact === undefined ? plain : new ComposedView(plain, artifact);
      this.views.set(key, view);
    }
    return view;
  }

  private uniqueSuffix(directory: string): string | undefined {
    if (this.suffixes === undefined) {
      const suffixes = new Map<string, string | undefined>();
      for (const name of this.tree.directoryNames()) {
        for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
          const suffix = name.slice(slash + 1);
          suffixes.set(suffix, suffixes.has(suffix) ? undefined : name);
        }
      }
      this.suffixes = suffixes;
    }
    return this.suffixes.get(directory);
  }
}

interface SourceObjects {
  readonly objects: readonly Resource[];
  readonly generators: readonly Resource[];
  readonly bootstrapUrls: readonly string[];
}

const collected = new WeakMap<ReadonlyMap<string, readonly Resource[]>, SourceObjects>();

function sourceObjects(flux: ReadonlyMap<string, readonly Resource[]>): SourceObjects {
  let known = collected.get(flux);
  if (known === undefined) {
    known = collect(flux);
    collected.set(flux, known);
  }
  return known;
}

/** Whether the sources and artifact generators of two snapshots are the same, so that every path still leads where it led. */
export function sameSourceObjects(
  a: ReadonlyMap<string, readonly Resource[]>,
  b: ReadonlyMap<string, readonly Resource[]>,
): boolean {
  if (a === b) return true;
  const [left, right] = [sourceObjects(a), sourceObjects(b)];
  const same = (x: readonly unknown[], y: readonly unknown[]) =>
    x.length === y.length && x.every((item, index) => item === y[index]);
  return (
    same(left.objects, right.objects) && same(left.generators, right.generators) && same(left.bootstrapUrls, right.bootstrapUrls)
  );
}

/**
 * Without a remote, a source is this repository when flux bootstrap gave it its name, or when a Flux Kustomization applies through it the directory in
 * which it is written itself.
 */
function collect(flux: ReadonlyMap<string, readonly Resource[]>): SourceObjects {
  const objects: Resource[] = [];
  const generators: Resource[] = [];
  const own = new Set(['flux-system']);
  for (const resources of flux.values()) {
    for (const resource of resources) {
      const { kind } = resource;
      if (kind === 'GitRepository' || kind === 'OCIRepository' || kind === 'Bucket') objects.push(resource);
      else if (kind === 'ArtifactGenerator') generators.push(resource);
      else if (isFluxKustomization(resource)) {
        const reference = sourceReferenceOf(resource.tree, resource.namespace);
        const directory = directoryOf(textAt(resource.tree, 'spec', 'path'));
        if (reference.kind === 'GitRepository' && directory !== '.' && resource.file.startsWith(`${directory}/`))
          own.add(reference.name);
      }
    }
  }
  for (const list of [objects, generators]) list.sort((a, b) => compareText(a.file, b.file));
  const bootstrap = objects.filter(({ kind, name }) => kind === 'GitRepository' && own.has(name));
  return { objects, generators, bootstrapUrls: bootstrap.map(({ tree }) => normaliseUrl(textAt(tree, 'spec', 'url'))) };
}

/** `https://github.com/Acme/fleet.git`, `ssh://git@github.com/acme/fleet` and `git@github.com:acme/fleet` are one repository. */
function normaliseUrl(url: string): string {
  return url
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
