/** `compare`: the tags of environments side by side, or what they render differently. */
import type { RootComparison } from '../clients/compareRoots.ts';
import { createEngine } from '../clients/engineFiles.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import type { ComparedImage } from '../core/inventory/compareEnvironments.ts';
import { compareEnvironments } from '../core/inventory/compareEnvironments.ts';
import type { ComparedObject } from '../core/kubernetes/compareRenderings.ts';
import type { Folded } from '../core/kubernetes/foldNoise.ts';
import { compareRenderedEnvironments } from '../workflows/compareEnvironments.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { harmless, parseArguments, positionals, print, printJson, table } from './command.ts';
import { repositoryWithEnvironments } from './findRepository.ts';

export const compare: Command = {
  usage: 'FOLDER ENVIRONMENT ENVIRONMENT [--application APPLICATION] [--rendered] [--json]',
  summary:
    'prints the tags of two environments side by side, or what they render differently; exit code 1 where something differs',
  details: [
    '--application APPLICATION  compares this application alone',
    '--rendered                 compares rendered manifests, without name affixes, namespaces and labels that always differ',
    '--json                     prints an array of {application, image, cells, differs}, or of {left, right, objects, folded, failures}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      application: { type: 'string' },
      rendered: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [folder = '', left = '', right = ''] = positionals(given, 'FOLDER', 'ENVIRONMENT', 'ENVIRONMENT');
    const { application } = values;
    if (application === '') throw new InputError('--application is empty. See --help.');
    const opened = repositoryWithEnvironments(await openRepositories(folder), [left, right]);
    const json = values.json === true;
    if (values.rendered === true) return (await compareRendered(opened, left, right, application, json)) ? 1 : 0;
    const images = compareEnvironments(opened.inventory, [left, right], application);
    if (json) printJson(images.map((image) => jsonOf(image, [left, right])));
    else print(table([['APPLICATION', 'IMAGE', left, right, ''], ...images.map(rowOf)]));
    return images.some(({ differs }) => differs) ? 1 : 0;
  },
};

function rowOf({ application, image, cells }: ComparedImage): string[] {
  return [application, image, ...cells.map(({ version }) => version || '-'), cells.at(-1)?.words ?? ''];
}

function jsonOf({ application, image, cells, differs }: ComparedImage, environments: readonly string[]) {
  return {
    application,
    image,
    cells: cells.map(({ images, words }, index) => ({
      environment: environments[index],
      versions: images.map(({ usage: { tag, digest, status } }) => ({ tag, digest, status })),
      words,
    })),
    differs,
  };
}

/** Whether something differs. */
async function compareRendered(
  opened: OpenedRepository,
  left: string,
  right: string,
  application: string | undefined,
  json: boolean,
): Promise<boolean> {
  const engine = createEngine('');
  const found: RootComparison[] = [];
  try {
    for await (const one of compareRenderedEnvironments(engine, opened, {
      left,
      right,
      application,
      fold: true,
      reveal: false,
    })) {
      found.push(one);
      if (!json) printComparison(one, left, right);
    }
  } finally {
    await engine.dispose();
  }
  if (json)
    printJson(
      found.map((one) => ({
        left: one.left ?? null,
        right: one.right ?? null,
        objects: one.comparison.objects.map((object) => ({
          kind: object.kind,
          name: object.name,
          status: object.status,
          diff: diffOf(object, left, right),
        })),
        folded: one.comparison.folded,
        failures: one.failures,
      })),
    );
  return found.some(differs);
}

function differs({ comparison, failures }: RootComparison): boolean {
  return failures.length > 0 || comparison.objects.some(({ status }) => status !== 'same');
}

function printComparison(one: RootComparison, left: string, right: string): void {
  if (!differs(one)) return;
  print(`# ${harmless(`${one.left ?? '(none)'} > ${one.right ?? '(none)'}`)}`);
  for (const failure of one.failures) print(`# ${harmless(failure)}`);
  for (const folded of one.comparison.folded) print(`# left out: ${harmless(foldedWords(folded))}`);
  for (const object of one.comparison.objects) {
    if (object.status === 'left-only' || object.status === 'right-only')
      print(`# only in ${object.status === 'left-only' ? left : right}: ${harmless(`${object.kind} ${object.name}`)}`);
    else print(diffOf(object, left, right));
  }
}

function foldedWords({ what, key, left, right }: Folded): string {
  return `${what}${key === '' ? '' : ` ${key}`} ${left || '(none)'} > ${right || '(none)'}`;
}

function diffOf({ kind, name, left: one, right: other }: ComparedObject, left: string, right: string): string {
  if (one === undefined || other === undefined) return '';
  return unifiedDiff([{ path: `${kind} ${name}`, before: one.normalised, after: other.normalised }], (path) => [
    `${path} (${left})`,
    `${path} (${right})`,
  ]);
}
