/** What images entries and patches met when they ran: the memory of a build, from which lint rules and editor features tell what does nothing. */
import type { ResolvedOverride } from './imageTransformer.ts';
import type { PatchEntry } from './kustomizationFile.ts';
import type { Resource } from './resource.ts';

/** One run of one images entry. An entry of a base runs once in every root that includes the base. */
export interface EntryRun {
  readonly override: ResolvedOverride;
  readonly matched: boolean;
  /** The objects as they were when it ran. */
  readonly seen: readonly Resource[];
  /** False where something that was not read may hold a container for it. */
  readonly certain: boolean;
}

/** One run of one patch document. */
export interface PatchRun {
  readonly patch: PatchEntry;
  /** The kustomization file, or the Flux Kustomization, that lists the patch. */
  readonly file: string;
  readonly matched: boolean;
  /** The objects as they were when it ran. */
  readonly seen: readonly Resource[];
  /** False where something that was not read may be what it is for. */
  readonly certain: boolean;
}
