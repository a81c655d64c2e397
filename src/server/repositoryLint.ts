/** The problems of one repository while the server runs: found once for each snapshot, again where Git tells more. */
import type { SeenTag } from '../core/git/patchTags.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { Severities } from '../core/lint/lint.ts';
import { historyFilesOf, lint } from '../core/lint/lint.ts';
import type { LintFacts } from '../core/lint/rule.ts';
import type { Problem } from '../core/lint/problem.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';
import type { RuleSetting } from '../core/repository/settings.ts';
import type { History } from './history.ts';

interface Result {
  readonly repository: GitOpsRepository;
  readonly inventory: Inventory;
  readonly severities: Severities;
  readonly history: readonly SeenTag[];
  readonly registry: LintFacts['registry'];
  readonly problems: readonly Problem[];
}

export class RepositoryLint {
  private readonly remoteUrls: readonly string[];
  private history: readonly SeenTag[] = [];
  private last: Result | undefined;
  private merged:
    { readonly shared: readonly RuleSetting[]; readonly editor: Severities; readonly result: Severities } | undefined;

  constructor(remoteUrls: readonly string[]) {
    this.remoteUrls = remoteUrls;
  }

  /** The same list as long as nothing that it depends on changes. `shared`: rules of the repository's settings, below those of `editor`. */
  problems(
    repository: GitOpsRepository,
    inventory: Inventory,
    shared: readonly RuleSetting[],
    editor: Severities,
    registry: LintFacts['registry'],
  ): readonly Problem[] {
    const severities = this.severities(shared, editor);
    const { last, history } = this;
    if (last?.repository === repository && last.inventory === inventory && last.severities === severities)
      if (last.history === history && last.registry === registry) return last.problems;
    const facts = { remoteUrls: this.remoteUrls, history, ...(registry === undefined ? {} : { registry }) };
    const problems = lint({ repository, inventory, facts }, severities);
    this.last = { repository, inventory, severities, history, registry, problems };
    return problems;
  }

  /** Asks Git where a problem can be told better with what it knows. True where that may be so now. @throws when aborted */
  async learn(history: History, signal: AbortSignal): Promise<boolean> {
    const files = historyFilesOf(this.last?.problems ?? []);
    if (files.length === 0) return false;
    const tags = await history.tags(files, signal);
    if (tags === this.history || (tags.length === 0 && this.history.length === 0)) return false;
    this.history = tags;
    return true;
  }

  private severities(shared: readonly RuleSetting[], editor: Severities): Severities {
    if (this.merged?.shared !== shared || this.merged.editor !== editor) {
      const result = new Map([...shared.map(({ code, severity }) => [code, severity] as const), ...editor]);
      this.merged = { shared, editor, result };
    }
    return this.merged.result;
  }
}
