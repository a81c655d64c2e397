/** `diff`: what the working tree renders differently from the last commit. */
import { createEngine } from '../clients/engineFiles.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import type { RootDifference } from '../workflows/compareWithHead.ts';
import { compareWithHead } from '../workflows/compareWithHead.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson } from './command.ts';
import { findRoot } from './roots.ts';

export const diff: Command = {
  usage: 'FOLDER [ROOT] [--against HEAD] [--reveal] [--json]',
  summary: 'prints what the working tree renders differently from the last commit; exit code 1 where something differs',
  details: [
    '--against HEAD   the commit to compare with; HEAD is the only one so far',
    '--reveal         shows the values of Secrets',
    '--json           prints an array of {root, images, diff, failure}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      against: { type: 'string', default: 'HEAD' },
      json: { type: 'boolean' },
      reveal: { type: 'boolean' },
    });
    const [folder = '', name] = positionals(given, 'FOLDER', '[ROOT]');
    if (values.against !== 'HEAD') throw new InputError(`${values.against} cannot be compared with. Use --against HEAD.`);
    const opened = await openRepositories(folder);
    const wanted = name === undefined ? undefined : findRoot(opened, name);
    const engine = createEngine('');
    try {
      const found: RootDifference[] = [];
      for (const repository of wanted === undefined ? opened : [wanted.opened]) {
        const differences = await compareWithHead(
          engine,
          repository,
          ({ id }) => id === (wanted?.root.id ?? id),
          values.reveal === true,
        );
        found.push(...differences.map((difference) => ({ ...difference, root: repository.prefix + difference.root })));
      }
      if (values.json === true)
        printJson(found.map((one) => ({ root: one.root, images: one.images, diff: textOf(one), failure: one.failure ?? null })));
      else found.forEach(printDifference);
      return found.length === 0 ? 0 : 1;
    } finally {
      await engine.dispose();
    }
  },
};

function printDifference(difference: RootDifference): void {
  for (const { kind, workload, container, from, to } of difference.images)
    print(
      `# ${difference.root}: ${[kind, workload, container].filter((part) => part !== '').join(' ')}: ${from || '(none)'} > ${to || '(none)'}`,
    );
  print(textOf(difference));
  if (difference.failure !== undefined) note(`${difference.root}: ${difference.failure}`);
}

function textOf({ root, before, after }: RootDifference): string {
  return unifiedDiff([{ path: root, before, after }], () => [`${root} (HEAD)`, root]);
}
