/** A build under way: what it accumulates, and where it reads (api/internal/accumulator, api/internal/target, api/internal/loader). */
import { withoutCredentials } from '../git/credentials.ts';
import type { FileView, RepositoryFile } from '../repository/files.ts';
import { isInOrBelow, kustomizationFilesIn, resolvePath } from '../repository/files.ts';
import type { Unknown } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { Failure } from './failure.ts';
import { failureAt, placedAt } from './failure.ts';
import { objectsOf } from './fileObjects.ts';
import { findKustomization } from './findKustomization.ts';
import type { ResolvedOverride } from './imageTransformer.ts';
import { applyToAll, declaredImage } from './imageStep.ts';
import type { FieldSpec } from './fieldSpec.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import { parseKustomizationFile } from './kustomizationFile.ts';
import type { LayerCache, LayerResult, OpenApi } from './layerResult.ts';
import { cycleSentence, MAX_COMPONENTS, MAX_NESTING, MAX_OBJECTS, NO_OPENAPI } from './layerResult.ts';
import { isRemote, isUrl } from './remote.ts';
import { whyMissing } from './missing.ts';
import { restriction } from './restriction.ts';
import type { Resource } from './resource.ts';
import type { EntryRun, PatchRun } from './runs.ts';
import type { NotRead } from './step.ts';
import type { TransformerConfig } from './transformerConfig.ts';
import { DEFAULT_CONFIG, mergeConfigs } from './transformerConfig.ts';
import type { Variable } from './vars.ts';
import { mergeVariables } from './vars.ts';

/** Builds another directory, and runs the kustomization of a component: what an accumulator needs of `layers.ts`. */
export interface Builder {
  readonly resolve: (directory: string, view: FileView, cache: LayerCache, ancestors: readonly string[]) => LayerResult;
  readonly run: (build: Accumulator, file: KustomizationFile, directory: string) => void;
}

export class Accumulator {
  resources: readonly Resource[] = [];
  config: TransformerConfig = DEFAULT_CONFIG;
  vars: readonly Variable[] = [];
  readonly unknowns: Unknown[] = [];
  opaque: string | undefined;
  failure: Failure | undefined;
  plainFailure: Failure | undefined;
  openapi: OpenApi = NO_OPENAPI;
  readonly entryRuns: EntryRun[] = [];
  readonly patchRuns: PatchRun[] = [];
  readonly used = new Set<string>();
  readonly directories = new Set<string>();
  readonly view: FileView;
  readonly cache: LayerCache;
  private keys: { readonly of: readonly Resource[]; readonly known: Set<string> } | undefined;
  private readonly builder: Builder;
  private readonly ancestors: readonly string[];
  /** What a build may still do; shared with the components inside of it. */
  private readonly budget: { components: number };
  /** Whether the build around this one has parts that were not read. */
  private readonly isPartOfUncertain: boolean;

  constructor(
    builder: Builder,
    view: FileView,
    cache: LayerCache,
    ancestors: readonly string[],
    budget = { components: MAX_COMPONENTS },
    isPartOfUncertain = false,
  ) {
    this.builder = builder;
    this.view = view;
    this.cache = cache;
    this.ancestors = ancestors;
    this.budget = budget;
    this.isPartOfUncertain = isPartOfUncertain;
  }

  fail(failure: Failure | undefined): void {
    this.failure ??= failure;
  }

  result(): LayerResult {
    const { resources, config, vars, unknowns, opaque, failure, plainFailure, openapi, used, directories, entryRuns, patchRuns } =
      this;
    return { resources, config, vars, unknowns, opaque, failure, plainFailure, openapi, used, directories, entryRuns, patchRuns };
  }

  /** Whether there may be objects that were not read. */
  get isPartial(): boolean {
    return this.unknowns.length > 0 || this.isPartOfUncertain;
  }

  /** Whether everything was read that could hold an image. */
  get isCertain(): boolean {
    return !this.isPartial && this.opaque === undefined;
  }

  /** Something that can change everything so far was not read. */
  notRead({ why, scalar, isUnread }: NotRead, file: string): void {
    this.opaque ??= why;
    this.unknowns.push({ why, file: scalar?.source.file ?? file, scalar, ...(isUnread ? { isUnread } : {}) });
  }

