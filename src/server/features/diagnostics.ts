/** Publishes the problems of all files of all repositories, open or not; a file is sent again only where something is different. */
import { join } from 'node:path';
import type { Connection, Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import type { Problem, Severity } from '../../core/lint/problem.ts';
import { documentationOf } from '../../core/lint/documentation.ts';
import { rangeOf, uriOf } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { toldByOthers } from './otherVoices.ts';

/** What is typed within this time is looked at once. With the time in which edits become a snapshot, less than people notice. */
const QUIET_MILLISECONDS = 15;

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** Codes of lines that do nothing, which editors fade. */
const FADED: ReadonlySet<string> = new Set(['duplicate-image-entry', 'image-entry-unmatched', 'unused-suppression']);

export class Diagnostics {
  private readonly connection: Pick<Connection, 'sendDiagnostics'>;
  private readonly session: Session;
  /** By URI, what was sent last. */
  private published = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly abort = new AbortController();

  constructor(connection: Pick<Connection, 'sendDiagnostics'>, session: Session) {
    this.connection = connection;
    this.session = session;
  }

  /** Something changed that problems depend on. */
  schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.publish();
      void this.learn();
    }, QUIET_MILLISECONDS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.abort.abort();
  }

  private publish(): void {
    const next = new Map<string, string>();
    const { enabled } = this.session.diagnosticSettings;
    for (const repository of enabled ? this.session.repositories() : [])
      for (const params of messagesOf(this.session, repository)) {
        const text = JSON.stringify(params);
        next.set(params.uri, text);
        if (this.published.get(params.uri) !== text) void this.connection.sendDiagnostics(params);
      }
    for (const uri of this.published.keys()) if (!next.has(uri)) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
    this.published = next;
  }

  private async learn(): Promise<void> {
    if (!this.session.trusted) return;
    const { signal } = this.abort;
    const learnt = await Promise.all(
      this.session.repositories().map((repository) => repository.lint.learn(repository.history, signal).catch(() => false)),
    );
    const heard = await this.askRegistries(signal).catch(() => false);
    if ((learnt.includes(true) || heard) && !signal.aborted) this.schedule();
  }

  /** Only where the setting allows it. True where a registry said something new. */
  private async askRegistries(signal: AbortSignal): Promise<boolean> {
    const { registries, serverSettings } = this.session;
    if (!serverSettings.registry.enabled) return false;
    const before = registries.complete;
    for (const repository of this.session.repositories())
      await registries.learn(repository.inventory(this.session.placementSettings), signal);
    return registries.complete !== before;
  }
}

function messagesOf(session: Session, repository: RepositorySession): PublishDiagnosticsParams[] {
  const files = new Map<string, Diagnostic[]>();
  for (const problem of session.problemsOf(repository)) {
    const { file } = problem.place;
    const isOpen = session.buffers.has(join(repository.folder, file));
    if (isOpen && toldByOthers(problem, repository.file(file), session.yamlVoices)) continue;
    const diagnostics = files.get(file) ?? [];
    files.set(file, [...diagnostics, diagnosticOf(repository, problem)]);
  }
  return [...files].map(([file, diagnostics]) => {
    const version = session.buffers.get(join(repository.folder, file))?.version;
    return { uri: uriOf(repository, file), diagnostics, ...(version === undefined ? {} : { version }) };
  });
}

export function diagnosticOf(repository: RepositorySession, problem: Problem): Diagnostic {
  const { code, severity, message, place, related } = problem;
  return {
    range: rangeOf(repository, place.file, place.start, place.end),
    severity: SEVERITIES[severity],
    code,
    codeDescription: { href: documentationOf(code) },
    source: 'GitOps Cockpit',
    message,
    ...(FADED.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    relatedInformation: related.map((other) => ({
      message: other.message,
      location: {
        uri: uriOf(repository, other.place.file),
        range: rangeOf(repository, other.place.file, other.place.start, other.place.end),
      },
    })),
  };
}
