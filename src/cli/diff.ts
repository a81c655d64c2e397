/** `diff`: what the working tree renders differently from a commit. */
import { createEngine } from '../clients/engineFiles.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import type { RootDifference } from '../workflows/compareWithCommit.ts';
import { compareWithCommit } from '../workflows/compareWithCommit.ts';
import { openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { harmless, parseArguments, positionals, print, printJson } from './command.ts';
import { findRoot } from './roots.ts';

export const diff: Command = {
  usage: 'FOLDER [ROOT] [--against COMMIT] [--reveal] [--json]',
  summary: 'prints what the working tree renders differently from a commit; exit code 1 where something differs',
  details: [
    '--against COMMIT   a branch, a tag or a hash; the last commit (HEAD) by default',
    '--reveal           shows the values of Secrets',
    '--json             prints an array of {root, images, diff, onlySecrets, failure}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      against: { type: 'string', default: 'HEAD' },
      json: { type: 'boolean' },
      reveal: { type: 'boolean' },
    });
    const [folder = '', name] = positionals(given, 'FOLDER', '[ROOT]');
    const opened = await openRepositories(folder);
    const wanted = name === undefined ? undefined : findRoot(opened, name);
    const engine = createEngine('');
    try {
      const found: RootDifference[] = [];
      for (const repository of wanted === undefined ? opened : [wanted.opened]) {
        const differences = await compareWithCommit(engine, repository, {
          revision: values.against,
          chosen: ({ id }) => id === (wanted?.root.id ?? id),
          reveal: values.reveal === true,
        });
        found.push(...differences.map((difference) => ({ ...difference, root: repository.prefix + difference.root })));
      }
      const texts = found.map((difference) => textOf(difference, values.against));
      if (values.json === true)
        printJson(
          found.map(({ root, images, onlySecrets, failure }, index) => ({
            root,
            images,
            diff: texts[index],
            onlySecrets,
            failure: failure ?? null,
          })),
        );
      else for (const [index, difference] of found.entries()) printDifference(difference, texts[index] ?? '');
      return found.length === 0 ? 0 : 1;
    } finally {
      await engine.dispose();
    }
  },
};

function printDifference({ root, images, onlySecrets, failure }: RootDifference, text: string): void {
  if (failure !== undefined) print(`# ${harmless(`${root} ${failure}`)}`);
  if (onlySecrets) print(`# ${harmless(root)}: values of Secrets differ`);
  for (const { kind, workload, container, from, to } of images) {
    const where = [kind, workload, container].filter((part) => part !== '').join(' ');
    print(`# ${harmless(`${root}: ${where}: ${from || '(none)'} > ${to || '(none)'}`)}`);
  }
  print(text);
}

function textOf({ root, before, after }: RootDifference, revision: string): string {
  return unifiedDiff([{ path: root, before, after }], () => [`${root} (${revision})`, root]);
}
