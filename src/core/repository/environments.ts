/**
 * Which environment a build root belongs to, from the directories of all build roots and from the clusters that deploy them. No name means an
 * environment everywhere (`integration`, `test` and `demo` are applications too), so that every segment of a path is weighed against its siblings.
 */
import type { EnvironmentWord } from './environmentNames.ts';
import { environmentWord, isPlace } from './environmentNames.ts';
import { isStructuralBelow, roleOf } from './structuralNames.ts';

/** All that the inference may look at. */
export interface RootFact {
  /** Relative to the repository, '.' for the top. */
  readonly directory: string;
  /** Names of the directories from the top of the repository to the root. */
  readonly segments: readonly string[];
  /** Directories of the cluster entries that deploy the root (`clusters/dev`), '' where it is not known. */
  readonly clusters: readonly string[];
}

export interface RootEnvironment {
  /** '' where there is none. A root that several clusters deploy alike is in several environments. */
  readonly environments: readonly string[];
  readonly segments: readonly string[];
  /** The segment that names the environment, -1 where none does. */
  readonly at: number;
  /** What that segment says about the application (`elasticsearch-staging` in `apps/dev`), '' where nothing. */
  readonly application: string;
}

/** What is known of the children of one directory. */
interface Level {
  readonly children: Set<string>;
  summary: LevelSummary | undefined;
}
interface LevelSummary {
  /** Share of the children that are environments by themselves, discounted for few children. */
  readonly purity: number;
  /** Whether a child is an environment and nothing else. */
  readonly hasPure: boolean;
  /** How many children can be nothing but environments. */
  readonly unmistakable: number;
  /** Share of the children of the form `application-environment`. */
  readonly split: number;
  /** Whether a step stands in front of several names, beside other steps: `dev-api`, `dev-web`, `prod-db`. One alone, as `dev-portal`, may be a name. */
  readonly hasPrefixes: boolean;
  /** Environment steps by the rest of the name: `elasticsearch` > staging, demo. */
  readonly stems: ReadonlyMap<string, ReadonlySet<number>>;
}

interface Candidate {
  readonly at: number;
  readonly score: number;
  readonly environment: string;
  readonly application: string;
}

export class EnvironmentInference {
  private readonly levels = new Map<string, Level>();
  private readonly clusterNames = new Map<string, string>();
  private readonly knownClusters = new Set<string>();
  /** Whether an overlay of any name is an environment, or only those whose names say so: a catalogue has overlays for ways of installing. */
  private anyOverlay = true;

  constructor(facts: readonly RootFact[]) {
    for (const { segments } of facts) this.add(segments);
    for (const cluster of new Set(facts.flatMap(({ clusters }) => clusters))) this.add(splitPath(cluster));
    for (const cluster of new Set(facts.flatMap(({ clusters }) => clusters))) {
      const name = this.clusterName(cluster);
      if (name !== '') this.knownClusters.add(name);
    }
    this.anyOverlay = this.hasEnvironmentOverlays(facts);
    // Purity counts known clusters, which the first look at cluster names could not know yet.
    for (const level of this.levels.values()) level.summary = undefined;
  }

  /** The environment of a root; `facts` of the constructor must hold the root. */
  infer({ segments, clusters }: RootFact): RootEnvironment {
    const best = this.best(segments);
    if (best !== undefined) return { environments: [best.environment], segments, at: best.at, application: best.application };
    const names = new Set(clusters.map((cluster) => this.clusterName(cluster)));
    if (names.size > 1) names.delete('');
    return { environments: names.size === 0 ? [''] : [...names], segments, at: -1, application: '' };
  }

  /** Whether a segment is the name of a cluster that Flux deploys to. */
  isCluster(name: string): boolean {
    return this.knownClusters.has(name);
  }

  private add(segments: readonly string[]): void {
    const path = segments.join('/');
    let end = 0;
    for (const segment of segments) {
      const parent = path.slice(0, Math.max(0, end - 1));
      const level = this.levels.get(parent);
      if (level === undefined) this.levels.set(parent, { children: new Set([segment]), summary: undefined });
      else level.children.add(segment);
      end += segment.length + 1;
    }
  }

  private clusterName(directory: string): string {
    const found = this.clusterNames.get(directory);
    if (found !== undefined) return found;
    const segments = splitPath(directory);
    const axis = segments.findIndex(
      (segment, index) => index > 0 && roleOf(segments[index - 1] ?? '').clusterAxis && !roleOf(segment).structural,
    );
    const name = segments[axis] ?? this.best(segments)?.environment ?? this.amongEnvironments(segments);
    this.clusterNames.set(directory, name);
    return name;
  }

  /** The name of a cluster entry of no known kind beside those of several environments: `cluster-apps/{production,staging,fallback}`. */
  private amongEnvironments(segments: readonly string[]): string {
    const { purity, unmistakable } = this.summary(segments.slice(0, -1).join('/'));
    return unmistakable > 1 && purity >= 0.5 ? (segments.at(-1) ?? '') : '';
  }

  private best(segments: readonly string[]): Candidate | undefined {
    let best: Candidate | undefined;
    for (const at of segments.keys()) {
      const candidate = this.weigh(segments, at);
      if (candidate !== undefined && (best === undefined || candidate.score > best.score)) best = candidate;
    }
    return best;
  }

