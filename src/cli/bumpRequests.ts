/** The images and tags that `bump` and `propose` are given. */
import { isRefused } from '../core/change/plan.ts';
import { parseVersion } from '../core/change/version.ts';
import type { BumpRequest } from '../workflows/bumpImage.ts';
import { hasImage } from '../workflows/bumpImage.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError } from '../workflows/openRepository.ts';
import { NO_ENVIRONMENT } from './command.ts';

export const BUMP_OPTIONS = {
  image: { type: 'string', multiple: true },
  tag: { type: 'string', multiple: true },
  environment: { type: 'string' },
  override: { type: 'boolean' },
} as const;

export const BUMP_USAGE = '--image IMAGE --tag TAG [--image IMAGE --tag TAG]... --environment ENVIRONMENT [--override]';

export const BUMP_DETAILS = [
  '--image IMAGE              name of the image, its last component, or the application; may be given several times',
  '--tag TAG                  a tag, tag@digest, or a digest: one for all images, or one for each in their order',
  '--environment ENVIRONMENT  as `images` lists it; - where there is none',
  '--override                 decides in this environment alone where others share the line',
];

interface Values {
  readonly image?: string[] | undefined;
  readonly tag?: string[] | undefined;
  readonly environment?: string | undefined;
  readonly override?: boolean | undefined;
}

/** At least one. @throws InputError */
export function bumpRequests({ image: images = [], tag: tags = [], environment, override }: Values): BumpRequest[] {
  if (images.length === 0 || tags.length === 0 || environment === undefined)
    throw new InputError('--image, --environment and --tag are needed. See --help.');
  for (const [name, values] of Object.entries({ image: images, environment: [environment], tag: tags }))
    if (values.includes('')) throw new InputError(`--${name} is empty. See --help.`);
  if (tags.length !== 1 && tags.length !== images.length)
    throw new InputError(
      `There are ${String(images.length)} images and ${String(tags.length)} tags. Give one tag for all, or one for each.`,
    );
  for (const tag of tags) {
    const version = parseVersion(tag);
    if (isRefused(version)) throw new InputError(version.refusal);
  }
  const mode = override === true ? 'override' : 'owner';
  const named = environment === NO_ENVIRONMENT ? '' : environment;
  return images.map((image, index) => ({ image, environment: named, mode, tag: tags[index] ?? tags[0] ?? '' }));
}

/** The repository that has the images. @throws InputError where none has them, or several do: nobody said which one to edit */
export function repositoryWith(opened: readonly OpenedRepository[], requests: readonly BumpRequest[]): OpenedRepository {
  const having = opened.filter((repository) => requests.every((request) => hasImage(repository, request)));
  const [only, ...others] = having;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const missing = requests.find((request) => !opened.some((repository) => hasImage(repository, request)));
    throw new InputError(
      missing === undefined
        ? 'No repository here has all of these images. Run this once for each repository.'
        : notFound(opened, missing),
    );
  }
  const images = requests.map(({ image }) => image).join(', ');
  const names = having.map(({ prefix }) => prefix.replace(/\/$/, '') || '.').join(', ');
  throw new InputError(
    `Several repositories here have ${images} in ${requests[0]?.environment || NO_ENVIRONMENT}: ${names}. Name the folder of one of them.`,
  );
}

export function notFound(opened: readonly OpenedRepository[], { image, environment }: BumpRequest): string {
  const environments = new Set(opened.flatMap(({ inventory }) => inventory.environments.map((name) => name || NO_ENVIRONMENT)));
  const shown = environment || NO_ENVIRONMENT;
  if (!environments.has(shown)) return `There is no environment ${shown} here. Choose one of ${[...environments].join(', ')}.`;
  return `No container in ${shown} uses the image ${image}. List the images with \`images\`.`;
}
