/** `bump`: sets the tag of an image in an environment. */
import { isRefused } from '../core/change/plan.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import { parseVersion } from '../core/change/version.ts';
import type { BumpRequest } from '../workflows/bumpImage.ts';
import { hasImage, planBump, writeBump } from '../workflows/bumpImage.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson } from './command.ts';

export const bump: Command = {
  usage: 'FOLDER --image IMAGE --environment ENVIRONMENT --tag TAG [--override] [--dry-run] [--json]',
  summary: 'sets the tag of an image in an environment and prints the diff',
  details: [
    '--image IMAGE              name of the image, its last component, or the application',
    '--environment ENVIRONMENT  as `images` lists it',
    '--tag TAG                  a tag, tag@digest, or a digest',
    '--override                 decides in this environment alone where others share the line',
    '--dry-run                  prints the diff and writes nothing',
    '--json                     prints {diff, changes, warnings, written}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      image: { type: 'string' },
      environment: { type: 'string' },
      tag: { type: 'string' },
      override: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const { image, environment, tag } = values;
    if (image === undefined || environment === undefined || tag === undefined)
      throw new InputError('--image, --environment and --tag are needed. See --help.');
    for (const [name, value] of Object.entries({ image, environment, tag }))
      if (value === '') throw new InputError(`--${name} is empty. See --help.`);
    const version = parseVersion(tag);
    if (isRefused(version)) throw new InputError(version.refusal);
    const opened = await openRepositories(folder);
    const request: BumpRequest = { image, environment, tag, mode: values.override === true ? 'override' : 'owner' };
    const plan = planBump(repositoryFor(opened, request), request);
    if ('refusal' in plan) {
      note(plan.refusal);
      return 1;
    }
    const written = values['dry-run'] !== true;
    const refusal = written ? writeBump(plan) : undefined;
    if (refusal !== undefined) {
      note(refusal);
      return 1;
    }
    plan.warnings.forEach(note);
    const diff = unifiedDiff(plan.files.map((file) => ({ ...file, path: plan.opened.prefix + file.path })));
    if (values.json === true) printJson({ diff, changes: plan.changes, warnings: plan.warnings, written });
    else print(diff);
    return 0;
  },
};

/** The repository that has the image. @throws InputError where none has it, or several do: nobody said which one to edit */
function repositoryFor(opened: readonly OpenedRepository[], request: BumpRequest): OpenedRepository {
  const [only, ...others] = opened.filter((repository) => hasImage(repository, request));
  if (only === undefined) throw new InputError(notFound(opened, request));
  if (others.length === 0) return only;
  const names = [only, ...others].map(({ prefix }) => prefix.replace(/\/$/, '') || '.');
  throw new InputError(
    `Several repositories here have ${request.image} in ${request.environment}: ${names.join(', ')}. Name the folder of one of them.`,
  );
}

function notFound(opened: readonly OpenedRepository[], { image, environment }: BumpRequest): string {
  const environments = new Set(opened.flatMap(({ inventory }) => inventory.environments.filter((name) => name !== '')));
  if (environments.size === 0) return 'No environment is known here. Name them in .gitops-cockpit.yaml.';
  if (!environments.has(environment))
    return `There is no environment ${environment} here. Choose one of ${[...environments].join(', ')}.`;
  return `No container in ${environment} uses the image ${image}. List the images with \`images\`.`;
}
