/**
 * What one kustomization makes of its resources, in kustomize's own order (image-semantics.md A.2; api/internal/target/kusttarget.go). Results for directories
 * are kept and shared by every overlay that builds on them; `used` says which paths a result depends on.
 */
import type { FileView } from '../repository/files.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { scalarLike } from '../yaml/node.ts';
import { Accumulator } from './accumulator.ts';
import type { Builder } from './accumulator.ts';
import { readCrds } from './crds.ts';
import { failureAt } from './failure.ts';
import { scalarField, textField } from './foldKeys.ts';
import { absorb, generate } from './generators.ts';
import type { ResolvedOverride } from './imageTransformer.ts';
import { resolveOverride } from './imageTransformer.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import { withMetadata, withReplicas } from './labels.ts';
import type { LayerCache, LayerResult } from './layerResult.ts';
import type { Step } from './names.ts';
import { withNames, withNamespace } from './names.ts';
import { applyPatch } from './patches.ts';
import { runGenerators, runTransformers, runValidators } from './plugins.ts';
import { applyReplacement } from './replacements.ts';
import type { StepContext } from './step.ts';
import { contextOf } from './stepContext.ts';
import { textFile } from './step.ts';
import { EMPTY_CONFIG, mergeConfigs, readConfig } from './transformerConfig.ts';
import { mergeVariables, withVariables } from './vars.ts';

/** How a kustomization is read where it is built: as kustomize reads it, or as Flux does at `spec.path`. */
export type Reading = 'strict' | 'lenient';

const builder: Builder = {
  resolve: resolveDirectory,
  run: (build, file, directory) => runKustomization(build, file, directory, undefined, 'strict'),
};

/** An empty build of a directory. `ancestors`: the directories on the way to it, itself last. */
export function startBuild(view: FileView, cache: LayerCache, ancestors: readonly string[]): Accumulator {
  return new Accumulator(builder, view, cache, ancestors);
}

/** Runs all steps of a kustomization on what is accumulated so far. `overrides`: in the place of its images entries. */
export function runKustomization(
  build: Accumulator,
  file: KustomizationFile,
  directory: string,
  overrides: readonly ResolvedOverride[] | undefined,
  reading: Reading,
): void {
  build.fail(file.failure);
  build.fail(reading === 'strict' ? file.strictFailure : file.lenientFailure);
  if (file.unread !== '') build.notRead({ why: file.unread, isUnread: true }, file.file);
  build.openapi = file.openapi;
  const context = contextOf(build, file.file, directory);
  for (const reference of file.resources) build.addReference(reference, directory);
  if (file.configurations.length > 0) readConfigurations(build, file.configurations, context);
  for (const reference of file.crds) readCrds(reference, context);
  for (const entry of file.configMaps) runGenerator(build, entry, 'ConfigMap', file, context);
  for (const entry of file.secrets) runGenerator(build, entry, 'Secret', file, context);
  if (file.helmCharts) build.notRead({ why: 'helmCharts are not inflated' }, file.file);
  runGenerators(build, file, directory, context);
  for (const component of file.components) build.addComponent(component, directory);
  for (const patch of file.patches) build.resources = applyPatch(build.resources, patch, context);
  const step = ({ resources, problem }: Step) => {
    build.resources = resources;
    if (problem !== undefined) build.fail(failureAt(file.file, `${file.file}: ${problem}.`));
  };
  const { namePrefix, nameSuffix } = file;
  step(withNamespace(build.resources, file.namespace));
  step(withNames(build.resources, build.config.namePrefix, (text) => namePrefix + text, namePrefix === ''));
  step(withNames(build.resources, build.config.nameSuffix, (text) => text + nameSuffix, nameSuffix === ''));
  step(withMetadata(build.resources, file, build.config));
  for (const patch of file.jsonPatches) build.resources = applyPatch(build.resources, patch, context);
  for (const entry of file.replicas) {
    const count = scalarField(entry, 'count') ?? scalarLike('0');
    step(withReplicas(build.resources, textField(entry, 'name'), count, build.config.replicas, build.isPartial));
  }
  for (const override of overrides ?? file.images.map((entry) => resolveOverride(entry, 'images'))) build.applyImages(override);
  for (const entry of file.replacements) build.resources = applyReplacement(build.resources, entry, context);
  runTransformers(build, file.transformers, directory, context);
  runValidators(build, file.validators, directory, context);
  addVariables(build, file);
}

/** All files are merged with each other before they are merged with what there is. */
function readConfigurations(build: Accumulator, references: readonly ScalarNode[], context: StepContext): void {
  let all = EMPTY_CONFIG;
  for (const reference of references) {
    const file = textFile(context.load(reference.text, reference, 'the configuration'), reference, context);
    if (file === undefined) continue;
    const { root, problem } = file.first;
    const config = problem === undefined ? readConfig(root) : { problem: problem.message };
    const merged = 'problem' in config ? config : mergeConfigs(all, config);
    if ('problem' in merged) context.fail(`the configuration ${file.path} is refused: ${merged.problem}.`, reference);
    else all = merged;
  }
  build.setConfig(mergeConfigs(build.config, all), references[0]);
}

function runGenerator(
  build: Accumulator,
  entry: MapNode,
  kind: 'ConfigMap' | 'Secret',
  file: KustomizationFile,
  context: StepContext,
): void {
  const generated = generate(entry, kind, file.generatorOptions, context);
  build.resources = absorb(build.resources, generated, textField(entry, 'behavior'), context, build.isPartial);
}

function addVariables(build: Accumulator, file: KustomizationFile): void {
  if (file.vars.length === 0) return;
  const found = withVariables(build.resources, file.vars);
  const merged = 'problem' in found ? found : mergeVariables(build.vars, found.vars);
  if ('problem' in merged) {
    build.fail(failureAt(file.file, `${file.file}: ${merged.problem}.`));
    return;
  }
  if (!('problem' in found)) build.resources = found.resources;
  build.vars = merged;
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
  const build = startBuild(view, cache, [...ancestors, directory]);
  build.directories.add(directory);
  const kustomization = build.kustomizationIn(directory);
  if (kustomization !== undefined) runKustomization(build, kustomization, directory, undefined, 'strict');
  const result = build.result();
  cache.set(key, result);
  return result;
}
