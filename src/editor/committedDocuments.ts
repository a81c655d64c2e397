import { Uri, workspace, type Disposable } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { schemes } from '../manifest.ts';
import { committedFileRequest } from '../protocol/timeline.ts';

interface CommittedFile {
  readonly repository: string;
  /** A hash. */
  readonly commit: string;
  readonly path: string;
  /** The file in the first parent of the commit. */
  readonly before: boolean;
}

/** A file as a commit has it, as a read-only document. */
export function committedUri(file: CommittedFile): Uri {
  return Uri.from({ scheme: schemes.commit, path: `/${file.path}`, query: JSON.stringify(file) });
}

export function registerCommittedDocuments(client: LanguageClient): Disposable {
  return workspace.registerTextDocumentContentProvider(schemes.commit, {
    provideTextDocumentContent: ({ query }, token) =>
      client.sendRequest(committedFileRequest, JSON.parse(query) as CommittedFile, token),
  });
}
