import { withoutCredentials } from '../../core/git/credentials.ts';
import { objectName } from './objectName.ts';

/** Why a partial result does not have a part, in words that can follow "partial: ". Forms of `reference`: src/engine/render. */
export function describeMissingPart(reference: string): string {
  const [, kind, id = ''] = /^(patch|generator|replacement) (?:of|from) (.*)$/s.exec(reference) ?? [];
  if (kind === 'generator') return `the generator of ${id} was left out, because what it merges into was not fetched`;
  if (kind !== undefined)
    return `the ${kind} ${kind === 'patch' ? 'of' : 'from'} ${objectName(id)} was left out, because that was not fetched`;
  const shown = withoutCredentials(reference);
  return reference.startsWith('Helm chart ') ? `the ${shown} was not rendered` : `${shown} was not fetched`;
}
