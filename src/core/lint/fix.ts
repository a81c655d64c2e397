/** How a problem can be mended: small changes of files, planned when somebody asks for them. */
import type { Operation } from '../change/operations.ts';
import { editsOf } from '../change/operations.ts';
import type { SeenTag } from '../git/patchTags.ts';
import { repositoryKey } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import { isRefusal } from '../text/textEdit.ts';
import type { ScalarNode } from '../yaml/node.ts';

/** Ids never change their meaning. */
export type FixId =
  | 'add-tag-suffix'
  | 'align-with-ref'
  | 'fix-all'
  | 'ignore'
  | 'move-digest'
  | 'pin-tag'
  | 'quote-value'
  | 'remove-entry'
  | 'remove-key'
  | 'remove-suppression'
  | 'rename-file'
  | 'rename-key'
  | 'replace-marker'
  | 'replace-name'
  | 'replace-output'
  | 'replace-path'
  | 'restore-previous-value'
  | 'strip-tag'
  | 'use-renamed-name'
  | 'use-version-output';

export interface Fix {
  readonly id: FixId;
  /** What it does, such as `Quote it`. */
  readonly title: string;
  readonly change: FixChange;
  /** True where no person has to choose: `Fix all` may apply it. */
  readonly isSafe: boolean;
}

export type FixChange =
  | { readonly type: 'edit'; readonly operations: readonly Operation[] }
  | { readonly type: 'rename-file'; readonly from: string; readonly to: string }
  /** Writes the last value that the scalar had before, as far as the history of its file tells. */
  | { readonly type: 'restore'; readonly scalar: ScalarNode; readonly key: string; readonly image: string };

/** The files that a fix changes. */
export interface FixPlan {
  readonly files: ReadonlyMap<string, readonly TextEdit[]>;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

export function editFix(id: FixId, title: string, operations: readonly Operation[], isSafe = false): Fix {
  return { id, title, change: { type: 'edit', operations }, isSafe };
}

/** The fix with what the history of its file knows; undefined where it knows nothing to restore. Fixes of other kinds stay as they are. */
export function withHistory(fix: Fix, history: readonly SeenTag[]): Fix | undefined {
  const { change } = fix;
  if (change.type !== 'restore') return fix;
  const { scalar, image } = change;
  const last = history.find(
    ({ file, image: name, key, tag }) =>
      file === scalar.source.file &&
      key.toLowerCase() === change.key.toLowerCase() &&
      tag !== '' &&
      repositoryKey(name) === repositoryKey(image),
  );
  if (last === undefined) return undefined;
  return {
    ...fix,
    title: `Restore ${last.tag} (last value, ${last.commit.slice(0, 7)})`,
    change: { type: 'edit', operations: [{ type: 'set', scalar, text: last.tag }] },
  };
}

/** The edits of a fix against the files as they are. A refusal where they cannot be written there. */
export function planFix(repository: GitOpsRepository, { change }: Fix): FixPlan | Refusal {
  switch (change.type) {
    case 'rename-file':
      return { files: new Map(), renames: [{ from: change.from, to: change.to }] };
    case 'restore':
      return { reason: 'the history of the file has no earlier value' };
    case 'edit': {
      const files = editsOf(change.operations, (path) => repository.file(path));
      return isRefusal(files) ? files : { files, renames: [] };
    }
  }
}