  /** Adds objects; kustomize refuses a second one of the same identity. `at`: the reference that leads to them. */
  append(added: readonly Resource[], from: string, at?: ScalarNode): void {
    if (this.resources.length + added.length > MAX_OBJECTS) {
      const why = `${from} would make it more than ${String(MAX_OBJECTS)} objects and is not read`;
      this.notRead({ why, scalar: at, isUnread: true }, from);
      return;
    }
    const keys = this.knownKeys();
    const fresh = added.filter((resource) => {
      if (resource.declared) return true;
      const { kind, name, file, key } = resource;
      if (keys.has(key)) {
        const sentence = `${from} adds a second ${kind} ${name} (may not add resource with an already registered id).`;
        this.fail(failureAt(at ?? file, sentence));
        return false;
      }
      keys.add(key);
      return true;
    });
    const wanted = fresh.length === added.length ? added : fresh;
    const known = this.config.images === DEFAULT_CONFIG.images ? wanted : wanted.map((one) => one.withSpecs(this.config.images));
    this.resources = this.resources.length === 0 ? known : [...this.resources, ...known];
    this.keys = { of: this.resources, known: keys };
  }

  /** The keys of all objects; kept from one file to the next, as long as nothing else changes the objects. */
  private knownKeys(): Set<string> {
    if (this.keys?.of === this.resources) return this.keys.known;
    const keys = new Set<string>();
    for (const resource of this.resources) if (!resource.declared) keys.add(resource.key);
    return keys;
  }

  /** Adds what a directory builds to. `at`: the reference that leads to it. */
  addDirectory(directory: string, at?: ScalarNode): void {
    if (this.ancestors.length > MAX_NESTING) {
      this.fail(failureAt(at ?? '', `${directory} is nested in more than ${String(MAX_NESTING)} directories.`));
      return;
    }
    if (this.refuseCycle([directory], at)) return;
    const result = this.builder.resolve(directory, this.view, this.cache, this.ancestors);
    if (this.refuseCycle(result.directories, at)) return;
    this.setConfig(mergeConfigs(this.config, result.config), at);
    this.append(result.resources, directory, at);
    const vars = mergeVariables(this.vars, result.vars);
    if ('problem' in vars) this.fail(failureAt(at ?? '', `${directory}: ${vars.problem}.`));
    else this.vars = vars;
    this.remember(result);
    for (const unknown of result.unknowns) if (!this.unknowns.includes(unknown)) this.unknowns.push(unknown);
    this.opaque ??= result.opaque;
    this.fail(placedAt(result.failure, at));
    this.plainFailure ??= placedAt(result.plainFailure, at);
    for (const path of result.used) this.used.add(path);
    for (const included of result.directories) this.directories.add(included);
  }

  /** One by one: a call does not take as many arguments as a file can have entries. */
  private remember({ entryRuns, patchRuns }: Pick<LayerResult, 'entryRuns' | 'patchRuns'>): void {
    for (const run of entryRuns) this.entryRuns.push(run);
    for (const run of patchRuns) this.patchRuns.push(run);
  }

  /** A directory that is, or contains, one on the way to here would include itself. */
  private refuseCycle(directories: Iterable<string>, at: ScalarNode | undefined): boolean {
    for (const directory of directories) {
      if (!this.ancestors.some((ancestor) => isInOrBelow(ancestor, directory))) continue;
      this.fail(failureAt(at ?? '', cycleSentence(this.ancestors, directory)));
      return true;
    }
    return false;
  }

  setConfig(merged: TransformerConfig | { readonly problem: string }, at: ScalarNode | string | undefined): void {
    if ('problem' in merged) {
      this.fail(failureAt(at ?? '', `${merged.problem}.`));
      return;
    }
    const before = this.config;
    this.config = merged;
    if (before.images !== merged.images) this.resources = this.resources.map((resource) => resource.withSpecs(merged.images));
  }

  /** Adds the objects of a manifest file. `at`: the reference that leads to it. */
  addFile(path: string, file: RepositoryFile, at?: ScalarNode): void {
    this.use(path);
    const { resources, failure, unread } = objectsOf(file);
    this.fail(
      failure?.file === path && failure.at === undefined ? failureAt(at ?? path, failure.sentence, failure.kind) : failure,
    );
    if (unread !== '') this.unknowns.push({ why: unread, file: at?.source.file ?? path, scalar: at, isUnread: true });
    if (resources.length > 0) this.append(resources, path, at);
  }

  use(path: string): void {
    this.used.add(path);
    const real = this.view.real(path);
    if (real !== undefined) this.used.add(real);
  }

