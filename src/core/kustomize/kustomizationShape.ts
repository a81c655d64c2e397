/** The fields of kustomize's own files and their types (api/types, kyaml resid; json tags). */
import type { Shape, StructShape } from './decode.ts';

const TEXTS: Shape = { list: 'string' };
const TEXT_MAP: Shape = { values: 'string' };
const GVK = { group: 'string', version: 'string', kind: 'string' } as const;
const IDENTITY = { ...GVK, name: 'string', namespace: 'string' } as const;

const FIELD_SPEC: StructShape = { name: 'FieldSpec', fields: { ...GVK, path: 'string', create: 'bool' } };

const IMAGE: StructShape = {
  name: 'Image',
  fields: { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' },
};

const OBJECT_META: StructShape = {
  name: 'ObjectMeta',
  fields: { name: 'string', namespace: 'string', labels: TEXT_MAP, annotations: TEXT_MAP },
};

const SELECTOR: StructShape = {
  name: 'Selector',
  fields: { ...IDENTITY, annotationSelector: 'string', labelSelector: 'string' },
};

const PATCH_OPTIONS: StructShape = { name: 'PatchArgs', fields: { allowNameChange: 'bool', allowKindChange: 'bool' } };

const PATCH: StructShape = {
  name: 'Patch',
  fields: { path: 'string', patch: 'string', target: SELECTOR, options: PATCH_OPTIONS },
};

const GENERATOR_OPTIONS: StructShape = {
  name: 'GeneratorOptions',
  fields: { labels: TEXT_MAP, annotations: TEXT_MAP, disableNameSuffixHash: 'bool', immutable: 'bool' },
};

const GENERATOR_FIELDS = {
  namespace: 'string',
  name: 'string',
  behavior: 'string',
  literals: TEXTS,
  files: TEXTS,
  envs: TEXTS,
  env: 'string',
  options: GENERATOR_OPTIONS,
} as const;

const FIELD_OPTIONS: StructShape = {
  name: 'FieldOptions',
  fields: { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' },
};

const REPLACEMENT_FIELDS = {
  source: { name: 'SourceSelector', fields: { ...IDENTITY, fieldPath: 'string', options: FIELD_OPTIONS } },
  targets: {
    list: {
      name: 'TargetSelector',
      fields: { select: SELECTOR, reject: { list: SELECTOR }, fieldPaths: TEXTS, options: FIELD_OPTIONS },
    },
  },
  sourceValue: 'string',
} as const;

export const REPLACEMENT: StructShape = { name: 'Replacement', fields: REPLACEMENT_FIELDS };
const REPLACEMENT_FIELD: StructShape = { name: 'ReplacementField', fields: { ...REPLACEMENT_FIELDS, path: 'string' } };

const VARIABLE: StructShape = {
  name: 'Var',
  fields: {
    name: 'string',
    objref: { name: 'Target', fields: { apiVersion: 'string', ...IDENTITY } },
    fieldref: { name: 'FieldSelector', fields: { fieldPath: 'string' } },
  },
};

const LABEL: StructShape = {
  name: 'Label',
  fields: { pairs: TEXT_MAP, includeSelectors: 'bool', includeTemplates: 'bool', fields: { list: FIELD_SPEC } },
};

const HELM_CHART: StructShape = {
  name: 'HelmChart',
  fields: {
    name: 'string',
    version: 'string',
    repo: 'string',
    releaseName: 'string',
    namespace: 'string',
    additionalValuesFiles: TEXTS,
    valuesFile: 'string',
    valuesInline: { values: 'any' },
    valuesMerge: 'string',
    includeCRDs: 'bool',
    skipHooks: 'bool',
    apiVersions: TEXTS,
    kubeVersion: 'string',
    nameTemplate: 'string',
    skipTests: 'bool',
    debug: 'bool',
    devel: 'bool',
  },
};

const HELM_CHART_ARGS: StructShape = {
  name: 'HelmChartArgs',
  fields: {
    chartName: 'string',
    chartVersion: 'string',
    chartRepoUrl: 'string',
    chartHome: 'string',
    chartRepoName: 'string',
    helmBin: 'string',
    helmHome: 'string',
    values: 'string',
    valuesLocal: { values: 'any' },
    valuesMerge: 'string',
    releaseName: 'string',
    releaseNamespace: 'string',
    extraArgs: TEXTS,
  },
};

export const KUSTOMIZATION: StructShape = {
  name: 'Kustomization',
  fields: {
    kind: 'string',
    apiVersion: 'string',
    metadata: OBJECT_META,
    openapi: TEXT_MAP,
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    commonLabels: TEXT_MAP,
    labels: { list: LABEL },
    commonAnnotations: TEXT_MAP,
    patchesStrategicMerge: TEXTS,
    patchesJson6902: { list: PATCH },
    patches: { list: PATCH },
    images: { list: IMAGE },
    imageTags: { list: IMAGE },
    replacements: { list: REPLACEMENT_FIELD },
    replicas: { list: { name: 'Replica', fields: { name: 'string', count: 'int' } } },
    vars: { list: VARIABLE },
    sortOptions: {
      name: 'SortOptions',
      fields: {
        order: 'string',
        legacySortOptions: { name: 'LegacySortOptions', fields: { orderFirst: TEXTS, orderLast: TEXTS } },
      },
    },
    resources: TEXTS,
    components: TEXTS,
    crds: TEXTS,
    bases: TEXTS,
    configMapGenerator: { list: { name: 'ConfigMapArgs', fields: GENERATOR_FIELDS } },
    secretGenerator: { list: { name: 'SecretArgs', fields: { ...GENERATOR_FIELDS, type: 'string' } } },
    helmGlobals: { name: 'HelmGlobals', fields: { chartHome: 'string', configHome: 'string' } },
    helmCharts: { list: HELM_CHART },
    helmChartInflationGenerator: { list: HELM_CHART_ARGS },
    generatorOptions: GENERATOR_OPTIONS,
    configurations: TEXTS,
    generators: TEXTS,
    transformers: TEXTS,
    validators: TEXTS,
    buildMetadata: TEXTS,
  },
};

const SPECS: Shape = { list: FIELD_SPEC };

/** A `configurations:` file (api/internal/plugins/builtinconfig/transformerconfig.go). */
export const TRANSFORMER_CONFIG: StructShape = {
  name: 'TransformerConfig',
  fields: {
    namePrefix: SPECS,
    nameSuffix: SPECS,
    namespace: SPECS,
    commonLabels: SPECS,
    labels: SPECS,
    templateLabels: SPECS,
    commonAnnotations: SPECS,
    nameReference: { list: { name: 'NameBackReferences', fields: { ...GVK, fieldSpecs: SPECS } } },
    varReference: SPECS,
    images: SPECS,
    replicas: SPECS,
  },
};
