/** `rollback`: sets an image of an environment back to a tag that ran there before. */
import { isRefused } from '../core/change/plan.ts';
import type { Rollback } from '../core/change/rollback.ts';
import { undoingAutomation } from '../core/change/rollback.ts';
import { describeVersion } from '../core/change/version.ts';
import { listed } from '../core/text/listed.ts';
import { imagesFor } from '../workflows/bumpImage.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import { earlierRun, planRollbackChange } from '../workflows/rollBack.ts';
import { oneForEachBuild } from '../workflows/tagHistory.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals } from './command.ts';
import { repositoryWithImage } from './findRepository.ts';
import { writeChange } from './writeChange.ts';

const AUTOMATION: readonly Rollback['automation'][] = ['keep', 'pin', 'suspend'];

export const rollback: Command = {
  usage: 'FOLDER --image IMAGE --environment ENVIRONMENT [--to TAG] [--automation keep|pin|suspend] [--dry-run] [--json]',
  summary: 'sets an image of an environment back to a tag that ran there before, as Git knows it, and prints the diff',
  details: [
    '--image IMAGE              name of the image, its last component, or the application',
    '--environment ENVIRONMENT  as `images` lists it',
    '--to TAG                   a tag that ran there before; the last one before the present one by default',
    '--automation WHAT          where Flux image automation would undo it: pin (take its marker off the line), suspend (the automation, in Git), keep',
    '--dry-run                  prints the diff and writes nothing',
    '--json                     prints {from, to, diff, changes, warnings, written}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      image: { type: 'string' },
      environment: { type: 'string' },
      to: { type: 'string' },
      automation: { type: 'string' },
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const { image, environment, to } = values;
    if (image === undefined || environment === undefined)
      throw new InputError('--image and --environment are needed. See --help.');
    for (const [name, value] of Object.entries({ image, environment, to }))
      if (value === '') throw new InputError(`--${name} is empty. See --help.`);
    const automation = AUTOMATION.find((one) => one === values.automation);
    if (values.automation !== undefined && automation === undefined)
      throw new InputError(
        `${values.automation} is nothing that can be done with image automation. Choose one of ${AUTOMATION.join(', ')}.`,
      );
    const opened = repositoryWithImage(await openRepositories(folder), { image, environment });
    const images = imagesFor(opened.inventory, image, environment);
    const names = new Set(images.map(({ usage }) => usage.name));
    if (names.size > 1)
      throw new InputError(`${image} means several images in ${environment}: ${[...names].join(', ')}. Name one of them.`);
    const [first] = oneForEachBuild(images);
    const run = first && (await earlierRun(opened, first, to));
    if (first === undefined || run === undefined) {
      note(
        to === undefined
          ? `${environment} has run no other tag of ${image}, as far as Git knows.`
          : `${environment} has not run ${to} of ${image}, as far as Git knows. List what it has with \`history\`.`,
      );
      return 1;
    }
    const undoing = undoingAutomation(opened.repository, images);
    if (undoing !== undefined && automation === undefined) {
      const writers = undoing.automations.map(({ namespace, name }) => `${namespace}/${name}`);
      note(
        `Flux image automation (${undoing.setter}${writers.length === 0 ? '' : ` by ${listed(writers)}`}) would set this back within a minute. Choose with --automation: pin, suspend or keep.`,
      );
      return 1;
    }
    const change = planRollbackChange(opened, { images, version: run.version, automation: automation ?? 'keep' });
    if (isRefused(change)) {
      note(change.refusal);
      return 1;
    }
    const since = run.since === undefined ? '' : `, which ran since ${run.since.date.slice(0, 10)}`;
    note(`${image} in ${environment} goes back from ${describeVersion(first.usage)} to ${describeVersion(run.version)}${since}.`);
    const { tag, digest } = first.usage;
    const more = { from: { tag, digest }, to: run.version };
    return writeChange(change, { dryRun: values['dry-run'] === true, json: values.json === true, more });
  },
};
