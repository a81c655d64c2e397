/**
 * What one kustomization makes of its resources, in kustomize's own order (image-semantics.md A.2). Results for directories are kept and shared by every
 * overlay that builds on them; `used` says which paths a result depends on.
 */
import { withoutCredentials } from '../git/credentials.ts';
import type { Unknown } from '../repository/model.ts';
import type { FileView, RepositoryFile } from '../repository/files.ts';
import { kustomizationFilesIn, resolvePath } from '../repository/files.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { textAt } from '../yaml/node.ts';
import { absorb, generate } from './generators.ts';
import type { ResolvedOverride } from './imageTransformer.ts';
import { resolveOverride } from './imageTransformer.ts';
import type { Failure } from './failure.ts';
import { failureAt, placedAt } from './failure.ts';
import { findKustomization } from './findKustomization.ts';
import { Identities } from './identities.ts';
import type { LayerCache, LayerResult } from './layerResult.ts';
import { cycleSentence, MAX_COMPONENTS, MAX_NESTING } from './layerResult.ts';
import { applyToAll, declaredImage, renamed } from './transformations.ts';
import { imageFieldSpecs, transformersOf } from './plugins.ts';
import { isRemote } from './remote.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import { parseKustomizationFile } from './kustomizationFile.ts';
import { objectProblem } from './objectProblem.ts';
import type { PatchContext } from './patches.ts';
import { applyPatch } from './patches.ts';
import { applyReplacement } from './replacements.ts';
import type { ImageFieldSpec, Resource } from './resource.ts';
import { resourcesOf, withFieldSpecs } from './resource.ts';
import type { EntryRun, PatchRun } from './runs.ts';

/** A build under way: what it accumulates. */
export class Accumulator {
  resources: readonly Resource[] = [];
  fieldSpecs: readonly ImageFieldSpec[] = [];
  readonly unknowns: Unknown[] = [];
  opaque: string | undefined;
  failure: Failure | undefined;
  readonly entryRuns: EntryRun[] = [];
  readonly patchRuns: PatchRun[] = [];
  readonly used = new Set<string>();
  readonly directories = new Set<string>();
  readonly skippedKinds = new Set<string>();
  private readonly identities = new Identities();
  readonly view: FileView;
  readonly cache: LayerCache;
  private readonly ancestors: readonly string[];
  /** What a build may still do; shared with the components inside of it. */
  private readonly budget: { components: number };
  /** Whether the build around this one has parts that were not read. */
  private readonly isPartOfUncertain: boolean;

  constructor(
    view: FileView,
    cache: LayerCache,
    ancestors: readonly string[],
    budget = { components: MAX_COMPONENTS },
    isPartOfUncertain = false,
  ) {
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
    const { resources, fieldSpecs, unknowns, opaque, failure, used, directories, skippedKinds, entryRuns, patchRuns } = this;
    return { resources, fieldSpecs, unknowns, opaque, failure, used, directories, skippedKinds, entryRuns, patchRuns };
  }

  /** Whether everything was read that could hold an image. */
  private get isCertain(): boolean {
    return this.unknowns.length === 0 && this.opaque === undefined && !this.isPartOfUncertain;
  }

  /** Adds objects; kustomize refuses a second one of the same identity. `at`: the reference that leads to them. */
  private append(added: readonly Resource[], from: string, at?: ScalarNode): void {
    const fresh = this.identities.admit(added, ({ kind, name, file }) => {
      const sentence = `${from} adds a second ${kind} ${name} (may not add resource with an already registered id).`;
      this.fail(failureAt(at ?? file, sentence));
    });
    this.resources = this.resources.length === 0 ? fresh : [...this.resources, ...fresh];
  }

  /** Adds what a directory builds to. `at`: the reference that leads to it. */
  addDirectory(directory: string, at?: ScalarNode): void {
    if (this.ancestors.length > MAX_NESTING) {
      this.fail(failureAt(at ?? '', `${directory} is nested in more than ${String(MAX_NESTING)} directories.`));
      return;
    }
    if (this.ancestors.includes(directory)) {
      this.fail(failureAt(at ?? '', cycleSentence(this.ancestors, directory)));
      return;
    }
    const result = resolveDirectory(directory, this.view, this.cache, this.ancestors);
    this.append(result.resources, directory, at);
    this.entryRuns.push(...result.entryRuns);
    this.patchRuns.push(...result.patchRuns);
    for (const kind of result.skippedKinds) this.skippedKinds.add(kind);
    this.fieldSpecs = [...new Set([...this.fieldSpecs, ...result.fieldSpecs])];
    for (const unknown of result.unknowns) if (!this.unknowns.includes(unknown)) this.unknowns.push(unknown);
    this.opaque ??= result.opaque;
    this.fail(placedAt(result.failure, at));
    for (const path of result.used) this.used.add(path);
    for (const included of result.directories) this.directories.add(included);
  }

