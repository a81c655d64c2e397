import { EventEmitter, Uri, workspace, type Disposable, type TextDocumentContentProvider } from 'vscode';
import { schemes } from '../manifest.ts';
import { clusterTextRequest, type ClusterText, type ObjectInContext } from '../protocol/cluster.ts';
import type { ClusterClient } from './clusterClient.ts';
import { forTab } from './plainText.ts';
import { previewFolder } from './previewUri.ts';

type Subject = (ObjectInContext & { readonly what: ClusterText }) | { readonly kept: number };

const missing = '# This is no longer known: connect to the cluster, and open it again.\n';

/** Read-only documents of what clusters say. None is kept on disk. */
export class ClusterDocuments implements TextDocumentContentProvider, Disposable {
  readonly #client: ClusterClient;
  readonly #registration: Disposable;
  /** Texts that were made once, such as the sides of a comparison, until their documents are closed. */
  readonly #kept = new Map<number, string>();
  /** Texts that were just read, until VS Code has asked for them. */
  readonly #read = new Map<string, string>();
  readonly #changes = new EventEmitter<Uri>();
  readonly onDidChange = this.#changes.event;
  #count = 0;

  constructor(client: ClusterClient) {
    this.#client = client;
    const provider = workspace.registerTextDocumentContentProvider(schemes.cluster, this);
    const closing = workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme !== schemes.cluster) return;
      const subject = JSON.parse(uri.query) as Subject;
      if ('kept' in subject) this.#kept.delete(subject.kept);
    });
    this.#registration = { dispose: () => [provider, closing].forEach((one) => one.dispose()) };
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const subject = JSON.parse(uri.query) as Subject;
    if ('kept' in subject) return this.#kept.get(subject.kept) ?? missing;
    const key = uri.toString();
    const read = this.#read.get(key);
    this.#read.delete(key);
    if (read !== undefined) return read;
    return (await this.#client.running?.sendRequest(clusterTextRequest, subject)) ?? missing;
  }

  /** The document of a text that is there already. */
  keep(title: string, text: string): Uri {
    this.#count += 1;
    this.#kept.set(this.#count, text);
    return uriOf(previewFolder, title, { kept: this.#count });
  }

  /** What the cluster says now, in a document that VS Code may still have as it was before: it keeps closed ones for a while. */
  update(uri: Uri, text: string): void {
    this.#read.set(uri.toString(), text);
    this.#changes.fire(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}

/** The document of what a cluster says of an object now. Manifests are YAML, the rest are logs. */
export function clusterDocument(title: string, subject: ObjectInContext & { readonly what: ClusterText }): Uri {
  const { context, reference, what } = subject;
  return what === 'manifest'
    ? uriOf(previewFolder, title, { context, reference, what })
    : uriOf('Of a cluster', `${title}.log`, { context, reference, what });
}

function uriOf(folder: string, title: string, subject: Subject): Uri {
  return Uri.from({ scheme: schemes.cluster, path: `/${folder}/${forTab(title)}`, query: JSON.stringify(subject) });
}
