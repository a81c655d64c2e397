/** Everything that the extension's package holds, sorted: what ships is decided here, not by what happens to lie in dist/. */
export const shippedFiles: readonly string[] = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/THIRD_PARTY_NOTICES',
  'dist/cli.cjs',
  'dist/engine.json',
  'dist/engine.wasm.br',
  'dist/engineWorker.cjs',
  'dist/extension.cjs',
  'dist/rules.md',
  'dist/server.cjs',
  'media/activity-bar.svg',
  'media/icon.png',
  'media/settings.schema.json',
  'package.json',
  'package.nls.json',
];
