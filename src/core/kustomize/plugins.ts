/** `generators:`, `transformers:` and `validators:`: built-in plugins as written in files, in directories or in place (api/internal/plugins). */
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { getIn, textAt } from '../yaml/node.ts';
import { asPrinted } from '../yaml/toJson.ts';
import type { Accumulator } from './accumulator.ts';
import { failureAt } from './failure.ts';
import { fieldOf, isSet, itemsField, scalarField, scalarsField, textField } from './foldKeys.ts';
import { absorb, generate } from './generators.ts';
import { resolveOverride } from './imageTransformer.ts';
import type { KustomizationFile, PatchEntry } from './kustomizationFile.ts';
import { imageOverride, patchEntry, strategicEntry, textsOf } from './kustomizationFile.ts';
import { withFields, withReplicas } from './labels.ts';
import type { Step } from './names.ts';
import { withNames, withNamespace } from './names.ts';
import { applyPatch } from './patches.ts';
import { inlinePatch } from './patchText.ts';
import { applyReplacement } from './replacements.ts';
import type { Resource } from './resource.ts';
import type { StepContext } from './step.ts';
import { fieldSpecOf } from './transformerConfig.ts';
import { mapLike, scalarLike } from '../yaml/node.ts';

const NO_PLUGINS: readonly Resource[] = [];

/** The objects that configure plugins. */
function pluginsIn(build: Accumulator, references: readonly ScalarNode[], directory: string): readonly Resource[] {
  if (references.length === 0) return NO_PLUGINS;
  const inner = build.beside(directory);
  for (const reference of references) {
    const { merges } = inlinePatch(reference);
    if ('problem' in merges) inner.addReference(reference, directory);
    else inner.append(merges, reference.source.file, reference);
  }
  build.fail(inner.failure);
  build.plainFailure ??= inner.plainFailure;
  for (const path of inner.used) build.used.add(path);
  for (const unknown of inner.unknowns) build.notRead(unknown, unknown.file);
  return inner.resources;
}

export function runGenerators(build: Accumulator, file: KustomizationFile, directory: string, context: StepContext): void {
  for (const plugin of pluginsIn(build, file.generators, directory)) {
    const { apiVersion, kind, name, namespace } = plugin;
    if (apiVersion !== 'builtin' || (kind !== 'ConfigMapGenerator' && kind !== 'SecretGenerator')) {
      build.notRead({ why: `the generator ${kind} ${name} is not run` }, plugin.file === '' ? file.file : plugin.file);
      continue;
    }
    const config = asPrinted(plugin.tree);
    const named = new Map(config.kind === 'map' ? [...config.entries].map(([key, { value }]) => [key, value] as const) : []);
    if (textField(config, 'name') === '') named.set('name', scalarLike(name));
    if (textField(config, 'namespace') === '' && namespace !== '') named.set('namespace', scalarLike(namespace));
    const generated = generate(mapLike(named), kind === 'SecretGenerator' ? 'Secret' : 'ConfigMap', undefined, context);
    build.resources = absorb(build.resources, generated, textField(config, 'behavior'), context, build.isPartial);
  }
}

export function runTransformers(
  build: Accumulator,
  references: readonly ScalarNode[],
  directory: string,
  context: StepContext,
): void {
  for (const plugin of pluginsIn(build, references, directory)) runTransformer(build, plugin, context);
}

/** Validators are transformers that must not change anything: those that come with kustomize all change something, or nothing at all. */
export function runValidators(
  build: Accumulator,
  references: readonly ScalarNode[],
  directory: string,
  context: StepContext,
): void {
  for (const plugin of pluginsIn(build, references, directory)) {
    const why = `the validator ${plugin.kind} ${plugin.name} is not run`;
    context.notRead({ why, scalar: references[0] });
  }
}

function runTransformer(build: Accumulator, plugin: Resource, context: StepContext): void {
  const { apiVersion, kind, name } = plugin;
  const run = apiVersion === 'builtin' ? TRANSFORMERS[kind] : undefined;
  if (run === undefined) {
    if (apiVersion === 'builtin' && !UNFOLLOWED.has(kind))
      build.fail(failureAt(plugin.file, `${plugin.file}: there is no built-in transformer ${kind} (unable to load builtin).`));
    else context.notRead({ why: `the transformer ${kind} ${name} is not run` });
    return;
  }
  run(build, asPrinted(plugin.tree), context, plugin.file);
}