  /** Adds the objects of a manifest file. `at`: the reference that leads to it. */
  addFile(path: string, file: RepositoryFile, at?: ScalarNode): void {
    this.used.add(path);
    if (file.unreadable !== undefined) this.fail(failureAt(at ?? path, `${path} ${file.unreadable}.`));
    const added: Resource[] = [];
    for (const document of file.documents) {
      const hint = document.kindHint;
      const source = hint === 'ConfigMap' || hint === 'Secret';
      if (!source && !document.matters) {
        this.skippedKinds.add(hint.endsWith('List') ? '' : hint);
        this.fail(objectProblem(document, file.checksSyntax));
        continue;
      }
      // The tree comes first: with it, nothing is parsed twice.
      const resources = resourcesOf(document);
      this.fail(objectProblem(document, true));
      for (const resource of resources) added.push(withFieldSpecs(resource, this.fieldSpecs));
    }
    if (added.length > 0) this.append(added, path, at);
  }

  /** Adds one entry of `resources:`. */
  addReference(reference: ScalarNode, directory: string): void {
    const text = reference.text;
    const file = reference.source.file;
    if (isRemote(text)) {
      this.unknowns.push({ why: `${withoutCredentials(text)} is not fetched`, file, scalar: reference });
      return;
    }
    const path = resolvePath(directory, text);
    if (path === undefined) {
      this.fail(failureAt(reference, `${file}: ${text} is outside of the repository (no such file or directory there).`));
      return;
    }
    const found = this.view.file(path);
    if (found !== undefined) {
      this.addFile(path, found, reference);
      return;
    }
    if (this.view.isDirectory(path)) {
      if (kustomizationFilesIn(this.view, path).some((candidate) => parseKustomizationFile(candidate).isComponent))
        this.fail(
          failureAt(
            reference,
            `${file}: ${text} is a Component (expected kind != 'Component' for path); it belongs under components.`,
          ),
        );
      this.addDirectory(path, reference);
      return;
    }
    this.used.add(path);
    this.fail(failureAt(reference, `${file}: ${text} does not exist (no such file or directory).`, 'missing-path'));
  }

  /** Runs all steps of a kustomization on what is accumulated so far. */
  run(file: KustomizationFile, directory: string, overrides: readonly ResolvedOverride[] | undefined, strict: boolean): void {
    this.fail(file.failure);
    if (strict && file.strictFailure !== undefined) this.fail(file.strictFailure);
    for (const reference of file.resources) this.addReference(reference, directory);
    this.readConfigurations(file, directory);
    for (const entry of file.configMaps) this.generate(entry, 'ConfigMap', file, directory);
    for (const entry of file.secrets) this.generate(entry, 'Secret', file, directory);
    if (file.helmCharts) this.unknowns.push({ why: 'helmCharts are not inflated', file: file.file, scalar: undefined });
    for (const scalar of file.generators)
      this.unknowns.push({
        why: `the generator ${scalar.text.split('\n')[0] ?? ''} is not run`,
        file: scalar.source.file,
        scalar,
      });
    for (const component of file.components) this.addComponent(component, directory);
    const context: PatchContext = {
      view: this.view,
      directory,
      used: this.used,
      fail: (sentence, at, kind) => this.fail(failureAt(at ?? file.file, `${file.file}: ${sentence}`, kind)),
      notRead: (why, scalar) => this.notRead(why, scalar),
      ran: (patch, matched, kind) => {
        // A pattern can mean kinds of which nothing was read.
        const isOpen = /^\w+$/.test(kind) ? context.mayHold(kind) : this.skippedKinds.size > 0;
        this.patchRuns.push({ patch, file: file.file, matched, seen: this.resources, certain: this.isCertain && !isOpen });
      },
      mayHold: (kind) => this.unknowns.length > 0 || this.skippedKinds.has(kind) || this.skippedKinds.has(''),
    };
    for (const patch of file.patches) this.resources = applyPatch(this.resources, patch, context);
    this.resources = renamed(this.resources, file);
    for (const patch of file.jsonPatches) this.resources = applyPatch(this.resources, patch, context);
    for (const override of overrides ?? file.images.map((entry) => resolveOverride(entry, 'images'))) this.applyImages(override);
    for (const entry of file.replacements) this.resources = applyReplacement(this.resources, entry, context);
    for (const transformer of file.transformers) this.runTransformer(transformer, directory, context);
  }

  private generate(entry: MapNode, kind: 'ConfigMap' | 'Secret', file: KustomizationFile, directory: string): void {
    const fail = (sentence: string, at?: ScalarNode): void => this.fail(failureAt(at ?? file.file, `${file.file}: ${sentence}`));
    const generated = generate(entry, kind, this.view, directory, this.used, fail);
    // What was not fetched may hold the object to merge with.
    const failUnlessPartial = this.unknowns.length > 0 ? () => undefined : fail;
    this.resources = absorb(this.resources, generated, textAt(entry, 'behavior'), failUnlessPartial);
  }

