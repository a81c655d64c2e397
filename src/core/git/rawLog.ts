/** Reads `git log --raw -z` as it comes in. */

/** `--format` that `RawLogReader` reads, together with `--raw -z --no-abbrev`. */
export const RAW_LOG_FORMAT = '%H%x00%P%x00%an%x00%aI%x00%cI%x00%s';

export interface LoggedCommit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly author: string;
  /** When it was written and when it came to be as it is (rebased, merged, squashed): ISO 8601. */
  readonly authored: string;
  readonly committed: string;
  readonly subject: string;
  /** What differs from the first parent. */
  readonly changes: readonly FileChange[];
}

export interface FileChange {
  /** undefined for a file that the commit removed. */
  readonly path: string | undefined;
  /** undefined for a new file; another one than `path` for a file that was moved. */
  readonly oldPath: string | undefined;
  /** Blobs; '' where there is no such file, or where it is none: a submodule or a symbolic link. */
  readonly hash: string;
  readonly oldHash: string;
}

const HEADER_FIELDS = 6;
const ENTRY = /^\n?:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/;

/** Takes text in any pieces and gives the commits that are complete. */
export class RawLogReader {
  private left = '';
  private fields: string[] = [];
  private commit: (LoggedCommit & { readonly changes: FileChange[] }) | undefined;
  private entry: RegExpExecArray | undefined;
  private oldPath: string | undefined;

  read(text: string): LoggedCommit[] {
    const tokens = (this.left + text).split('\0');
    this.left = tokens.pop() ?? '';
    const done: LoggedCommit[] = [];
    for (const token of tokens) {
      if (this.entry !== undefined) this.path(token);
      else if (this.fields.length > 0 && this.fields.length < HEADER_FIELDS) this.header(token);
      else {
        const entry = ENTRY.exec(token);
        if (entry !== null) this.entry = entry;
        else {
          if (this.commit !== undefined) done.push(this.commit);
          this.commit = undefined;
          this.fields = [token];
        }
      }
    }
    return done;
  }

  /** The last commit, when there is no more text. */
  end(): LoggedCommit[] {
    const last = this.commit;
    this.commit = undefined;
    return last === undefined ? [] : [last];
  }

  private header(token: string): void {
    this.fields.push(token);
    if (this.fields.length < HEADER_FIELDS) return;
    const [hash = '', parents = '', author = '', authored = '', committed = '', subject = ''] = this.fields;
    this.commit = {
      hash,
      parents: parents === '' ? [] : parents.split(' '),
      author,
      authored,
      committed,
      subject,
      changes: [],
    };
  }

  private path(token: string): void {
    const [, oldMode = '', mode = '', oldHash = '', hash = '', status = ''] = this.entry ?? [];
    if (status === 'R' && this.oldPath === undefined) {
      this.oldPath = token;
      return;
    }
    this.commit?.changes.push({
      path: status === 'D' ? undefined : token,
      oldPath: status === 'A' ? undefined : (this.oldPath ?? token),
      hash: isFile(mode) ? hash : '',
      oldHash: isFile(oldMode) ? oldHash : '',
    });
    this.entry = undefined;
    this.oldPath = undefined;
  }
}

function isFile(mode: string): boolean {
  return mode.startsWith('100');
}
