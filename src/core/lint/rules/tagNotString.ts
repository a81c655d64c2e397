/** 14 `tag-not-string`: a tag that YAML reads as a number, a boolean or a date (image-semantics.md A.4). */
import { isFluxKustomization } from '../../flux/objects.ts';
import { objectsIn } from '../../kustomize/objects.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageOverride, ImageUsage } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import { chartText } from '../../yaml/chartValue.ts';
import type { ScalarNode } from '../../yaml/node.ts';
import { getIn, itemsAt } from '../../yaml/node.ts';
import { coercedText, isTypedToday, typeOf } from '../../yaml/typing.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { isOnlyBuiltByFlux } from '../fluxOnly.ts';
import { perFile, perKustomization, perRoot } from '../memo.ts';
import { placeOf } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { imageOverride } from '../../kustomize/kustomizationFile.ts';

export const tagNotString: Rule = {
  code: 'tag-not-string',
  severity: 'error',
  summary: 'A tag without quotes is read as a number, a boolean or a date.',
  *check(input) {
    for (const scalar of entryScalars(input.repository))
      yield { ...inEntry(input.repository, scalar), alsoToldBy: isTypedToday(scalar) ? 'kustomization-schema' : undefined };
    for (const scalar of fluxScalars(input.repository))
      yield { ...inFlux(input.repository, scalar), alsoToldBy: isTypedToday(scalar) ? 'flux-schema' : undefined };
    yield* inValues(input);
  },
};

function quote(repository: GitOpsRepository, scalar: ScalarNode): Fix[] {
  const { text, start, end, tag, source, alias } = scalar;
  // With a tag such as !!float it would stay what the tag says.
  const before = tag === '' ? '' : /!\S*[ \t]+$/.exec(repository.file(source.file)?.text.slice(0, start) ?? '')?.[0];
  if (source.within !== undefined || alias || before === undefined) return [];
  // What is written, never what it was read as.
  const operation = { type: 'replace', file: source.file, start: start - before.length, end, text: `"${text}"` } as const;
  return [editFix('quote-value', 'Quote it', [operation], true)];
}

const entryScalars = perKustomization(({ images }) => typedScalars(images));

/** Each where it is written; an alias only where its anchor stands outside of the entries. */
function typedScalars(entries: readonly ImageOverride[]): ScalarNode[] {
  const typed = entries.flatMap(({ name, newName, newTag, tagSuffix, digest }) =>
    [name, newName, newTag, tagSuffix, digest].filter((scalar) => scalar !== undefined && isTyped(scalar)),
  ) as ScalarNode[];
  const written = new Map(typed.filter(({ alias }) => !alias).map((scalar) => [scalar.start, scalar]));
  const texts = new Set([...written.values()].map(({ text }) => text));
  return [...written.values(), ...typed.filter(({ alias, text }) => alias && !texts.has(text))];
}

function isTyped(scalar: ScalarNode): boolean {
  return ['int', 'float', 'bool'].includes(typeOf(scalar));
}

function kindOf(scalar: ScalarNode): string {
  return typeOf(scalar) === 'bool' ? 'boolean' : 'number';
}

function inEntry(repository: GitOpsRepository, scalar: ScalarNode): Finding {
  const kind = kindOf(scalar);
  const fixes = quote(repository, scalar);
  const place = placeOf(repository, scalar);
  if (!isOnlyBuiltByFlux(repository, scalar.source.file))
    return { message: `This would be read as the ${kind} ${scalar.text}, and kustomize refuses ${kind}s here.`, place, fixes };
  const seen = coercedText(scalar);
  return seen === scalar.text
    ? {
        severity: 'warning',
        message: `This is the ${kind} ${seen}: Flux makes a text of it, and kustomize itself refuses it.`,
        place,
        fixes,
      }
    : { message: `Flux reads this as the ${kind} ${seen}, so "${seen}" is what runs.`, place, fixes };
}

/** Numbers where the API server wants text: `spec.images` and `postBuild.substitute` of Flux Kustomizations. */
const fluxScalars = perFile((file): ScalarNode[] => {
  if (!file.text.includes('kustomize.toolkit.fluxcd.io')) return [];
  return file.documents
    .flatMap((document) => objectsIn(document).resources)
    .filter(isFluxKustomization)
    .flatMap(({ tree }) => {
      const entries = itemsAt(tree, 'spec', 'images').flatMap((node) =>
        node.kind === 'map' ? [imageOverride(file.path, node)] : [],
      );
      const values = getIn(tree, 'spec', 'postBuild', 'substitute');
      const variables = values?.kind === 'map' ? [...values.entries.values()].map(({ value }) => value) : [];
      return [...typedScalars(entries), ...variables.filter((node) => node.kind === 'scalar').filter(isTyped)];
    });
});

function inFlux(repository: GitOpsRepository, scalar: ScalarNode): Finding {
  const kind = kindOf(scalar);
  const message = `This is the ${kind} ${scalar.text}, and Kubernetes takes only text here, so it refuses the Flux Kustomization.`;
  return { message, place: placeOf(repository, scalar), fixes: quote(repository, scalar) };
}

/** Tags in Helm values that a chart prints in another way than they are written. */
function* inValues({ repository }: LintInput): Iterable<Finding> {
  for (const [scalar, members] of groupBy(valueTags(repository), ({ scalar }) => scalar)) {
    const [{ usage, seen }] = members as [ValueTag, ...ValueTag[]];
    const what = /^\d{4}-/.test(scalar.text) ? 'date' : typeOf(scalar) === 'bool' ? 'boolean' : 'number';
    yield {
      message: `${scalar.text} is read as a ${what}: the chart gets ${seen}, so ${usage.workload} asks for ${usage.name === '' ? 'the tag' : usage.name}:${seen}.`,
      place: placeOf(repository, scalar),
      fixes: quote(repository, scalar),
      usages: members.map((member) => member.usage),
    };
  }
}

interface ValueTag {
  readonly root: BuildRoot;
  readonly usage: ImageUsage;
  readonly scalar: ScalarNode;
  /** What the chart gets. */
  readonly seen: string;
}

const valueTags = perRoot((root): ValueTag[] =>
  root.usages.flatMap((usage) => {
    const { kind, container, tagOwner } = usage;
    if (kind !== 'HelmRelease' || !container.startsWith('values') || tagOwner?.part !== 'whole') return [];
    const seen = chartText(tagOwner.scalar);
    return tagOwner.entry !== undefined || seen === tagOwner.scalar.text ? [] : [{ root, usage, scalar: tagOwner.scalar, seen }];
  }),
);
