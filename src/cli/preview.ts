/** `preview`: the manifests of a build root, as Flux or kustomize renders them. */
import { createEngine } from '../clients/engineFiles.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import { openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson } from './command.ts';
import { findRoot } from './roots.ts';

export const preview: Command = {
  usage: 'FOLDER ROOT [--reveal] [--json]',
  summary: 'prints the manifests of a root as Flux or kustomize renders them',
  details: ['--reveal   shows the values of Secrets', '--json     prints {root, text, missing, failure}'],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, { json: { type: 'boolean' }, reveal: { type: 'boolean' } });
    const [folder = '', name = ''] = positionals(given, 'FOLDER', 'ROOT');
    const { opened, root } = findRoot(await openRepositories(folder), name);
    const engine = createEngine('');
    try {
      const { text, missing, failure } = await renderRoot(engine, opened.folder, root, { reveal: values.reveal === true });
      if (values.json === true)
        printJson({ root: opened.prefix + root.id, text: text ?? null, missing, failure: failure ?? null });
      else if (text !== undefined) print(text);
      if (failure === undefined) return 0;
      note(failure);
      return 1;
    } finally {
      await engine.dispose();
    }
  },
};
