/** What Git knows of a repository, asked once for each commit that HEAD points to. */
import { committedFiles, overlayOf } from '../clients/committedFiles.ts';
import { isRelevantPath } from '../clients/files.ts';
import { headCommit } from '../clients/git.ts';
import { tagsFromHistory } from '../clients/gitHistory.ts';
import type { SeenTag } from '../core/git/patchTags.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';

export class History {
  private readonly folder: string;
  private head: string | undefined;
  private tagsByFiles = new Map<string, readonly SeenTag[]>();
  private files: { readonly texts: ReadonlyMap<string, string>; readonly named: string } | undefined;
  private readonly asked = new Map<string, Promise<void>>();
  private readonly lastTags = new Map<string, readonly SeenTag[]>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Tags that commits wrote into the files, newest first. Empty outside of a Git repository, and without git. @throws when aborted */
  async tags(files: readonly string[], signal: AbortSignal): Promise<readonly SeenTag[]> {
    const head = await this.update(signal);
    if (head === undefined) return [];
    const key = keyOf(files);
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

  /**
   * What `tags` last said of the files, at once, while it is asked again; the first time what it says within some milliseconds, undefined where that is
   * nothing yet. What comes later is there for the next one who asks.
   */
  async tagsSoon(files: readonly string[], milliseconds: number, lifetime: AbortSignal): Promise<readonly SeenTag[] | undefined> {
    const key = keyOf(files);
    let asked = this.asked.get(key);
    if (asked === undefined) {
      asked = this.tags(files, lifetime)
        .then(
          (tags) => void this.lastTags.set(key, tags),
          // Only what nobody waits for any more fails.
          () => undefined,
        )
        .finally(() => this.asked.delete(key));
      this.asked.set(key, asked);
    }
    if (!this.lastTags.has(key)) await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, milliseconds).unref())]);
    return this.lastTags.get(key);
  }

  /** What turns the files of a snapshot into those of the last commit; undefined where there is none. @throws when aborted or when git cannot read them */
  async overlay(snapshot: GitOpsRepository, signal: AbortSignal): Promise<ReadonlyMap<string, string | undefined> | undefined> {
    const head = await this.update(signal);
    if (head === undefined) return undefined;
    // Files that are read only because something names them: another snapshot may need others.
    const named = [...snapshot.paths()].filter((path) => !isRelevantPath(path)).join('\n');
    let { files } = this;
    if (files?.named !== named) files = { texts: await committedFiles(this.folder, head, snapshot, signal), named };
    if (this.head === head) this.files = files;
    return overlayOf(files.texts, snapshot);
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

function keyOf(files: readonly string[]): string {
  return [...files].sort().join('\n');
}
