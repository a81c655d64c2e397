import { Uri, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Row } from '../../protocol.ts';
import {
  environmentCommitsRequest,
  environmentsRequest,
  promotionCandidatesRequest,
  type PromotionCandidate,
  type PromotionScope,
  type RepositoryEnvironments,
} from '../../protocol/promotion.ts';
import { UserError } from '../showError.ts';
import { back, elsewhere } from '../steps.ts';
import { confirmIntended } from './confirmIntended.ts';
import { placeName } from './planItems.ts';
import { chooseCandidates, chooseCommit, chooseSource, chooseTargets, promotionName, type Source } from './promoteSteps.ts';

/** What may be known already: from a row, a link, or whoever calls the command. */
interface PromoteArguments {
  readonly scope?: Row['scope'];
  readonly usage?: string | undefined;
  readonly from?: string;
  readonly to?: readonly string[];
}

/** What is promoted, as far as it is known. */
interface Draft {
  source: Source | undefined;
  to: readonly string[] | undefined;
  commit: string | null;
  candidates: readonly string[] | undefined;
}

/** Asks what moves where as far as it is not known, shows what would change, and edits the files. Escape changes nothing. */
export async function promote(client: LanguageClient, given: PromoteArguments | Uri | undefined): Promise<void> {
  const args = given === undefined || given instanceof Uri ? {} : given;
  const repositories = await repositoriesFor(client, args);
  const known = startOf(repositories, args);
  const application = args.scope?.application ?? null;
  const usage = args.usage ?? null;
  const draft: Draft = { ...known, commit: null, candidates: undefined };
  const first = { source: known.source === undefined, to: known.to === undefined };
  /** Whether there is one image and nothing to choose. */
  let isSole = false;
  const total = (usage === null ? 2 : 1) + Number(first.source) + Number(first.to);

  for (;;) {
    if (draft.source === undefined) {
      draft.source = await chooseSource(repositories, known.to ?? [], { number: 1, total, canGoBack: false });
      const others = othersOf(draft.source);
      if (others.length === 1 && first.to) draft.to = others;
      continue;
    }
    const { repository, environment: from } = draft.source;
    if (draft.to === undefined || draft.to.length === 0) {
      const progress = { number: total - 2, total, canGoBack: first.source };
      const answer = await chooseTargets(from, othersOf(draft.source), nextOf(draft.source), progress);
      if (answer === back) draft.source = undefined;
      else draft.to = answer;
      continue;
    }
    const scope: PromotionScope = {
      repository: repository.repository,
      from,
      to: draft.to,
      application,
      usage,
      commit: draft.commit,
    };
    const name = promotionName(from, draft.to, draft.commit, application);
    if (draft.candidates === undefined || draft.candidates.length === 0) {
      const found = await client.sendRequest(promotionCandidatesRequest, scope);
      if ('refusal' in found) throw new UserError(found.refusal);
      if (found.candidates.length === 0)
        throw new UserError(l10n.t('{0} and {1} have no image in common. Add it there first.', from, draft.to.join(', ')));
      const open = found.candidates.filter(({ obstacle }) => obstacle === '');
      const [sole] = open;
      if (usage !== null && draft.commit === null && open.length < 2) {
        if (sole === undefined) throw new UserError(whyNothing(found.candidates));
        draft.candidates = [sole.id];
        isSole = true;
        continue;
      }
      const progress = { number: total - 1, total, canGoBack: first.source || first.to || draft.commit !== null };
      const answer = await chooseCandidates(l10n.t('Promote {0}: choose what moves', name), found, from, progress);
      if (answer === elsewhere) draft.commit = await commitFor(client, draft.source, total);
      else if (answer !== back) draft.candidates = answer;
      else if (draft.commit !== null) draft.commit = null;
      else if (first.to && othersOf(draft.source).length > 1) draft.to = undefined;
      else [draft.source, draft.to] = [undefined, known.to];
      continue;
    }
    const intended = { kind: 'promotion', scope, candidates: draft.candidates } as const;
    const progress = { number: total, total, canGoBack: !isSole };
    if ((await confirmIntended(client, intended, l10n.t('Promote {0}', name), progress)) === undefined) return;
    draft.candidates = undefined;
  }
}

function whyNothing([first]: readonly PromotionCandidate[]): string {
  return first === undefined ? '' : `${placeName(first.application, first.environment)}: ${first.obstacle}`;
}

/** The repositories in which something can be promoted. */
async function repositoriesFor(client: LanguageClient, { scope }: PromoteArguments): Promise<readonly RepositoryEnvironments[]> {
  const all = await client.sendRequest(environmentsRequest);
  const application = scope?.application;
  const found = all
    .filter(({ repository }) => scope === undefined || repository === scope.repository)
    .map((repository) => ({
      ...repository,
      environments: repository.environments.filter(
        ({ applications }) => application === undefined || applications.includes(application),
      ),
    }))
    .filter(({ environments }) => environments.length > 1);
  if (found.length > 0) return found;
  throw new UserError(
    application === undefined
      ? l10n.t('There are no two environments to promote between. Name environments in .gitops-cockpit.yaml.')
      : l10n.t('{0} is in one environment, so it cannot be promoted. Add it to another one first.', application),
  );
}

/** A row of the last environment is what gets promoted to, any other one is what is promoted from. */
function startOf(
  [only, ...others]: readonly RepositoryEnvironments[],
  { scope, from, to }: PromoteArguments,
): Pick<Draft, 'source' | 'to'> {
  if (only === undefined || others.length > 0) return { source: undefined, to: undefined };
  const names = only.environments.map(({ name }) => name);
  const row = scope?.environment === undefined || scope.environment === '' ? undefined : scope.environment;
  const isLast = row !== undefined && row === names.at(-1);
  const source =
    from ?? (isLast ? (names.length === 2 ? names[0] : undefined) : (row ?? (names.length === 2 ? names[0] : undefined)));
  const targets =
    to ?? (isLast ? [row] : names.length === 2 && source !== undefined ? names.filter((name) => name !== source) : undefined);
  return { source: source === undefined ? undefined : { repository: only, environment: source }, to: targets };
}

function othersOf({ repository, environment }: Source): string[] {
  const names = repository.environments.map(({ name }) => name);
  const at = names.indexOf(environment);
  return [...names.slice(at + 1), ...names.slice(0, at)];
}

function nextOf({ repository, environment }: Source): string | undefined {
  const names = repository.environments.map(({ name }) => name);
  return names[names.indexOf(environment) + 1];
}

async function commitFor(client: LanguageClient, { repository, environment }: Source, total: number): Promise<string | null> {
  const commits = await client.sendRequest(environmentCommitsRequest, { repository: repository.repository, environment });
  if ('refusal' in commits) throw new UserError(commits.refusal);
  const answer = await chooseCommit(environment, commits, { number: total - 1, total, canGoBack: true });
  return answer === back ? null : answer;
}