/** Built-in transformers of which it is not followed what they do. */
const UNFOLLOWED = new Set(['ValueAddTransformer']);

type Run = (build: Accumulator, config: YamlNode, context: StepContext, file: string) => void;

const TRANSFORMERS: Readonly<Record<string, Run>> = {
  AnnotationsTransformer: (build, config, context) =>
    done(
      build,
      context,
      withFields(build.resources, { specs: specsOf(config), values: textsOf(fieldOf(config, 'annotations')) }),
    ),
  LabelTransformer: (build, config, context) =>
    done(build, context, withFields(build.resources, { specs: specsOf(config), values: textsOf(fieldOf(config, 'labels')) })),
  // Hashes of names: nothing here looks at them.
  HashTransformer: () => undefined,
  ImageTagTransformer: (build, config, _context, file) => {
    const entry = fieldOf(config, 'imageTag');
    if (entry?.kind === 'map') build.applyImages(resolveOverride(imageOverride(file, entry), 'transformer'), specsOf(config));
  },
  NamespaceTransformer: (build, config, context) =>
    done(build, context, withNamespace(build.resources, textAt(config, 'metadata', 'namespace'), isSet(config, 'unsetOnly'))),
  PatchTransformer: (build, config, context) => {
    if (config.kind === 'map') build.resources = applyPatch(build.resources, patchEntry(config, 'patches'), context);
  },
  PatchJson6902Transformer: (build, config, context) => {
    if (config.kind !== 'map') return;
    const inline = scalarField(config, 'jsonOp');
    const entry: PatchEntry = { ...patchEntry(config, 'patchesJson6902'), inline: inline?.text === '' ? undefined : inline };
    build.resources = applyPatch(build.resources, entry, context);
  },
  PatchStrategicMergeTransformer: (build, config, context) => {
    const paths = [...scalarsField(config, 'paths')];
    const text = scalarField(config, 'patches');
    if (text !== undefined && text.text !== '') paths.push(text);
    if (paths.length === 0)
      context.fail('a PatchStrategicMergeTransformer has no patch (empty file path and empty patch content).');
    for (const path of paths) build.resources = applyPatch(build.resources, strategicEntry(path), context);
  },
  PrefixTransformer: (build, config, context) => rename(build, config, context, textField(config, 'prefix'), ''),
  SuffixTransformer: (build, config, context) => rename(build, config, context, '', textField(config, 'suffix')),
  PrefixSuffixTransformer: (build, config, context) =>
    rename(build, config, context, textField(config, 'prefix'), textField(config, 'suffix')),
  ReplacementTransformer: (build, config, context) => {
    for (const entry of itemsField(config, 'replacements')) build.resources = applyReplacement(build.resources, entry, context);
  },
  ReplicaCountTransformer: (build, config, context) => {
    const count = getIn(config, 'replica', 'count');
    done(
      build,
      context,
      withReplicas(
        build.resources,
        textAt(config, 'replica', 'name'),
        count?.kind === 'scalar' ? count : scalarLike('0'),
        specsOf(config),
        build.isPartial,
      ),
    );
  },
};

function specsOf(config: YamlNode): ReturnType<typeof fieldSpecOf> {
  return itemsField(config, 'fieldSpecs').flatMap(fieldSpecOf);
}

function done(build: Accumulator, context: StepContext, { resources, problem }: Step): void {
  build.resources = resources;
  if (problem !== undefined) context.fail(`${problem}.`);
}

function rename(build: Accumulator, config: YamlNode, context: StepContext, prefix: string, suffix: string): void {
  if (fieldOf(config, 'fieldSpecs') === undefined) {
    context.fail('a transformer of names has no fieldSpecs (fieldSpecs is not expected to be nil).');
    return;
  }
  const specs = specsOf(config);
  if (prefix !== '')
    done(
      build,
      context,
      withNames(build.resources, specs, (text) => prefix + text),
    );
  if (suffix !== '')
    done(
      build,
      context,
      withNames(build.resources, specs, (text) => text + suffix),
    );
}
