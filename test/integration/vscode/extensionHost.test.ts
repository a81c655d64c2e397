import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedRepository } from '../../support/generatedRepository.ts';
import { writeFolder } from '../../support/writeFolder.ts';
import { testInExtensionHost } from './harness/extensionHost.ts';

/** What `flux bootstrap` writes, as far as it matters, and an application of plain manifests. */
const fluxCluster = {
  'clusters/dev/flux-system/gotk-sync.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: https://github.com/acme/fleet}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./clusters/dev, sourceRef: {kind: GitRepository, name: flux-system}}
`,
  'clusters/dev/app.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec: {containers: [{name: app, image: "acme/app:v1"}]}\n',
};

for (const { name, host, files } of [
  {
    name: 'a folder of another kind',
    host: './otherFolder.host.ts',
    files: { 'README.md': '# An application\n', 'deploy/values.yaml': 'image: nginx\n' },
  },
  { name: 'a cluster of Flux', host: './fluxOnly.host.ts', files: fluxCluster },
  { name: 'a large repository', host: './eventLoop.host.ts', files: generatedRepository(500) },
]) {
  const workspace = writeFolder(files);
  try {
    await testInExtensionHost(name, import.meta.resolve(host), { workspace });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
}
