/** `tags`: the tags that a registry has of an image of the repository. */
import { imageNamed, listImageTags, registryFor } from '../workflows/imageTags.ts';
import { openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson, table } from './command.ts';
import { gitHubToken } from './gitHub.ts';

export const tags: Command = {
  usage: 'FOLDER IMAGE [TAG] [--json]',
  summary: 'lists the tags that the registry has of an image, newest first, or says what one of them is',
  details: [
    'IMAGE    name of the image, its last component, or an application with one image',
    'TAG      a tag or digest: prints its digest, platforms, date, source repository and commit',
    '--json   prints {image, tags, isComplete}, with TAG {image, tag, digest, platforms, created, source, revision}',
    'Signs in as docker login has it; for ghcr.io also with GITHUB_TOKEN or GH_TOKEN. Only registries of images in FOLDER are asked.',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, { json: { type: 'boolean' } });
    const [folder = '', image = '', tag] = positionals(given, 'FOLDER', 'IMAGE', '[TAG]');
    const opened = await openRepositories(folder);
    const name = imageNamed(opened, image);
    const registry = registryFor(opened, { gitHubToken: () => Promise.resolve(gitHubToken('github.com')) });
    if (tag !== undefined) {
      const found = await registry.readImage(name, tag);
      if (found === undefined) {
        note(`The registry has no ${tag} of ${name}.`);
        return 1;
      }
      const { digest, platforms, created, source, revision } = found;
      const details = { image: name, tag, digest, platforms, created, source, revision };
      if (values.json === true) printJson(details);
      else
        print(table(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? value : value.join(' ')])));
      return 0;
    }
    const list = await listImageTags(registry, opened, name);
    if (list === undefined) {
      note(`The registry has no image ${name}.`);
      return 1;
    }
    if (!list.isComplete) note('The registry has more tags than are listed here.');
    if (values.json === true) printJson({ image: name, tags: list.tags, isComplete: list.isComplete });
    else print(table([['TAG', 'RUNS IN'], ...list.tags.map((place) => [place.tag, place.environments.join(', ')])]));
    return 0;
  },
};