  addComponent(reference: ScalarNode, directory: string): void {
    const file = reference.source.file;
    if (isRemote(reference.text)) {
      this.notRead(`the component ${withoutCredentials(reference.text)} is not fetched`, reference);
      return;
    }
    const path = resolvePath(directory, reference.text);
    if (path === undefined) {
      this.fail(failureAt(reference, `${file}: ${reference.text} is outside of the repository.`));
      return;
    }
    if (this.ancestors.includes(path)) {
      this.fail(failureAt(reference, cycleSentence(this.ancestors, path)));
      return;
    }
    const kustomization = this.kustomizationIn(path, reference);
    if (kustomization === undefined) return;
    if (!kustomization.isComponent)
      this.fail(failureAt(reference, `${file}: ${reference.text} is no Component (expected kind 'Component').`));
    this.directories.add(path);
    if (--this.budget.components < 0 || this.ancestors.length > MAX_NESTING) {
      this.fail(failureAt(reference, `${file}: components are nested too often.`));
      return;
    }
    const inner = new Accumulator(this.view, this.cache, [...this.ancestors, path], this.budget, !this.isCertain);
    inner.append(this.resources, '');
    for (const kind of this.skippedKinds) inner.skippedKinds.add(kind);
    // What the parent could not read may be of any kind.
    if (this.unknowns.length > 0) inner.skippedKinds.add('');
    inner.fieldSpecs = this.fieldSpecs;
    inner.run(kustomization, path, undefined, true);
    this.resources = inner.resources;
    this.identities.addAll(inner.identities);
    for (const kind of inner.skippedKinds) this.skippedKinds.add(kind);
    this.fieldSpecs = inner.fieldSpecs;
    this.unknowns.push(...inner.unknowns);
    this.opaque ??= inner.opaque;
    this.fail(inner.failure);
    this.entryRuns.push(...inner.entryRuns);
    this.patchRuns.push(...inner.patchRuns);
    for (const used of inner.used) this.used.add(used);
    for (const included of inner.directories) this.directories.add(included);
  }

  /** The one kustomization file of a directory; fails where there is none or more than one. `at`: the reference that leads to it. */
  kustomizationIn(directory: string, at?: ScalarNode): KustomizationFile | undefined {
    const { kustomization, failure } = findKustomization(this.view, directory, this.used);
    this.fail(placedAt(failure, at));
    return kustomization;
  }

  /** Applies one images entry; where it finds nothing and something was not read, its container may be in there. */
  private applyImages(override: ResolvedOverride): void {
    const seen = this.resources;
    const result = applyToAll(override, seen);
    if (result === undefined) {
      const { file, name } = override.entry;
      const sentence = `${file}: the image name "${override.name}" is no valid regular expression, and kustomize 5.8 crashes on it (panic: runtime error).`;
      this.fail(failureAt(name ?? file, sentence, 'image-name'));
      return;
    }
    // Documents that hold none of the usual fields are not read, and a configured field can be any other.
    const certain = this.isCertain && this.fieldSpecs.every(({ path }) => /image|containers/i.test(path));
    this.entryRuns.push({ override, matched: result.matched, seen, certain });
    this.resources = result.resources;
    if (!result.matched && this.unknowns.length > 0) this.resources = [...this.resources, ...declaredImage(override)];
  }

  /** Something that can change everything so far was not read. */
  private notRead(why: string, scalar: ScalarNode): void {
    this.opaque ??= why;
    this.unknowns.push({ why, file: scalar.source.file, scalar });
  }

  private readConfigurations(file: KustomizationFile, directory: string): void {
    for (const reference of file.configurations) {
      const path = resolvePath(directory, reference.text);
      if (path === undefined) continue;
      this.used.add(path);
      this.fieldSpecs = [...this.fieldSpecs, ...imageFieldSpecs(this.view.file(path)?.documents[0]?.root)];
    }
    if (file.configurations.length > 0)
      this.resources = this.resources.map((resource) => withFieldSpecs(resource, this.fieldSpecs));
  }

  private runTransformer(reference: ScalarNode, directory: string, context: PatchContext): void {
    for (const step of transformersOf(reference, directory, this.view, this.used)) {
      if ('override' in step) this.applyImages(step.override);
      else if ('patch' in step) this.resources = applyPatch(this.resources, step.patch, context);
      else this.notRead(step.why, reference);
    }
  }
}

/** Builds a directory as kustomize does, from the cache where it has been built before. Cycles fail; they never recurse. */
export function resolveDirectory(
  directory: string,
  view: FileView,
  cache: LayerCache,
  ancestors: readonly string[] = [],
): LayerResult {
  const key = `${view.id}:${directory}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const accumulator = new Accumulator(view, cache, [...ancestors, directory]);
  accumulator.directories.add(directory);
  const kustomization = accumulator.kustomizationIn(directory);
  if (kustomization !== undefined) accumulator.run(kustomization, directory, undefined, true);
  const result = accumulator.result();
  cache.set(key, result);
  return result;
}
