/**
 * What one kustomization makes of its resources, in kustomize's own order (image-semantics.md A.2). Results for directories are kept and shared by every
 * overlay that builds on them; `used` says which paths a result depends on.
 */
import type { Unknown } from '../repository/model.ts';
import type { FileView, RepositoryFile } from '../repository/files.ts';
import { kustomizationFilesIn, resolvePath } from '../repository/files.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { getIn, textAt } from '../yaml/node.ts';
import { absorb, generate } from './generators.ts';
import type { ResolvedOverride } from './imageTransformer.ts';
import { resolveOverride } from './imageTransformer.ts';
import { findKustomization } from './findKustomization.ts';
import type { LayerCache, LayerResult } from './layerResult.ts';
import { cycleSentence, MAX_COMPONENTS, MAX_NESTING } from './layerResult.ts';
import { applyToAll, declaredImage, renamed } from './transformations.ts';
import { HARMLESS, imageFieldSpecs, pluginObjects } from './plugins.ts';
import { isRemote } from './remote.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import { imageOverride, parseKustomizationFile, patchEntry } from './kustomizationFile.ts';
import { objectProblem } from './objectProblem.ts';
import type { PatchContext } from './patches.ts';
import { applyPatch } from './patches.ts';
import { applyReplacement } from './replacements.ts';
import type { ImageFieldSpec, Resource } from './resource.ts';
import { resourcesOf, withFieldSpecs } from './resource.ts';

/** A build under way: what it accumulates. */
export class Accumulator {
  resources: readonly Resource[] = [];
  fieldSpecs: readonly ImageFieldSpec[] = [];
  readonly unknowns: Unknown[] = [];
  opaque: string | undefined;
  failure: string | undefined;
  readonly used = new Set<string>();
  readonly directories = new Set<string>();
  readonly skippedKinds = new Set<string>();
  private readonly identities = new Set<string>();
  readonly view: FileView;
  readonly cache: LayerCache;
  private readonly ancestors: readonly string[];
  /** What a build may still do; shared with the components inside of it. */
  private readonly budget: { components: number };

  constructor(view: FileView, cache: LayerCache, ancestors: readonly string[], budget = { components: MAX_COMPONENTS }) {
    this.view = view;
    this.cache = cache;
    this.ancestors = ancestors;
    this.budget = budget;
  }

  fail(sentence: string | undefined): void {
    this.failure ??= sentence;
  }

  result(): LayerResult {
    const { resources, fieldSpecs, unknowns, opaque, failure, used, directories, skippedKinds } = this;
    return { resources, fieldSpecs, unknowns, opaque, failure, used, directories, skippedKinds };
  }

  /** Adds objects; kustomize refuses a second one of the same identity. */
  private append(added: readonly Resource[], from: string): void {
    const fresh = added.filter((resource) => this.isNew(resource, from));
    this.resources = this.resources.length === 0 && fresh.length === added.length ? added : [...this.resources, ...fresh];
  }

  private isNew({ apiVersion, kind, namespace, name, file, declared }: Resource, from: string): boolean {
    // Generated objects may merge with others.
    if (declared || file === '' || name === '') return true;
    const identity = `${apiVersion} ${kind} ${namespace || 'default'} ${name}`;
    if (this.identities.has(identity)) {
      this.fail(`${from} adds a second ${kind} ${name} (may not add resource with an already registered id).`);
      return false;
    }
    this.identities.add(identity);
    return true;
  }

  /** Adds what a directory builds to. */
  addDirectory(directory: string): void {
    if (this.ancestors.length > MAX_NESTING) {
      this.fail(`${directory} is nested in more than ${String(MAX_NESTING)} directories.`);
      return;
    }
    if (this.ancestors.includes(directory)) {
      this.fail(cycleSentence(this.ancestors, directory));
      return;
    }
    const result = resolveDirectory(directory, this.view, this.cache, this.ancestors);
    this.append(result.resources, directory);
    for (const kind of result.skippedKinds) this.skippedKinds.add(kind);
    this.fieldSpecs = [...new Set([...this.fieldSpecs, ...result.fieldSpecs])];
    for (const unknown of result.unknowns) if (!this.unknowns.includes(unknown)) this.unknowns.push(unknown);
    this.opaque ??= result.opaque;
    this.fail(result.failure);
    for (const path of result.used) this.used.add(path);
    for (const included of result.directories) this.directories.add(included);
  }

  /** Adds the objects of a manifest file. */
  addFile(path: string, file: RepositoryFile): void {
    this.used.add(path);
    if (file.unreadable !== undefined) this.fail(`${path} ${file.unreadable}.`);
    const added: Resource[] = [];
    for (const document of file.documents) {
      const hint = document.kindHint;
      const source = hint === 'ConfigMap' || hint === 'Secret';
      if (!source && !document.matters) {
        this.skippedKinds.add(hint.endsWith('List') ? '' : hint);
        this.fail(objectProblem(document, file.checksSyntax));
        continue;
      }
      this.fail(objectProblem(document, true));
      for (const resource of resourcesOf(document)) added.push(withFieldSpecs(resource, this.fieldSpecs));
    }
    if (added.length > 0) this.append(added, path);
  }

