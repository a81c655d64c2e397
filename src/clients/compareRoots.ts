/** What two renderings have differently, object by object. */
import type { RenderingComparison } from '../core/kubernetes/compareRenderings.ts';
import { compareRenderings } from '../core/kubernetes/compareRenderings.ts';
import type { BuildRoot } from '../core/repository/model.ts';
import type { Rendering } from './renderRoot.ts';

export interface RenderedRoot {
  readonly root: BuildRoot;
  readonly rendering: Rendering;
}

export interface RootComparison {
  /** Ids of the roots; undefined where only the other side has this one. */
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly comparison: RenderingComparison;
  /** Why it is not compared, one clause for each side that does not build: `apps/prod does not build: ...`. */
  readonly failures: readonly string[];
}

const NOTHING: RenderingComparison = { objects: [], folded: [] };

/** `fold` leaves out name affixes, namespaces and labels that always differ. What does not build is compared with nothing: all of it would look new, or gone. */
export function compareRoots(
  left: RenderedRoot | undefined,
  right: RenderedRoot | undefined,
  { fold }: { readonly fold: boolean },
): RootComparison {
  const failures = [left, right].flatMap((side) =>
    side?.rendering.failure === undefined ? [] : [`${side.root.id} does not build: ${side.rendering.failure}`],
  );
  const comparison =
    failures.length > 0 ? NOTHING : compareRenderings(left?.rendering.text ?? '', right?.rendering.text ?? '', { fold });
  return { left: left?.root.id, right: right?.root.id, comparison, failures };
}
