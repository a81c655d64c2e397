/** Messages about registries, which are asked only where a person wants it. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { Refusal, TagCandidate } from '../protocol.ts';

export interface RegistryTags {
  /** Those of the repository too. */
  readonly candidates: readonly TagCandidate[];
  /** Whether a tag that is not listed as being in the registry is not there. */
  readonly isComplete: boolean;
}

/** All tags for an image, with those of its registry. */
export const registryTagsRequest = new RequestType<{ usage: string }, RegistryTags | Refusal, void>('gitopsCockpit/registryTags');
/** The tag of an image with the digest that it has in its registry now: `tag@sha256:...`. */
export const pinnedRequest = new RequestType<{ usage: string }, { version: string } | Refusal, void>('gitopsCockpit/pinned');
/** How the registry says that a tag was built, such as `built 2 days ago from 1a2b3c4`; '' where it does not say, or was not asked for tags before. */
export const builtRequest = new RequestType<{ usage: string; tag: string }, { words: string }, void>('gitopsCockpit/built');
