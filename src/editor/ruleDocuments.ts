import { readFile } from 'node:fs/promises';
import { Uri, workspace, type Diagnostic, type Disposable, type ExtensionContext } from 'vscode';
import { sectionOf } from '../core/lint/documentation.ts';
import { schemes } from '../manifest.ts';

/** Serves the section of each rule, out of the page that the extension ships, as a document of its own. */
export function registerRuleDocuments(context: ExtensionContext): Disposable {
  const page = context.asAbsolutePath('dist/rules.md');
  return workspace.registerTextDocumentContentProvider(schemes.rule, {
    provideTextDocumentContent: async ({ path }) => sectionOf(await readFile(page, 'utf8'), path.replace(/^\/|\.md$/g, '')) ?? '',
  });
}

/** The problem with a code that opens the section of its rule: it is there without a network, too. */
export function withRuleDocument(diagnostic: Diagnostic): Diagnostic {
  const { code } = diagnostic;
  if (typeof code === 'object') diagnostic.code = { ...code, target: ruleUri(String(code.value)) };
  return diagnostic;
}

function ruleUri(code: string): Uri {
  return Uri.from({ scheme: schemes.rule, path: `/${code}.md` });
}
