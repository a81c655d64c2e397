import { FileDecoration, ThemeColor, Uri, l10n, window, type Disposable } from 'vscode';
import { schemes } from '../../manifest.ts';
import type { Row, RowState } from '../../protocol.ts';

/** A row's own URI; its state is in it, so that a changed state asks for the decoration again. */
export function rowUri({ id, state }: Row): Uri {
  return Uri.from({ scheme: schemes.row, path: `/${encodeURIComponent(id)}`, query: state });
}

/** Colours rows with problems, and marks them for people who do not see the colour. */
export function registerRowDecorations(): Disposable {
  const decorations: Readonly<Partial<Record<RowState, FileDecoration>>> = {
    error: new FileDecoration('!', l10n.t('Has an error'), new ThemeColor('list.errorForeground')),
    warning: new FileDecoration('!', l10n.t('Has a warning'), new ThemeColor('list.warningForeground')),
  };
  return window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme, query }) => (scheme === schemes.row ? decorations[query as RowState] : undefined),
  });
}
