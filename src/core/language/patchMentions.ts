/** Images in patches that are written in place. */
import type { RepositoryFile } from '../repository/files.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { containerMentions, operationMentions, valuesMentions } from './imageMentions.ts';
import type { Mention } from './mention.ts';
import { getIn, textAt } from '../yaml/node.ts';

/** The images of a patch in a scalar; none for a patch that is not valid YAML. */
export function inlinePatchMentions(file: RepositoryFile, patch: ScalarNode | undefined): Mention[] {
  if (patch === undefined || !/image|tag/i.test(patch.text)) return [];
  const { documents } = parseYaml(patch.text, { file: file.path, within: patch });
  return documents.flatMap(({ root }): Mention[] => {
    if (root?.kind === 'sequence') return operationMentions(file, root.items);
    if (root?.kind !== 'map') return [];
    const values = textAt(root, 'kind') === 'HelmRelease' ? valuesMentions(file, getIn(root, 'spec', 'values')) : [];
    return [...containerMentions(file, root), ...values];
  });
}
