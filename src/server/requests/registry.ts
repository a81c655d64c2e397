/** Tags and digests out of registries, for people who ask for them. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { builtWords } from '../../core/oci/builtWords.ts';
import { versionText } from '../../core/change/version.ts';
import type { Refusal } from '../../protocol.ts';
import type { RegistryTags } from '../../protocol/registry.ts';
import { abortSignal } from '../abortSignal.ts';
import type { FoundImage } from '../ids.ts';
import { findImage } from '../ids.ts';
import type { Session } from '../session.ts';
import { candidatesFor } from './bump.ts';
import { refusable } from './landing.ts';

export async function registryTags(session: Session, usage: string, token: CancellationToken): Promise<RegistryTags | Refusal> {
  const signal = abortSignal(token);
  return await withImage(session, usage, async (found) => {
    const { name } = found.image.usage;
    const known = await session.registries.tags(name, signal);
    if (known === undefined) return { refusal: `The registry has no image ${name}. Check its name.` };
    return { candidates: await candidatesFor(session, found, signal), isComplete: known.isComplete };
  });
}

/** The version of an image with the digest that its tag has now. */
export async function pinned(session: Session, usage: string, token: CancellationToken): Promise<{ version: string } | Refusal> {
  const signal = abortSignal(token);
  return await withImage(session, usage, async ({ image }) => {
    const { name, tag, digest } = image.usage;
    if (digest !== '') return { refusal: `${image.usage.reference} is pinned by its digest already.` };
    if (tag === '' || image.usage.status !== 'exact')
      return { refusal: 'Nothing is known of a tag here, so there is nothing to pin.' };
    const found = await session.registries.image(name, tag, signal);
    if (found === undefined) return { refusal: `The registry has no ${tag} of ${name}. Choose another tag.` };
    return { version: versionText({ tag, digest: found.digest }) };
  });
}

/** Of one tag that the registry was heard to have; what it does not answer is in the log alone. */
export async function built(
  session: Session,
  { usage, tag }: { usage: string; tag: string },
  token: CancellationToken,
): Promise<{ words: string }> {
  const answer = await withImage(session, usage, async ({ image }) => {
    const { name } = image.usage;
    if (session.registries.known(name)?.tags.has(tag) !== true) return { words: '' };
    const found = await session.registries.image(name, tag, abortSignal(token));
    return { words: found === undefined ? '' : builtWords(found, new Date()) };
  });
  if ('words' in answer) return answer;
  session.client.log(answer.refusal);
  return { words: '' };
}

async function withImage<T extends object>(
  session: Session,
  usage: string,
  work: (found: FoundImage) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  if (!session.trusted) return { refusal: 'Registries are not asked in a folder that is not trusted. Trust it first.' };
  const found = findImage(session, usage);
  if (found === undefined) return { refusal: 'This image is no longer in the repository. Refresh the view and choose it again.' };
  return await refusable(() => work(found));
}