  /** Adds one entry of `resources:`: a file, or else a repository to clone, or else a directory. */
  addReference(reference: ScalarNode, directory: string): void {
    const { text, source } = reference;
    if (this.refuseEmpty(reference, 'resources')) return;
    const path = text.startsWith('/') ? undefined : resolvePath(directory, text);
    const found = path === undefined || isUrl(text) ? undefined : this.view.file(path);
    if (path !== undefined && found !== undefined) {
      this.plainFailure ??= restriction(this.view, path, directory, reference);
      this.addFile(path, found, reference);
      return;
    }
    if (isRemote(text)) {
      this.unknowns.push({ why: `${withoutCredentials(text)} is not fetched`, file: source.file, scalar: reference });
      return;
    }
    if (path === undefined) {
      const sentence = `${source.file}: ${text} is outside of the repository (no such file or directory there).`;
      this.fail(failureAt(reference, sentence));
      return;
    }
    const real = this.view.real(path);
    if (real !== undefined && this.view.isDirectory(real)) {
      if (kustomizationFilesIn(this.view, real).some((candidate) => parseKustomizationFile(candidate).isComponent)) {
        const sentence = `${source.file}: ${text} is a Component (expected kind != 'Component' for path); it belongs under components.`;
        this.fail(failureAt(reference, sentence));
      }
      this.addDirectory(real, reference);
      return;
    }
    this.use(path);
    this.fail(failureAt(reference, `${source.file}: ${text} ${whyMissing(this.view, path)}.`, 'missing-path'));
  }

  private refuseEmpty(reference: ScalarNode, list: string): boolean {
    if (reference.text !== '') return false;
    this.fail(failureAt(reference, `${reference.source.file}: an entry of ${list} is empty (new root cannot be empty).`));
    return true;
  }

  addComponent(reference: ScalarNode, directory: string): void {
    const { text, source } = reference;
    if (this.refuseEmpty(reference, 'components')) return;
    if (isRemote(text)) {
      this.notRead({ why: `the component ${withoutCredentials(text)} is not fetched`, scalar: reference }, source.file);
      return;
    }
    const path = text.startsWith('/') ? undefined : resolvePath(directory, text);
    const real = path === undefined ? undefined : this.view.real(path);
    if (real === undefined) {
      const why = path === undefined ? 'is outside of the repository' : whyMissing(this.view, path);
      this.fail(failureAt(reference, `${source.file}: ${text} ${why}.`));
      return;
    }
    if (this.refuseCycle([real], reference)) return;
    const kustomization = this.kustomizationIn(real, reference);
    if (kustomization === undefined) return;
    if (!kustomization.isComponent)
      this.fail(failureAt(reference, `${source.file}: ${text} is no Component (expected kind 'Component').`));
    this.directories.add(real);
    if (--this.budget.components < 0 || this.ancestors.length > MAX_NESTING) {
      this.fail(failureAt(reference, `${source.file}: components are nested too often.`));
      return;
    }
    this.absorbComponent(kustomization, real);
  }

  /** An empty build that reads where this one does: for objects that are no part of the build. */
  beside(directory: string): Accumulator {
    return new Accumulator(this.builder, this.view, this.cache, [...this.ancestors, directory], this.budget);
  }

  /** A component goes on where its parent is: with all objects, configurations and variables. */
  private absorbComponent(kustomization: KustomizationFile, directory: string): void {
    const inner = new Accumulator(
      this.builder,
      this.view,
      this.cache,
      [...this.ancestors, directory],
      this.budget,
      this.isPartial || this.opaque !== undefined,
    );
    inner.resources = this.resources;
    inner.config = this.config;
    inner.vars = this.vars;
    this.builder.run(inner, kustomization, directory);
    this.resources = inner.resources;
    this.config = inner.config;
    this.vars = inner.vars;
    this.unknowns.push(...inner.unknowns);
    this.opaque ??= inner.opaque;
    this.fail(inner.failure);
    this.plainFailure ??= inner.plainFailure;
    this.remember(inner);
    for (const used of inner.used) this.used.add(used);
    for (const included of inner.directories) this.directories.add(included);
  }

  /** The one kustomization file of a directory; fails where there is none or more than one. `at`: the reference that leads to it. */
  kustomizationIn(directory: string, at?: ScalarNode): KustomizationFile | undefined {
    const { kustomization, failure, plainFailure } = findKustomization(this.view, directory, this.used);
    this.fail(placedAt(failure, at));
    this.plainFailure ??= placedAt(plainFailure, at);
    return kustomization;
  }

  /** Applies one images entry; where it finds nothing and something was not read, its container may be in there. */
  applyImages(override: ResolvedOverride, specs?: readonly FieldSpec[]): void {
    const seen = this.resources;
    const result = applyToAll(override, seen, specs);
    const { file, name } = override.entry;
    if (result === undefined) {
      const sentence = `${file}: the image name "${override.name}" is no valid regular expression, and kustomize 5.8 crashes on it (panic: runtime error).`;
      this.fail(failureAt(name ?? file, sentence, 'image-name'));
      return;
    }
    if (result.problem !== undefined) this.fail(failureAt(name ?? file, `${file}: ${result.problem}.`));
    this.entryRuns.push({ override, matched: result.matched, seen, certain: this.isCertain });
    this.resources = result.resources;
    if (!result.matched && this.unknowns.length > 0) this.resources = [...this.resources, ...declaredImage(override)];
  }
}
