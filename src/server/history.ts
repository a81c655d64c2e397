/** What Git knows of a repository, asked once for each commit that HEAD points to. */
import { headCommit, headFiles } from '../clients/git.ts';
import { tagsFromHistory } from '../clients/gitHistory.ts';
import { isRelevantPath } from '../clients/files.ts';
import type { SeenTag } from '../core/git/patchTags.ts';

export class History {
  private readonly folder: string;
  private head: string | undefined;
  private tagsByFiles = new Map<string, readonly SeenTag[]>();
  private files: ReadonlyMap<string, string> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Tags that commits wrote into the files, newest first. Empty outside of a Git repository, and without git. @throws when aborted */
  async tags(files: readonly string[], signal: AbortSignal): Promise<readonly SeenTag[]> {
    const head = await this.update(signal);
    if (head === undefined) return [];
    const key = [...files].sort().join('\n');
    const known = this.tagsByFiles.get(key);
    if (known !== undefined) return known;
    const tags = await tagsFromHistory(this.folder, files, { signal }).then(
      (history) => history.tags,
      (error: unknown) => {
        signal.throwIfAborted();
        if (error instanceof Error) return [];
        throw error;
      },
    );
    if (this.head === head) this.tagsByFiles.set(key, tags);
    return tags;
  }

  /** Texts of the last commit that the model reads; undefined where there is no commit. `extra`: paths to read besides. @throws when aborted or when git cannot read them */
  async committed(extra: (path: string) => boolean, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined> {
    const head = await this.update(signal);
    if (head === undefined) return undefined;
    if (this.files === undefined) {
      const files = await headFiles(this.folder, (path) => isRelevantPath(path) || extra(path), signal);
      if (this.head !== head) return files;
      this.files = files;
    }
    return this.files;
  }

  private async update(signal: AbortSignal): Promise<string | undefined> {
    const head = await headCommit(this.folder, signal);
    if (head !== this.head) {
      this.head = head;
      this.tagsByFiles = new Map();
      this.files = undefined;
    }
    return head;
  }
}
