import { Uri, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Row } from '../../protocol.ts';
import { environmentsRequest, type RepositoryEnvironments } from '../../protocol/promotion.ts';
import type { ComparisonDocuments } from '../comparisonDocuments.ts';
import { forLabel } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { ask, back } from '../steps.ts';
import { canChoose, type Choice } from './planItems.ts';

interface Pair {
  readonly repository: string;
  readonly left: string;
  readonly right: string;
}

/** Shows what two environments have differently: their tags, and their manifests object by object. */
export async function compareEnvironments(
  client: LanguageClient,
  comparisons: ComparisonDocuments,
  given: Uri | { readonly scope?: Row['scope'] } | undefined,
): Promise<void> {
  const scope = given === undefined || given instanceof Uri ? undefined : given.scope;
  const application = scope?.application ?? null;
  const repositories = (await client.sendRequest(environmentsRequest)).filter(
    ({ repository }) => scope === undefined || repository === scope.repository,
  );
  const { repository, left, right } = await choosePair(pairsOf(repositories, application, scope?.environment ?? ''));
  await comparisons.show({ kind: 'environments', repository, left, right, application, fold: true });
}

/** Two environments each, in their order; those that have the application, and the one that is known. */
function pairsOf(
  repositories: readonly RepositoryEnvironments[],
  application: string | null,
  known: string,
): (Pair & { readonly name: string })[] {
  return repositories.flatMap(({ repository, name, environments }) => {
    const names = environments
      .filter(({ applications }) => application === null || applications.includes(application))
      .map((environment) => environment.name);
    return names.flatMap((left, index) =>
      names
        .slice(index + 1)
        .filter((right) => known === '' || left === known || right === known)
        .map((right) => ({ repository, name, left, right })),
    );
  });
}

async function choosePair(pairs: readonly (Pair & { readonly name: string })[]): Promise<Pair> {
  const [only, ...others] = pairs;
  if (only === undefined)
    throw new UserError(l10n.t('There are no two environments to compare. Name environments in .gitops-cockpit.yaml.'));
  if (others.length === 0) return only;
  const items = pairs.map((pair): Choice<Pair> => ({
    label: forLabel(`${pair.left} \u2194 ${pair.right}`),
    description: forLabel(pair.name),
    value: pair,
  }));
  const answer = await ask({
    title: l10n.t('Compare Environments'),
    placeholder: l10n.t('Choose two environments'),
    number: 1,
    total: 1,
    canGoBack: false,
    items: () => items,
    canChoose,
  });
  if (answer === back || answer.value === undefined) throw new Error('The only step has no way back.');
  return answer.value;
}
