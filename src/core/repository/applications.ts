/**
 * Which application an image belongs to: the directory of the build root that names it, else the directory that defines the workload, else the
 * workload itself. A HelmRelease is the application it installs.
 */
import { environmentWord, isPlace, isRegion, isSameStep } from './environmentNames.ts';
import type { EnvironmentInference, RootEnvironment } from './environments.ts';
import { splitPath } from './environments.ts';
import type { ImageUsage } from './model.ts';
import { isApplicationName, roleOf } from './structuralNames.ts';

/** Names that the path of one root offers. */
interface PathNames {
  /** Nearest name before the environment; for a root without environment the last name of its path. '' where there is none. */
  readonly before: string;
  /** Names after the environment, nearest first. */
  readonly after: readonly string[];
}

/** The usages and the path facts that an application is inferred from. */
export type Workload = Pick<ImageUsage, 'kind' | 'workload' | 'manifest' | 'originalName' | 'layers'>;

/** Stands for what a root holds where no workload is known. */
export const NO_WORKLOAD: Workload = { kind: '', workload: '', manifest: undefined, originalName: '', layers: [] };

export class ApplicationInference {
  private readonly inference: EnvironmentInference;
  private readonly names = new Map<RootEnvironment, PathNames>();
  /** Names after an environment that are clusters or environments: they stand below several names. */
  private readonly places = new Set<string>();
  private readonly namesByFile = new Map<string, readonly { readonly name: string; readonly index: number }[]>();
  /** Names of parts that several applications have, in paths without environment: `trident/namespaced`, `falco/namespaced`. */
  private readonly parts: ReadonlySet<string>;
  /** Whether all roots have one and the same name before the environment: the product, not an application. */
  private readonly product: string | undefined;

  constructor(roots: Iterable<RootEnvironment>, inference: EnvironmentInference) {
    this.inference = inference;
    const all = [...roots];
    this.parts = partNames(all);
    const before = new Set<string>();
    const asEnvironment = new Map<string, string>();
    const asPart = new Map<string, string>();
    for (const root of all) {
      const names = this.pathNames(root);
      this.names.set(root, names);
      before.add(names.before);
      const environment = root.segments[root.at];
      if (environment !== undefined) this.count(environment, names.before, asEnvironment);
      for (const name of names.after) this.count(name, names.before, asPart);
    }
    const groups = groupsOf(this.names);
    for (const [root, names] of this.names) this.names.set(root, this.narrow(root, names, groups));
    before.delete('');
    this.product = before.size === 1 ? [...before][0] : undefined;
  }

  /** The application of a workload in a root that was given to the constructor. Never ''. */
  infer(root: RootEnvironment, workload: Workload): string {
    const environment = root.environments[0] ?? '';
    if (workload.kind === 'HelmRelease' && workload.workload !== '') return withoutEnvironment(workload.workload, environment);
    if (root.application !== '') return root.application;
    const { before, after } = this.names.get(root) ?? this.pathNames(root);
    const own = withoutEnvironment(workload.workload, environment);
    const image = workload.originalName.slice(workload.originalName.lastIndexOf('/') + 1);
    const named = after.find((name) => name === own) ?? after.find((name) => name === image) ?? after[0];
    if (named !== undefined) return withoutEnvironment(named, environment);
    const defined = this.definingDirectory(root, workload);
    // `lab/dev` that puts together `base/admission` and `base/auth`: a workload from elsewhere that is called like the directory it comes from.
    const isElsewhere = workload.manifest !== undefined && !splitPath(workload.manifest).includes(before);
    const isPart = isElsewhere && defined !== '' && own.includes(defined) && !own.includes(before);
    if (before !== '' && before !== this.product && !isPart) return before;
    if (defined !== '') return defined;
    if (before !== '') return before;
    if (own !== '') return own;
    return image;
  }

  /** Of the names after the environment, those that can be the application. */
  private narrow(root: RootEnvironment, { before, after }: PathNames, groups: ReadonlySet<string>): PathNames {
    // Below a cluster there are only parts of what stands before the environment.
    const cluster = before === '' ? -1 : after.findIndex((name) => this.places.has(name));
    const names = cluster < 0 ? after : after.slice(0, cluster);
    const [group = ''] = names;
    return { before, after: names.length > 1 && groups.has(groupKey(root, group)) ? names.slice(1) : names };
  }

  /** Remembers below which name another one stands; below a second one, it is a place. */
  private count(name: string, below: string, seen: Map<string, string>): void {
    const other = seen.get(name);
    if (other === undefined) seen.set(name, below);
    else if (other !== below && other !== '' && below !== '') this.places.add(name);
  }