  /** Adds one entry of `resources:`. */
  addReference(reference: ScalarNode, directory: string): void {
    const text = reference.text;
    const file = reference.source.file;
    if (isRemote(text)) {
      this.unknowns.push({ why: `${text} is not fetched`, file, scalar: reference });
      return;
    }
    const path = resolvePath(directory, text);
    if (path === undefined) {
      this.fail(`${file}: ${text} is outside of the repository (no such file or directory there).`);
      return;
    }
    const found = this.view.file(path);
    if (found !== undefined) {
      this.addFile(path, found);
      return;
    }
    if (this.view.isDirectory(path)) {
      if (kustomizationFilesIn(this.view, path).some((candidate) => parseKustomizationFile(candidate).isComponent))
        this.fail(`${file}: ${text} is a Component (expected kind != 'Component' for path); it belongs under components.`);
      this.addDirectory(path);
      return;
    }
    this.used.add(path);
    this.fail(`${file}: ${text} does not exist (no such file or directory).`);
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
      fail: (sentence) => this.fail(`${file.file}: ${sentence}`),
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
    const fail = (sentence: string): void => this.fail(`${file.file}: ${sentence}`);
    const generated = generate(entry, kind, this.view, directory, this.used, fail);
    // What was not fetched may hold the object to merge with.
    const failUnlessPartial = this.unknowns.length > 0 ? () => undefined : fail;
    this.resources = absorb(this.resources, generated, textAt(entry, 'behavior'), failUnlessPartial);
  }

  addComponent(reference: ScalarNode, directory: string): void {
    const file = reference.source.file;
    if (isRemote(reference.text)) {
      this.opaque ??= `the component ${reference.text} is not fetched`;
      this.unknowns.push({ why: `the component ${reference.text} is not fetched`, file, scalar: reference });
      return;
    }
    const path = resolvePath(directory, reference.text);
    if (path === undefined) {
      this.fail(`${file}: ${reference.text} is outside of the repository.`);
      return;
    }
    if (this.ancestors.includes(path)) {
      this.fail(cycleSentence(this.ancestors, path));
      return;
    }
    const kustomization = this.kustomizationIn(path);
    if (kustomization === undefined) return;
    if (!kustomization.isComponent) this.fail(`${file}: ${reference.text} is no Component (expected kind 'Component').`);
    this.directories.add(path);
    if (--this.budget.components < 0 || this.ancestors.length > MAX_NESTING) {
      this.fail(`${file}: components are nested too often.`);
      return;
    }
    const inner = new Accumulator(this.view, this.cache, [...this.ancestors, path], this.budget);
    inner.append(this.resources, '');
    for (const kind of this.skippedKinds) inner.skippedKinds.add(kind);
    // What the parent could not read may be of any kind.
    if (this.unknowns.length > 0) inner.skippedKinds.add('');
    inner.fieldSpecs = this.fieldSpecs;
    inner.run(kustomization, path, undefined, true);
    this.resources = inner.resources;
    for (const identity of inner.identities) this.identities.add(identity);
    for (const kind of inner.skippedKinds) this.skippedKinds.add(kind);
    this.fieldSpecs = inner.fieldSpecs;
    this.unknowns.push(...inner.unknowns);
    this.opaque ??= inner.opaque;
    this.fail(inner.failure);
    for (const used of inner.used) this.used.add(used);
    for (const included of inner.directories) this.directories.add(included);
  }

  /** The one kustomization file of a directory; fails where there is none or more than one. */
  kustomizationIn(directory: string): KustomizationFile | undefined {
    const { kustomization, failure } = findKustomization(this.view, directory, this.used);
    this.fail(failure);
    return kustomization;
  }

  /** Applies one images entry; where it finds nothing and something was not read, its container may be in there. */
  private applyImages(override: ResolvedOverride): void {
    const result = applyToAll(override, this.resources);
    if (result === undefined) {
      this.fail(
        `${override.entry.file}: the image name "${override.name}" is no valid regular expression, and kustomize 5.8 crashes on it (panic: runtime error).`,
      );
      return;
    }
    this.resources = result.resources;
    if (!result.matched && this.unknowns.length > 0) this.resources = [...this.resources, ...declaredImage(override)];
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
    const roots = pluginObjects(reference, directory, this.view, this.used);
    if (roots === undefined) this.opaque ??= `the transformer ${reference.text} is not read`;
    for (const root of roots ?? []) {
      const kind = textAt(root, 'kind');
      if (kind === 'ImageTagTransformer') {
        const node = getIn(root, 'imageTag');
        if (node?.kind === 'map')
          this.applyImages(
            resolveOverride(imageOverride(node.entries.values().next().value?.key.source.file ?? '', node), 'transformer'),
          );
      } else if (kind === 'PatchTransformer') {
        if (root.kind === 'map') this.resources = applyPatch(this.resources, patchEntry(root), context);
      } else if (!HARMLESS.has(kind)) {
        this.opaque ??= `the transformer ${kind === '' ? reference.text : kind} is not run`;
        this.unknowns.push({ why: `the transformer ${kind} is not run`, file: reference.source.file, scalar: reference });
      }
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