  /** How much speaks for one segment. The figures only rank: axis directory > plain word among its like > overlay of any name > cluster directory. */
  private weigh(segments: readonly string[], at: number): Candidate | undefined {
    const segment = segments[at] ?? '';
    const above = segments[at - 1] ?? '';
    if (isStructuralBelow(segment, above)) return undefined;
    const whole = (score: number): Candidate => ({ at, score, environment: segment, application: '' });
    const word = environmentWord(segment);
    const axis = roleOf(above);
    if (axis.environmentAxis) return whole(word === undefined ? 100 : 110);
    if (axis.overlayAxis) {
      if (word?.unmistakable === true) return whole(100);
      return roleOf(segment).variant || !this.anyOverlay ? undefined : whole(word === undefined ? 60 : 100);
    }
    if (axis.clusterAxis) return whole(word === undefined ? 20 : 45);
    const isCluster = this.knownClusters.has(segment);
    if (word === undefined && !isCluster) return undefined;
    const level = this.summary(segments.slice(0, at).join('/'));
    if (word === undefined || isCluster) return whole(65 + 10 * level.purity);
    if (word.rest === '' || isDecorated(word)) {
      const environment = word.rest === '' ? segment : word.word;
      if (word.unmistakable) return { ...whole(50 + 40 * level.purity), environment };
      // Alone or among others, such a name needs company that is an environment for sure, or an application above it.
      const hasCompany = level.unmistakable > 0 || (above !== '' && !axis.structural);
      const isLikely = level.purity > 0.5 || level.unmistakable > 1 || (level.purity === 0.5 && hasCompany);
      return isLikely ? whole(40 + 40 * level.purity) : undefined;
    }
    // `elasticsearch-staging` beside `elasticsearch-demo`: the same thing twice, so that the word must be what differs, even inside of `apps/dev`.
    const steps = word.at === 'middle' || word.placed ? 0 : (level.stems.get(word.rest)?.size ?? 0);
    if (steps > 1 && !level.hasPure) return { at, score: 95, environment: word.word, application: word.rest };
    if (level.hasPure || word.placed) return level.purity > 0.3 || word.placed ? whole(40 + 40 * level.purity) : undefined;
    if (word.unmistakable && word.at !== 'middle' && level.split > 0.5 && (word.at === 'end' || level.hasPrefixes))
      return { at, score: 40 + 40 * level.split, environment: word.word, application: word.rest };
    return undefined;
  }

  /** Whether overlays are environments here: for one thing only, or at least a quarter named like environments, clusters, or alike for several things. */
  private hasEnvironmentOverlays(facts: readonly RootFact[]): boolean {
    const owners = new Set<string>();
    const overlays = new Map<string, Set<string>>();
    for (const { segments } of facts) {
      const axis = segments.findIndex((segment) => roleOf(segment).overlayAxis);
      const name = segments[axis + 1];
      if (axis < 0 || name === undefined || isStructuralBelow(name, segments[axis] ?? '')) continue;
      const owner = segments.slice(0, axis).join('/');
      owners.add(owner);
      const of = overlays.get(name);
      if (of === undefined) overlays.set(name, new Set([owner]));
      else of.add(owner);
    }
    if (owners.size < 2) return true;
    let all = 0;
    let named = 0;
    for (const [name, of] of overlays) {
      all += of.size;
      const isEnvironment =
        environmentWord(name)?.unmistakable === true || this.knownClusters.has(name) || (of.size > 1 && !roleOf(name).variant);
      if (isEnvironment) named += of.size;
    }
    return named * 4 >= all;
  }

  private summary(parent: string): LevelSummary {
    const level = this.levels.get(parent);
    if (level === undefined)
      return { purity: 0, hasPure: false, unmistakable: 0, split: 0, hasPrefixes: false, stems: new Map() };
    level.summary ??= summarize([...level.children], this.knownClusters);
    return level.summary;
  }
}

function summarize(children: readonly string[], knownClusters: ReadonlySet<string>): LevelSummary {
  let named = 0;
  let pure = 0;
  let placed = 0;
  let split = 0;
  let unmistakable = 0;
  const stems = new Map<string, Set<number>>();
  const prefixed = new Map<number, number>();
  for (const child of children) {
    if (roleOf(child).structural) continue;
    named++;
    const word = environmentWord(child);
    if (word?.rest === '' && word.unmistakable) unmistakable++;
    if (knownClusters.has(child) || word?.rest === '' || (word !== undefined && isDecorated(word))) pure++;
    else if (word?.placed === true) placed++;
    else if (word !== undefined && word.at !== 'middle') {
      split++;
      if (word.at === 'start') prefixed.set(word.step, (prefixed.get(word.step) ?? 0) + 1);
      const steps = stems.get(word.rest);
      if (steps === undefined) stems.set(word.rest, new Set([word.step]));
      else steps.add(word.step);
    }
  }
  // One more child that is none: a lone `test` proves less than `dev`, `test` and `prod` together.
  return {
    purity: (pure + 0.75 * placed) / (named + 1),
    hasPure: pure > 0,
    unmistakable,
    split: split / (named + 1),
    // A repeated prefix tells apart only beside another one.
    hasPrefixes: prefixed.size > 1 && Math.max(...prefixed.values()) > 1,
    stems,
  };
}

/** `local-k8s`, `prod-cluster`: an environment and a word that only structures. */
function isDecorated(word: EnvironmentWord): boolean {
  return word.rest !== '' && roleOf(word.rest).structural && !isPlace(word.rest);
}

export function splitPath(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}