  /**
   * The directory that makes the workload what it is in this root: `backend` where `apps/dev/backend/kustomization.yaml` changes it, else where
   * `apps/base/backend/deployment.yaml` defines it. '' where there is none.
   */
  private definingDirectory({ segments, environments, at }: RootEnvironment, { workload, manifest, layers }: Workload): string {
    const namesOf = (file: string, from: number): string[] =>
      this.namesOn(file).flatMap(({ name, index }) => (index >= from && !environments.includes(name) ? [name] : []));
    // Of the environment's own directory only what lies below counts.
    const from = manifest !== undefined && at >= 0 && isBelow(manifest, segments.slice(0, at + 1)) ? at + 1 : 0;
    const defined = manifest === undefined ? [] : namesOf(manifest, from);
    for (const { owners } of layers) {
      for (const { file } of owners) {
        if (segments.length === 0 || !isBelow(file, segments)) continue;
        const changed = namesOf(file, segments.length);
        // `media/radarr` and `podinfo/app-version`: the name that the definition has too.
        const known = changed.findLast((name) => defined.includes(name) || workload.endsWith(name));
        if (changed[0] !== undefined) return known ?? changed[0];
      }
    }
    return defined.at(-1) ?? '';
  }

  /** The directories of a file that can be applications. Many workloads come from one file. */
  private namesOn(file: string): readonly { readonly name: string; readonly index: number }[] {
    let names = this.namesByFile.get(file);
    if (names === undefined) {
      const directories = splitPath(file).slice(0, -1);
      names = directories.flatMap((name, index) =>
        isApplicationName(name, directories[index - 1] ?? '') && !isRegion(name) && !isEnvironmentName(name)
          ? [{ name, index }]
          : [],
      );
      this.namesByFile.set(file, names);
    }
    return names;
  }

  private pathNames({ segments, at }: RootEnvironment): PathNames {
    const isNameAt = (index: number): boolean => isApplicationName(segments[index] ?? '', segments[index - 1] ?? '');
    // Without an environment, an overlay is a way of installing what stands above it.
    const overlay = at < 0 ? segments.findIndex((segment) => roleOf(segment).overlayAxis) : at;
    const above = segments
      .slice(0, overlay < 0 ? undefined : overlay)
      .filter((segment, index) => isNameAt(index) && !(at >= 0 && this.inference.isCluster(segment)));
    // `web/eu/prod`: where it runs, and not what.
    const named = above.filter((name) => !isRegion(name));
    const names = named.length > 0 || at >= 0 ? named : above;
    const isPart = at < 0 && names.length > 1 && this.parts.has(names.at(-1) ?? '');
    const before = names.at(isPart ? -2 : -1) ?? '';
    const after =
      at < 0 ? [] : segments.slice(at + 1).filter((segment, index) => isNameAt(at + 1 + index) && !this.isPlaceName(segment));
    return { before, after };
  }

  private isPlaceName(segment: string): boolean {
    return isPlace(segment) || this.inference.isCluster(segment) || isEnvironmentName(segment);
  }
}

/** `production media` where `apps/production/media` is no root itself and holds several applications, such as `radarr` and `sonarr`. */
function groupsOf(names: ReadonlyMap<RootEnvironment, PathNames>): Set<string> {
  const children = new Map<string, Set<string>>();
  const roots = new Set<string>();
  for (const [root, { after }] of names) {
    const [first, second] = after;
    if (first === undefined) continue;
    const key = groupKey(root, first);
    if (second === undefined) roots.add(key);
    else {
      const known = children.get(key);
      if (known === undefined) children.set(key, new Set([second]));
      else known.add(second);
    }
  }
  return new Set([...children].filter(([key, of]) => of.size > 1 && !roots.has(key)).map(([key]) => key));
}

function groupKey({ segments, at }: RootEnvironment, name: string): string {
  return `${segments.slice(0, at + 1).join('/')} ${name}`;
}

/** Last names of paths without environment that stand below at least three different names. */
function partNames(roots: readonly RootEnvironment[]): Set<string> {
  const owners = new Map<string, Set<string>>();
  for (const { segments, at } of roots) {
    if (at >= 0) continue;
    const names = segments.filter((segment, index) => isApplicationName(segment, segments[index - 1] ?? ''));
    const [owner, name] = names.slice(-2);
    if (owner === undefined || name === undefined) continue;
    const known = owners.get(name);
    if (known === undefined) owners.set(name, new Set([owner]));
    else known.add(owner);
  }
  return new Set([...owners].filter(([, of]) => of.size > 2).map(([name]) => name));
}

/** `prod`, `prod-eu`, `pr-123`: an environment, and at most where or which. */
function isEnvironmentName(name: string): boolean {
  const word = environmentWord(name);
  return word !== undefined && (word.rest === '' || word.placed);
}

/** `dev-backend`, `backend-prod`: the name without the environment that a prefix or suffix adds. */
function withoutEnvironment(name: string, environment: string): string {
  if (environment === '') return name;
  if (name.startsWith(`${environment}-`)) return name.slice(environment.length + 1);
  if (name.endsWith(`-${environment}`)) return name.slice(0, -environment.length - 1);
  const first = name.indexOf('-');
  if (first > 0 && isSameStep(name.slice(0, first), environment)) return name.slice(first + 1);
  const last = name.lastIndexOf('-');
  if (last > 0 && isSameStep(name.slice(last + 1), environment)) return name.slice(0, last);
  return name;
}

function isBelow(file: string, segments: readonly string[]): boolean {
  return file.startsWith(`${segments.join('/')}/`);
}
