/** 29 `undefined-flux-variable`: an image waits for a variable that nothing sets (image-semantics.md A.7). */
import { substitute } from '../../flux/substitution.ts';
import type { Build } from '../../repository/rootGraph.ts';
import type { BuildRoot, ImageUsage, Owner } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import { perRoot } from '../memo.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';

export const undefinedFluxVariable: Rule = {
  code: 'undefined-flux-variable',
  severity: 'error',
  summary: 'An image has a variable without a value and without a default.',
  *check(input) {
    for (const members of groupBy(
      openVariables(input.repository),
      ({ owner, variable }) => `${owner.file} ${String(owner.scalar.start)} ${variable}`,
    ).values())
      yield finding(input, members as [OpenVariable, ...OpenVariable[]]);
  },
};

interface OpenVariable {
  readonly root: BuildRoot;
  readonly usage: ImageUsage;
  readonly owner: Owner;
  readonly variable: string;
  /** The reference before substitution. */
  readonly reference: string;
  readonly flux: string;
  /** False where no variable of the Flux Kustomization is substituted at all. */
  readonly hasVariables: boolean;
}

const openVariables = perRoot((root, repository): OpenVariable[] => {
  const [build] = repository.buildsOf(root);
  return build?.flux === undefined ? [] : root.usages.flatMap((usage) => openVariablesOf(root, usage, build));
});

function openVariablesOf(root: BuildRoot, usage: ImageUsage, { flux, variables, layer }: Build): OpenVariable[] {
  if (flux === undefined || layer.failure !== undefined || layer.opaque !== undefined) return [];
  const before = usage.layers.findLast(({ what }) => what !== 'substitution');
  if (before === undefined || !before.reference.includes('${') || usage.manifest === undefined) return [];
  const lookup = variables?.substituter?.lookup;
  // Objects that are marked so are left as they are.
  if (lookup !== undefined && !usage.layers.some(({ what }) => what === 'substitution')) return [];
  const { missing, unknown } = substitute(before.reference, lookup ?? (() => undefined));
  const owner = before.owners.find(({ scalar }) => scalar.text.includes('${')) ?? before.owners[0];
  if (owner === undefined || unknown.length > 0) return [];
  const name = `${flux.namespace}/${flux.name}`;
  return missing.map((variable) => ({
    root,
    usage,
    owner,
    variable,
    reference: before.reference,
    flux: name,
    hasVariables: lookup !== undefined,
  }));
}

function finding({ repository }: LintInput, members: readonly [OpenVariable, ...OpenVariable[]]): Finding {
  const [{ owner, variable, flux, reference, hasVariables }] = members;
  const outcome = hasVariables
    ? `Flux since 1.9 refuses to build, and older versions run "${substitute(reference, () => '').text}"`
    : `the text \${${variable}} itself reaches the cluster`;
  return {
    message: `${variable} has no value: the postBuild of ${flux} ${hasVariables ? 'does not set it' : 'sets no variable'}, so ${outcome}.`,
    place: placeOfOwner(repository, owner),
    usages: members.map(({ usage }) => usage),
  };
}
