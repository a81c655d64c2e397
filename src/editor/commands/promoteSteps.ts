import { ThemeIcon, l10n } from 'vscode';
import type { CommitChoice, PromotionCandidate, PromotionCandidates, RepositoryEnvironments } from '../../protocol/promotion.ts';
import { forLabel } from '../plainText.ts';
import { ask, askMany, back, elsewhere } from '../steps.ts';
import { dateOf } from '../dates.ts';
import type { Progress } from './bumpSteps.ts';
import { canChoose, section, type Choice } from './planItems.ts';

export interface Source {
  readonly repository: RepositoryEnvironments;
  readonly environment: string;
}

/** The environment to take versions from. `to`: those that get them, where that is known. */
export async function chooseSource(
  repositories: readonly RepositoryEnvironments[],
  to: readonly string[],
  progress: Progress,
): Promise<Source> {
  const items = repositories.flatMap((repository) =>
    repository.environments
      .filter(({ name }) => !to.includes(name))
      .map(({ name, applications }): Choice<Source> => ({
        label: forLabel(name),
        description: forLabel([repository.name, applications.join(', ')].filter((part) => part !== '').join('   ')),
        value: { repository, environment: name },
      })),
  );
  const answer = await ask({
    ...progress,
    title: l10n.t('Promote: choose where from'),
    placeholder: l10n.t('The environment whose tags are promoted'),
    items: () => items,
    canChoose,
  });
  if (answer === back || answer.value === undefined) throw new Error('The first step has no way back.');
  return answer.value;
}

/** The environments that get them; the next one on the way is ticked. */
export async function chooseTargets(
  from: string,
  others: readonly string[],
  next: string | undefined,
  progress: Progress,
): Promise<readonly string[] | typeof back> {
  const answer = await askMany({
    ...progress,
    title: l10n.t('Promote {0}: choose where to', from),
    placeholder: l10n.t('One environment or several'),
    items: others.map((name): Choice<string> => ({ label: forLabel(name), picked: name === next, value: name })),
    canChoose,
  });
  return answer === back || answer === elsewhere ? back : answer.flatMap(({ value }) => value ?? []);
}

/** What moves: all that differs is ticked as far as it goes forward, what stays as it is stands below. */
export async function chooseCandidates(
  title: string,
  { candidates, absent }: PromotionCandidates,
  source: string,
  progress: Progress,
): Promise<readonly string[] | typeof back | typeof elsewhere> {
  const open = candidates.filter(({ obstacle }) => obstacle === '');
  const same = candidates.filter(({ direction, obstacle }) => obstacle !== '' && direction === 'same');
  const stuck = candidates.filter(({ direction, obstacle }) => obstacle !== '' && direction !== 'same');
  const answer = await askMany({
    ...progress,
    title,
    placeholder: l10n.t('Tick what moves'),
    items: [
      ...section(
        l10n.t('differs'),
        open.map((one) => candidateItem(one, candidates)),
      ),
      ...section<string>(
        l10n.t('cannot move'),
        stuck.map((one) => ({ ...placeItem(one, candidates), detail: forLabel(one.obstacle) })),
      ),
      ...section<string>(
        l10n.t('unchanged'),
        same.map((one) => placeItem(one, candidates)),
      ),
      ...section<string>(
        l10n.t('not there'),
        absent.map(({ application, environment, image }) => ({
          label: forLabel(application),
          description: forLabel(l10n.t('{0} has no {1}', environment, image)),
        })),
      ),
    ],
    canChoose,
    other: { iconPath: new ThemeIcon('git-commit'), tooltip: l10n.t('Take What {0} Ran in a Commit', source) },
  });
  return answer === back || answer === elsewhere ? answer : answer.flatMap(({ value }) => value ?? []);
}

function candidateItem(candidate: PromotionCandidate, all: readonly PromotionCandidate[]): Choice<string> {
  const { id, environment, current, wanted, words, warnings, isTicked } = candidate;
  const item = placeItem(candidate, all);
  return {
    ...item,
    description: forLabel([environment, `${current} \u2192 ${wanted}`, words].join('   ')),
    ...(warnings.length === 0 ? {} : { detail: `$(warning) ${forLabel(warnings.join(' '))}` }),
    picked: isTicked,
    value: id,
  };
}

/** The image is named where the application has several. */
function placeItem(
  { application, environment, image, current }: PromotionCandidate,
  all: readonly PromotionCandidate[],
): Choice<never> {
  const isShared = all.some((other) => other.application === application && other.image !== image);
  return {
    label: forLabel(isShared ? `${application} \u00B7 ${image}` : application),
    description: forLabel([environment, current].join('   ')),
  };
}

/** A commit out of those that changed the environment, or any name of one that is typed. */
export async function chooseCommit(
  environment: string,
  commits: readonly CommitChoice[],
  progress: Progress,
): Promise<string | typeof back> {
  const items = commits.map(({ hash, author, date, subject }): Choice<string> => ({
    label: forLabel(subject),
    description: forLabel([hash.slice(0, 7), author, dateOf(date)].join('   ')),
    value: hash,
  }));
  const answer = await ask({
    ...progress,
    title: l10n.t('Promote what {0} ran in a commit', environment),
    placeholder: l10n.t('Choose a commit, or type a branch, a tag or a hash'),
    dependsOnText: true,
    items: (typed) => {
      const name = typed.trim();
      const known = name === '' || commits.some(({ hash }) => hash === name);
      return known
        ? items
        : [...items, ...section(l10n.t('as typed'), [{ label: forLabel(name), value: name, alwaysShow: true }])];
    },
    canChoose,
  });
  return answer === back ? back : (answer.value ?? back);
}

/** `backend in prod`, `dev to prod`, `dev at 1a2b3c4 to prod`. */
export function promotionName(from: string, to: readonly string[], commit: string | null, application: string | null): string {
  const source =
    commit === null ? from : l10n.t('{0} at {1}', from, /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 7) : commit);
  const way = l10n.t('{0} to {1}', source, to.join(', '));
  return application === null ? way : l10n.t('{0} from {1}', application, way);
}
