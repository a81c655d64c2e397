/** Looks for problems in the repositories of a folder, with what their Git history knows where git is there. */
import { remoteUrls } from '../clients/gitConfig.ts';
import { tagsFromHistory } from '../clients/gitHistory.ts';
import type { SeenTag } from '../core/git/patchTags.ts';
import { historyFilesOf, lint } from '../core/lint/lint.ts';
import type { Severities } from '../core/lint/lint.ts';
import type { Problem } from '../core/lint/problem.ts';
import type { LintInput } from '../core/lint/rule.ts';
import { parseSettings, SETTINGS_FILE } from '../core/repository/settings.ts';
import type { OpenedRepository } from './openRepository.ts';

/** The problems of a repository, with the severities of its shared settings. Reads Git history only where a rule can tell more with it. */
export async function checkRepository({ repository, inventory, folder }: OpenedRepository): Promise<Problem[]> {
  const shared = repository.file(SETTINGS_FILE)?.text;
  const severities: Severities = new Map(
    shared === undefined ? [] : parseSettings(shared).rules.map(({ code, severity }) => [code, severity]),
  );
  const input: LintInput = { repository, inventory, facts: { remoteUrls: remoteUrls(folder) } };
  const problems = lint(input, severities);
  const files = historyFilesOf(problems);
  if (files.length === 0) return problems;
  const history = await historyOf(folder, files);
  return history.length === 0 ? problems : lint({ ...input, facts: { ...input.facts, history } }, severities);
}

/** Empty outside of a Git repository, and without git. */
async function historyOf(folder: string, files: readonly string[]): Promise<readonly SeenTag[]> {
  try {
    return (await tagsFromHistory(folder, files)).tags;
  } catch {
    return [];
  }
}
