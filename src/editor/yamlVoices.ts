import { Disposable, extensions, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { yamlVoicesNotification, type YamlVoices } from '../protocol.ts';

const yamlExtension = 'redhat.vscode-yaml';

/** What the YAML extension, where it is there, tells of open files as it is set up. */
export function yamlVoices(): YamlVoices {
  const settings = workspace.getConfiguration('yaml');
  if (extensions.getExtension(yamlExtension) === undefined || !settings.get('validate', true)) return [];
  const schemas = Object.keys(settings.get<Readonly<Record<string, unknown>>>('schemas', {})).join('\n');
  return [
    'yaml',
    ...(settings.get('schemaStore.enable', true) || /kustomization/i.test(schemas) ? (['kustomization-schema'] as const) : []),
    ...(/flux|toolkit/i.test(schemas) ? (['flux-schema'] as const) : []),
  ];
}

/** Tells the server when the YAML extension comes, goes, or is set up otherwise. */
export function followYamlVoices(client: LanguageClient): Disposable {
  const send = () => {
    if (client.isRunning()) void client.sendNotification(yamlVoicesNotification, { yaml: yamlVoices() });
  };
  return Disposable.from(
    extensions.onDidChange(send),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('yaml')) send();
    }),
  );
}
