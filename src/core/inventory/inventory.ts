/** Every image of a snapshot in its application and environment: what the views, the tooltips and the command line list. */
import { repositoryKey } from '../oci/imageReference.ts';
import { groupBy } from '../text/groupBy.ts';
import { NO_WORKLOAD } from '../repository/applications.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';
import { environmentWord } from '../repository/environmentNames.ts';
import type { Placement, RootPlacement } from '../repository/placement.ts';

export interface PlacedImage {
  /** Stable over snapshots as long as environment, root, workload and container keep their names. */
  readonly id: string;
  readonly application: string;
  /** '' where there is none. */
  readonly environment: string;
  readonly root: BuildRoot;
  readonly usage: ImageUsage;
  /** Equal for the same image in other environments, whatever renames it there. */
  readonly key: string;
}

/** A root without any known image, and why there may be some nevertheless. */
export interface SilentRoot {
  readonly application: string;
  readonly environment: string;
  readonly root: BuildRoot;
  /** One clause: `does not build: ...`, `... is not fetched`. */
  readonly why: string;
}

interface Placed {
  readonly placement: RootPlacement;
  readonly images: readonly PlacedImage[];
  readonly silent: readonly SilentRoot[];
}

/** Kept for roots that did not change: after an edit, only a few are placed again. */
const placedRoots = new WeakMap<BuildRoot, Placed>();

export class Inventory {
  readonly images: readonly PlacedImage[];
  readonly silent: readonly SilentRoot[];
  /** In order; '' last. */
  readonly environments: readonly string[];
  private readonly placement: Placement;
  private applicationIndex: ReadonlyMap<string, readonly PlacedImage[]> | undefined;
  private readonly others = new Map<PlacedImage, readonly PlacedImage[]>();
  private idIndex: ReadonlyMap<string, PlacedImage> | undefined;

  constructor(roots: readonly BuildRoot[], placement: Placement) {
    const images: PlacedImage[] = [];
    const silent: SilentRoot[] = [];
    for (const root of roots) {
      const own = placement.roots.get(root.id);
      if (own === undefined) continue;
      let placed = placedRoots.get(root);
      if (placed?.placement !== own) placedRoots.set(root, (placed = placeRoot(root, own)));
      // One by one: a call does not take as many arguments as a root can have images.
      for (const image of placed.images) images.push(image);
      for (const one of placed.silent) silent.push(one);
    }
    this.images = images;
    this.silent = silent;
    this.environments = placement.environments;
    this.placement = placement;
  }

  /** The environments of a root; '' where it belongs to none. */
  environmentsOf(root: BuildRoot): readonly string[] {
    return this.placement.roots.get(root.id)?.environments ?? [''];
  }

  /** Images by application, applications by name. */
  get byApplication(): ReadonlyMap<string, readonly PlacedImage[]> {
    const groups = () => groupBy(this.images, ({ application }) => application);
    this.applicationIndex ??= new Map([...groups()].sort(([a], [b]) => (a < b ? -1 : 1)));
    return this.applicationIndex;
  }

  image(id: string): PlacedImage | undefined {
    this.idIndex ??= new Map(this.images.map((image) => [image.id, image]));
    return this.idIndex.get(id);
  }

  /** The same image of the same application in the other environments, in their order: one for each, the one whose container is most alike. */
  elsewhere(image: PlacedImage): readonly PlacedImage[] {
    const known = this.others.get(image);
    if (known !== undefined) return known;
    const found = this.findElsewhere(image);
    this.others.set(image, found);
    return found;
  }

  private findElsewhere(image: PlacedImage): PlacedImage[] {
    const best = new Map<string, PlacedImage>();
    for (const other of this.byApplication.get(image.application) ?? []) {
      if (other.key !== image.key || other.environment === image.environment) continue;
      const known = best.get(other.environment);
      if (known === undefined || likeness(image, other) > likeness(image, known)) best.set(other.environment, other);
    }
    return this.environments.flatMap((environment) => best.get(environment) ?? []);
  }

  /** Whether a change surely reaches `a` before `b`: their names or the settings say so, and not only their place in a list. Never for two regions. */
  isBefore(a: string, b: string): boolean {
    const { order } = this.placement.settings;
    if (order.includes(a) && order.includes(b)) return order.indexOf(a) < order.indexOf(b);
    const [one, other] = [environmentWord(a), environmentWord(b)];
    if (one === undefined || other === undefined || one.step >= other.step || !one.onTheWay || !other.onTheWay) return false;
    return one.rest === other.rest || one.rest === '' || other.rest === '';
  }

  /** Negative where `a` comes before `b` in the order of environments. */
  compareEnvironments(a: string, b: string): number {
    return this.environments.indexOf(a) - this.environments.indexOf(b);
  }
}

function placeRoot(root: BuildRoot, placement: RootPlacement): Placed {
  const images: PlacedImage[] = [];
  const silent: SilentRoot[] = [];
  const seen = new Map<string, number>();
  const why = root.usages.length > 0 ? undefined : silence(root);
  for (const environment of placement.environments) {
    for (const usage of root.usages) {
      const { kind, namespace, workload, container } = usage;
      const name = [environment, root.id, kind, namespace, workload, container || usage.originalName].join(' ');
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      images.push({
        id: count === 1 ? name : `${name} ${String(count)}`,
        application: placement.application(usage),
        environment,
        root,
        usage,
        key: repositoryKey(usage.originalName),
      });
    }
    if (why !== undefined)
      silent.push({ application: placement.application(NO_WORKLOAD) || root.directory, environment, root, why });
  }
  return { placement, images, silent };
}

function silence({ failure, unknowns }: BuildRoot): string | undefined {
  if (failure !== undefined) return `does not build: ${failure}`;
  return unknowns[0]?.why;
}

function likeness({ usage }: PlacedImage, { usage: other }: PlacedImage): number {
  return (
    Number(usage.container === other.container) * 4 +
    Number(usage.kind === other.kind) * 2 +
    Number(usage.namespace === other.namespace)
  );
}
