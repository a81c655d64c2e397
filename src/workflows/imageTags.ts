/** Tags of the repository's images in their registries. Only registries that the repository names are asked. */
import type { ReadOptions, RegistryOptions, TagList } from '../clients/registry.ts';
import { Registry } from '../clients/registry.ts';
import { registryAddress } from '../core/oci/registryAddress.ts';
import { sortTags } from '../core/oci/tagOrder.ts';
import { imagesFor } from './bumpImage.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError } from './openRepository.ts';

/** The registries of all images, as they are in their names. */
function registryDomains(opened: readonly OpenedRepository[]): Set<string> {
  const names = new Set(opened.flatMap(({ inventory }) => inventory.images.map(({ usage }) => usage.name)));
  return new Set([...names].flatMap((name) => registryAddress(name)?.domain ?? []));
}

export function registryFor(opened: readonly OpenedRepository[], options: Omit<RegistryOptions, 'domains'>): Registry {
  const domains = registryDomains(opened);
  return new Registry({ ...options, domains: () => domains });
}

/** The full name of the image that is meant: by its name, by its last component, or by an application with one image. @throws InputError */
export function imageNamed(opened: readonly OpenedRepository[], image: string): string {
  const names = new Set(
    opened.flatMap(({ inventory }) =>
      inventory.environments.flatMap((environment) => imagesFor(inventory, image, environment).map(({ usage }) => usage.name)),
    ),
  );
  const [first, second] = names;
  if (first === undefined) throw new InputError(`No container here uses the image ${image}. List the images with \`images\`.`);
  if (second !== undefined) throw new InputError(`${image} means several images. Name one of them: ${[...names].join(', ')}.`);
  return first;
}

export interface TagPlace {
  readonly tag: string;
  /** Environments that run it. */
  readonly environments: readonly string[];
}

/** Tags of an image, newest first, with the environments that run them. undefined where the registry has no such image. @throws OutsideError */
export async function listImageTags(
  registry: Registry,
  opened: readonly OpenedRepository[],
  name: string,
  options: ReadOptions = {},
): Promise<(Omit<TagList, 'tags'> & { readonly tags: readonly TagPlace[] }) | undefined> {
  const list = await registry.listTags(name, options);
  if (list === undefined) return undefined;
  const running = new Map<string, Set<string>>();
  for (const { inventory } of opened)
    for (const { usage, environment } of inventory.images) {
      if (usage.name !== name || environment === '') continue;
      const known = running.get(usage.tag) ?? new Set();
      running.set(usage.tag, known.add(environment));
    }
  return { ...list, tags: sortTags([...list.tags]).map((tag) => ({ tag, environments: [...(running.get(tag) ?? [])] })) };
}
