/** `labels`, `commonLabels`, `commonAnnotations` and `replicas` (api/internal/builtins, api/internal/target/kusttarget_configplugin.go). */
import type { ScalarNode } from '../yaml/node.ts';
import type { FieldEdit } from './fieldEdit.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { isOfKind } from './identity.ts';
import type { KustomizationFile, LabelEntry } from './kustomizationFile.ts';
import type { Step } from './names.ts';
import type { Resource } from './resource.ts';
import type { TransformerConfig } from './transformerConfig.ts';
import { mergeSpecs } from './transformerConfig.ts';

/** The objects with fields set, wherever a spec is for them. */
export function withFields(resources: readonly Resource[], edit: FieldEdit): Step {
  if (edit.values.size === 0 || edit.specs.length === 0) return { resources };
  let problem: string | undefined;
  const changed = resources.map((resource) => {
    if (resource.declared || !edit.specs.some((spec) => isOfKind(resource, spec))) return resource;
    const refused = resource.editProblem(edit);
    if (refused !== undefined)
      problem ??= `${resource.kind} ${resource.name} cannot take labels, annotations or replicas: ${refused}`;
    return resource.withEdit(edit);
  });
  return problem === undefined ? { resources: changed } : { resources: changed, problem };
}

/** All labels and annotations of a kustomization. */
export function withMetadata(resources: readonly Resource[], file: KustomizationFile, config: TransformerConfig): Step {
  let current = resources;
  let problem: string | undefined;
  const run = (edit: FieldEdit) => {
    const step = withFields(current, edit);
    current = step.resources;
    problem ??= step.problem;
  };
  for (const entry of file.labels) {
    const specs = labelSpecs(entry, config);
    if ('problem' in specs) problem ??= `a labels entry has fields that are configured otherwise (${specs.problem})`;
    else run({ specs, values: entry.pairs });
  }
  run({ specs: config.commonLabels, values: file.commonLabels });
  run({ specs: config.commonAnnotations, values: file.commonAnnotations });
  return problem === undefined ? { resources: current } : { resources: current, problem };
}

const OWN_LABELS: FieldSpec = { group: '', version: '', kind: '', path: 'metadata/labels', create: true };

function labelSpecs(
  { specs, includeSelectors, includeTemplates }: LabelEntry,
  config: TransformerConfig,
): readonly FieldSpec[] | { readonly problem: string } {
  const lists = includeSelectors
    ? [config.labels, config.commonLabels]
    : [config.labels, ...(includeTemplates ? [config.templateLabels] : []), [OWN_LABELS]];
  let merged: readonly FieldSpec[] | { readonly problem: string } = specs;
  for (const list of lists) {
    if ('problem' in merged) return merged;
    merged = mergeSpecs(merged, list);
  }
  return merged;
}

/** One entry of `replicas`: refused where no object that it can be for has its name, now or before. */
export function withReplicas(
  resources: readonly Resource[],
  name: string,
  count: ScalarNode,
  specs: readonly FieldSpec[],
  isPartial: boolean,
): Step {
  let found = false;
  let problem: string | undefined;
  const values = new Map([['', { ...count, tag: '!!int' }]]);
  const changed = resources.map((resource) => {
    if (resource.declared) return resource;
    const identities = [resource, ...resource.previous.map((identity) => ({ ...identity, apiVersion: resource.apiVersion }))];
    const fitting = specs.filter((spec) => identities.some((identity) => identity.name === name && isOfKind(identity, spec)));
    if (fitting.length === 0) return resource;
    found = true;
    const edit = { specs: fitting, values };
    problem ??= resource.editProblem(edit);
    return resource.withEdit(edit);
  });
  if (!found && !isPartial) problem ??= `resource with name ${name} does not match a config with the following GVK`;
  return problem === undefined ? { resources: changed } : { resources: changed, problem };
}
