import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedRepository } from '../../support/generatedRepository.ts';
import { writeFolder } from '../../support/writeFolder.ts';
import { testInExtensionHost } from './harness/extensionHost.ts';

for (const { name, host, files } of [
  {
    name: 'a folder of another kind',
    host: './otherFolder.host.ts',
    files: { 'README.md': '# An application\n', 'deploy/values.yaml': 'image: nginx\n' },
  },
  { name: 'a large repository', host: './eventLoop.host.ts', files: generatedRepository(500) },
]) {
  const workspace = writeFolder(files);
  try {
    await testInExtensionHost(name, import.meta.resolve(host), { workspace });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
}
