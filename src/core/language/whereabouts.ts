/** Where images run, in words. */
import type { PlacedImage } from '../inventory/inventory.ts';
import { groupBy } from '../text/groupBy.ts';

/** The environment of an image, else what deploys it, else the directory of its root. */
export function whereabouts({ environment, root: { deployedBy, directory } }: PlacedImage): string {
  if (environment !== '') return environment;
  const names = deployedBy.map(({ namespace, name }) => `${namespace}/${name}`);
  return names.length > 0 ? names.join(', ') : directory === '.' ? 'this repository' : directory;
}

/** As `whereabouts`, with the directory too where an environment has several roots that are not alike among the images: `prod (eu-west)`. */
export function whereaboutsAmong(images: readonly PlacedImage[]): (image: PlacedImage) => string {
  const mixed = new Set<string>();
  for (const [name, own] of groupBy(images, whereabouts)) {
    const versions = groupBy(own, ({ root }) => root);
    const texts = new Set([...versions.values()].map((members) => members.map(({ usage }) => usage.reference).join('\n')));
    if (texts.size > 1) mixed.add(name);
  }
  return (image) => {
    const name = whereabouts(image);
    return mixed.has(name) ? `${name} (${distinguishing(image, images)})` : name;
  };
}

/** The end of the root's directory that no other root's has. */
function distinguishing({ root: { directory } }: PlacedImage, images: readonly PlacedImage[]): string {
  const others = new Set(images.map(({ root }) => root.directory));
  others.delete(directory);
  const segments = directory.split('/');
  for (let count = 1; count < segments.length; count++) {
    const end = segments.slice(-count).join('/');
    if (![...others].some((other) => other === end || other.endsWith(`/${end}`))) return end;
  }
  return directory;
}
