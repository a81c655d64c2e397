import type { PlacedImage } from '../inventory/inventory.ts';

/** Where an image runs, in words: its environment, else what deploys it, else the directory of its root. */
export function whereabouts({ environment, root: { deployedBy, directory } }: PlacedImage): string {
  if (environment !== '') return environment;
  const names = deployedBy.map(({ namespace, name }) => `${namespace}/${name}`);
  return names.length > 0 ? names.join(', ') : directory === '.' ? 'this repository' : directory;
}
